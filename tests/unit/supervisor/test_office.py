"""What the supervisor shows: ready is every slot served, the metrics page names every metric, the plan shows no secret."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from gateway.manage.catalogue_meters import Meters
from gateway.observe.tally import LayoutView
from gateway.supervisor.office import SupervisorOffice, read_use
from gateway.supervisor.options import Address, PlanFacts, SupervisorOptions, read_facts
from gateway.values.meters import FAMILIES
from gateway.values.model import Expiry, Json

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
EXPIRIES = (Expiry("grant", "g1", 2e9), Expiry("grant", "g1", 1e9), Expiry("certificate", "c", 3e9))
FACTS = PlanFacts("abc", Address("127.0.0.1", 1), Address("127.0.0.1", 2), 1, 1.0, 30.0, LayoutView((), 0), (), (), EXPIRIES, 2)


def make_office() -> SupervisorOffice:
    office = SupervisorOffice()
    office.facts = FACTS
    return office


def read_samples(office: SupervisorOffice) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(office.scrape().decode())
    return {(s.name, ",".join(value for _, value in sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_the_page_names_every_metric_and_no_other() -> None:
    named = {line.split("`")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")}
    ours = {name for name in named if not name.startswith("jembatan_catalogue_")}
    assert ours == set(FAMILIES) | {figure.name for figure in make_office().figures()}


def test_the_page_names_every_metric_of_the_catalogues_listener_and_no_other() -> None:
    named = {line.split("`")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `jembatan_catalogue_")}
    told = {line.split()[2] for line in Meters().render().decode().splitlines() if line.startswith("# TYPE jembatan_catalogue_")}
    assert named == {name for name in told if not name.endswith("_created")}


def test_expiries_and_weakenings_show_the_soonest_of_each() -> None:
    samples = read_samples(make_office())
    assert samples[("jembatan_expires_timestamp_seconds", "g1,grant")] == 1e9
    assert samples[("jembatan_expires_timestamp_seconds", "c,certificate")] == 3e9
    assert samples[("jembatan_plan_weakenings", "")] == 2
    assert samples[("jembatan_plan_info", "abc")] == 1


def test_reload_outcomes_are_there_at_zero() -> None:
    samples = read_samples(make_office())
    assert [samples[("jembatan_reloads_total", outcome)] for outcome in ("served", "refused", "failed")] == [0, 0, 0]


def test_without_a_plan_and_while_draining_it_is_not_ready() -> None:
    office = SupervisorOffice()
    assert not office.status().is_ready
    assert make_office().status().is_ready
    office = make_office()
    office.is_draining = True
    assert not office.status().is_ready


def test_use_is_read_of_a_living_process_and_none_of_a_dead_one() -> None:
    use = read_use(os.getpid())
    assert use is not None and use[0] > 0 and use[1] > 1e6
    assert read_use(2**22 + 1) is None, "above the largest pid that there is"


def test_options_win_over_the_plan_and_tls_stays_the_plans() -> None:
    gateway: Json = {
        "workers": 3,
        "data_plane": {"host": "10.0.0.1", "port": 80, "tls": {"cert_file": "c"}},
        "management": {"host": "10.0.0.1", "port": 81, "tls": None},
        "bounds": {"grace_s": 1.0, "drain_s": 2.0},
    }
    told: Json = {
        "hash": "h", "gateway": gateway, "series": [["jembatan_defects_total", [], 0]], "size": 1, "routes": [], "upstreams": [],
        "expiries": [], "weakenings": 0, "is_sandbox": True,
    }  # fmt: skip
    plain = read_facts(told, SupervisorOptions(()))
    assert (plain.workers, plain.data_plane, plain.management.port) == (3, Address("10.0.0.1", 80, True), 81)
    told_otherwise = read_facts(told, SupervisorOptions((), workers=1, data_plane=("127.0.0.1", 0)))
    assert (told_otherwise.workers, told_otherwise.data_plane) == (1, Address("127.0.0.1", 0, True))


def test_a_url_leads_to_this_machine() -> None:
    assert Address("0.0.0.0", 0).show_url(80) == "http://127.0.0.1:80"
    assert Address("::", 0, True).show_url(443) == "https://[::1]:443"
