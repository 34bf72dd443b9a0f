"""One door for a regency: a folder over the reference federation, through the installed command and real sockets."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.examples import list_examples
from gateway.plan.federation import read_federation
from gateway.sandbox.places import find_reference

from .talk import COMMAND, ROOT, Answer, Served, check_problem

OVERLAY = find_reference() / "overlays" / "karawang"
FOLDERS = (find_reference(), OVERLAY)
NIK = "3215014502930002"
PERSON = "/population/v1/persons/lookup"
NEW_ROUTE = """\
---
route: karawang.permit.copy
title: {id: Salinan, en: Copy}
call: {method: GET, path: "/karawang/v1/copies/{number}", params: {number: regency-permit-number@1}}
answer: regency-permit@1
effect: read
provider:
  upstream: UPSTREAM
  request: {method: GET, path: "/izin/{nomor}", params: {nomor: path.number}}
  response: {mapping: karawang/izin}
"""


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the overlay, to be changed while it is served."""
    copied = tmp_path_factory.mktemp("overlay") / "karawang"
    shutil.copytree(OVERLAY, copied)
    return copied


@pytest.fixture(scope="module")
def served(overlay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("demo"), [COMMAND, "demo", overlay])
    yield made
    made.end()


def ask(served: Served, caller: str, method: str, path: str, body: object = None, purpose: str = "public-service") -> Answer:
    headers = {"authorization": f"Bearer {served.ready['tokens'][caller]}", "jembatan-purpose": purpose}
    if body is None:
        return served.ask(method, path, headers)
    return served.ask(method, path, {**headers, "content-type": "application/json"}, json.dumps(body))


def test_one_token_calls_the_nations_operations_and_the_regencys_own(served: Served) -> None:
    national = ask(served, "karawang", "GET", "/product/v1/registrations?kind=herbal")
    shared = ask(served, "karawang", "POST", PERSON, {"nik": NIK})
    own = ask(served, "karawang", "GET", "/karawang/v1/permits/5032612")
    both = ask(served, "karawang", "POST", "/karawang/v1/job-seekers/file", {"nik": NIK})
    assert [answer.status for answer in (national, shared, own, both)] == [200, 200, 200, 200]
    assert shared.json == {"name": {"full": "SITI CONTOH"}, "birth": {"date": "1993-02-05"}}
    assert (own.json["state"], both.json["card"]["number"], both.json["name"]) == ("granted", "3215-26-000117", "SITI CONTOH")


def test_every_live_example_of_the_overlay_holds(served: Served) -> None:
    live = [f"{each.route}: {each.name}" for each in list_examples(read_federation(FOLDERS)) if each.is_live]
    calls = [call for call in served.ready["examples"] if call["name"].startswith("karawang.")]
    assert sorted(call["name"] for call in served.ready["examples"]) == sorted(live)
    assert len(calls) >= 8
    for call in calls:
        answer = served.ask(call["method"], call["path"], call["headers"], call["body"])
        assert (answer.status, answer.fault) == (call["expected_status"], call["expected_fault"]), call["name"]


def test_a_department_sees_of_the_national_register_what_was_delegated_and_only_for_that(served: Served) -> None:
    seen = ask(served, "disnaker-karawang", "POST", PERSON, {"nik": NIK})
    assert (seen.status, sorted(seen.json)) == (200, ["birth", "name"])
    for caller, purpose, fault in (
        ("disnaker-karawang", "social-aid-targeting", "PURPOSE_DENIED"),
        ("dpmptsp-karawang", "public-service", "ACCESS_DENIED"),
    ):
        refused = ask(served, caller, "POST", PERSON, {"nik": NIK}, purpose)
        assert (refused.status, check_problem(refused, "caller")["code"]) == (403, fault)


def test_the_regencys_operations_are_counted_as_any(served: Served) -> None:
    before = served.metric("jembatan_responses_total", route="karawang.permit.get", status="200")
    assert ask(served, "karawang", "GET", "/karawang/v1/permits/5032612").status == 200
    served.count(before + 1, "jembatan_responses_total", route="karawang.permit.get", status="200")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["check"], "0 errors, 0 warnings"),
        (["test", "-k", "karawang"], "0 failed"),
        (["routes"], "/karawang/v1/permits/{number}"),
        (["journey", "report"], "karawang.job-seeker.file"),
        (
            ["explain", "GET", "/karawang/v1/permits/5032612", "--as", "karawang", "-H", "jembatan-purpose: public-service"],
            "karawang.permit.get",
        ),
        (["schema", "diff", "person@1", "job-seeker-file@1"], "backward: no"),
        (["mapping", "show", "karawang/ak1"], "pddk"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_take_the_federation_and_its_overlays(command: list[str], told: str) -> None:
    done = subprocess.run([COMMAND, *command, *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told in done.stdout, done.stdout + done.stderr


def test_a_folder_named_twice_is_a_wrong_use() -> None:
    done = subprocess.run([COMMAND, "check", OVERLAY, ROOT, OVERLAY], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "named twice" in done.stderr) == (3, True)


# These change the overlay that is served, and stand last.


def reload(served: Served, outcome: str) -> None:
    before = served.metric("jembatan_reloads_total", outcome=outcome)
    served.process.send_signal(1)
    served.count(before + 1, "jembatan_reloads_total", outcome=outcome)


def test_an_overlay_that_reaches_for_a_national_upstream_changes_nothing_and_is_named(served: Served, overlay: Path) -> None:
    path = overlay / "routes" / "permit-get.yaml"
    right = path.read_text(encoding="utf-8")
    path.write_text(right + NEW_ROUTE.replace("UPSTREAM", "dukcapil.siak"), encoding="utf-8")
    reload(served, "refused")
    complaint = served.errors.read_text(encoding="utf-8")
    assert "JB-OVL-004" in complaint
    assert f"{path}:{len(right.splitlines()) + 8}:13" in complaint
    assert ask(served, "karawang", "GET", "/karawang/v1/permits/5032612").status == 200
    path.write_text(right, encoding="utf-8")


def test_a_reload_takes_what_an_overlay_has_added(served: Served, overlay: Path) -> None:
    path = overlay / "routes" / "permit-get.yaml"
    policy = overlay / "policies" / "regency.yaml"
    path.write_text(path.read_text(encoding="utf-8") + NEW_ROUTE.replace("UPSTREAM", "karawang.perizinan"), encoding="utf-8")
    policy.write_text(policy.read_text(encoding="utf-8").replace("[karawang.permit.get]", "[karawang.permit.*]"), encoding="utf-8")
    assert ask(served, "karawang", "GET", "/karawang/v1/copies/5032612").status == 404
    reload(served, "served")
    assert ask(served, "karawang", "GET", "/karawang/v1/copies/5032612").status == 200
