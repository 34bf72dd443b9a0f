"""The plan of a cluster: order, money, system of record, what a citizen no longer types, who replaces what; all from named figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.merging.assumptions import DEFAULT, assume
from gateway.catalogue.merging.cluster import Cluster
from gateway.catalogue.merging.page import write_page
from gateway.catalogue.merging.plan import Around, MergePlan, Supply, find_successions, plan_merge, rank_plans
from gateway.catalogue.merging.plan_texts import LANGUAGES, say
from gateway.catalogue.merging.report import make_report, report_rows, show_report, write_report
from gateway.catalogue.merging.rows import write_plan
from gateway.catalogue.merging.text import show_plan

from .test_columns import align

FIELDS = tuple(Field(name) for name in ("nik", "nama", "tgl_lahir"))


def make_app(id: str, **more: object) -> App:
    app = App(
        id,
        id.partition(".")[0],
        Text(f"Aplikasi {id}"),
        function="akta kelahiran",
        fields=FIELDS,
        users=100,
        cost_rupiah=1_000,
        cost_year=2025,
    )
    return replace(app, **more)  # type: ignore[arg-type]


def plan(*members: App, around: Around | None = None) -> MergePlan:
    apps = {app.id: app for app in members}
    return plan_merge(Cluster("k", tuple(sorted(apps))), apps, around or Around(align, align))


def test_the_order_is_by_users_times_cost_times_coverage_over_effort() -> None:
    made = plan(make_app("a.x"), make_app("b.x", users=900), make_app("c.x", cost_rupiah=500_000), make_app("d.x", fields=()))
    assert [member.app.id for member in made.members] == ["c.x", "b.x", "a.x", "d.x"]
    for member in made.members:
        users, cost = member.app.users, member.app.cost_rupiah
        assert users is not None and cost is not None
        assert member.value == pytest.approx(users * cost * member.coverage / member.effort_days)


def test_effort_is_the_sum_of_its_assumptions() -> None:
    bare, offering = make_app("a.x"), make_app("b.x", interfaces=(Interface("openapi", "", ("GET /x",)),))
    days = {member.app.id: member.effort_days for member in plan(bare, offering).members}
    assert days["b.x"] == DEFAULT.days_a_member + 3 * DEFAULT.days_a_field
    assert days["a.x"] == days["b.x"] + DEFAULT.days_without_interface


def test_savings_hold_known_figures_only_and_count_the_unknown() -> None:
    made = plan(
        make_app("a.x", app_class="shared"), make_app("b.x"), make_app("c.x", cost_rupiah=None), make_app("d.x", lifecycle="proposed")
    )
    assert made.records[0].app.id == "a.x"
    assert made.savings.yearly_now == 2_000
    assert made.savings.unknown == 1
    assert made.savings.avoided_new == 1_000
    assert made.savings.yearly_saved == int(1_000 * (DEFAULT.saved_share - DEFAULT.growth_share))
    assert next(member for member in made.members if member.app.id == "c.x").is_assumed


def test_another_assumption_gives_another_figure_and_is_shown() -> None:
    members = (make_app("a.x"), make_app("b.x"))
    dear = plan(*members, around=Around(align, align, assume({"day_rupiah": 5_000_000})))
    assert dear.savings.once == 2 * plan(*members).savings.once
    assert write_plan(dear, assume({"day_rupiah": 5_000_000}))["assumptions"]["day_rupiah"]["value"] == 5_000_000


def test_every_assumption_says_what_it_means_in_both_languages() -> None:
    for name in type(DEFAULT).__slots__:
        assert say(name, "id") != say(name, "en")


def test_of_two_that_are_alike_the_states_own_is_the_system_of_record() -> None:
    made = plan(make_app("kab-a.x", owner="kab-a"), make_app("kemenkes.x", owner="kemenkes"))
    assert [one.app.owner for one in made.records] == ["kemenkes", "kab-a"]
    known = plan(make_app("kab-a.x"), make_app("kemenkes.x"), around=Around(align, align, regional={"kab-a": False, "kemenkes": True}))
    assert known.records[0].app.id == "kab-a.x"


def test_a_page_of_plans_says_the_same_in_both_languages() -> None:
    made = plan(make_app("a.x", cost_rupiah=1_500_000_000), make_app("b.x"), make_app("b.y", lifecycle="proposed"))
    indonesian, english = (write_page([made], DEFAULT, language) for language in LANGUAGES)
    assert 'lang="id"' in indonesian and "Rp 1,5 miliar" in indonesian and "kepala baru, aplikasi baru" in indonesian
    assert 'lang="en"' in english and "Rp 1.5 billion" in english and "new head, new app" in english
    assert indonesian.count("<td>") == english.count("<td>")


@pytest.mark.parametrize("changes", [{"nobody": 1.0}, {"day_rupiah": -1.0}])
def test_an_unknown_or_negative_assumption_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"assumption|below"):
        assume(changes)


def test_a_service_supplies_only_those_who_keep_what_it_is_asked_with() -> None:
    answer = App("o.answer", "o", Text("o"), fields=FIELDS)
    by_nik, by_nib = (App("o.call", "o", Text("o"), fields=(Field(name),)) for name in ("nik", "nib"))
    members = (make_app("a.x"), make_app("b.x"))
    given = plan(*members, around=Around(align, align, DEFAULT, (Supply("person.lookup", answer, by_nik),)))
    assert {operation for _, operation, _ in given.citizen.supplied} == {"person.lookup"}
    assert given.citizen.hours_a_year == int(200 * 3 * DEFAULT.seconds_a_field / 3600)
    assert plan(*members, around=Around(align, align, DEFAULT, (Supply("business.lookup", answer, by_nib),))).citizen.supplied == ()


def test_a_new_app_of_an_owner_who_has_one_is_a_finding() -> None:
    (found,) = find_successions([make_app("a.old"), make_app("a.new", lifecycle="proposed"), make_app("b.x")])
    assert (found.old, found.new, found.is_stated) == ("a.old", "a.new", False)


def test_a_stated_successor_is_the_one_that_is_named() -> None:
    members = [make_app("a.one"), make_app("a.two", successor="a.new"), make_app("a.new", lifecycle="building")]
    (found,) = find_successions(members)
    assert (found.old, found.is_stated) == ("a.two", True)


def test_where_an_owner_has_several_and_names_none_nobody_can_tell() -> None:
    assert find_successions([make_app("a.one"), make_app("a.two"), make_app("a.new", lifecycle="building")]) == ()


def test_what_owners_wrote_is_escaped_on_pages() -> None:
    made = plan(
        make_app("a.x", function="<script>akta", title=Text("<script>")), make_app("b.x", function="<script>akta", title=Text("<b>"))
    )
    assert "<script>" not in write_page([made], DEFAULT)
    assert "<script>" not in write_report(make_report([], [made], DEFAULT))


def test_the_report_counts_clusters_and_those_that_stand_alone_as_functions() -> None:
    members = [make_app("a.x"), make_app("b.x"), make_app("c.y", fields=())]
    report = make_report(members, [plan(*members[:2])], DEFAULT)
    assert (report.applications, report.clustered, report.alone, report.functions) == (3, 2, 1, 2)
    assert report_rows(report)["functions"] == 2


def test_both_languages_of_the_report_hold_the_same_figures() -> None:
    members = [make_app("a.x", cost_rupiah=12_300_000_000), make_app("b.x", cost_rupiah=4_500_000_000)]
    report = make_report(members, [plan(*members)], DEFAULT)
    indonesian, english = show_report(report, "id"), show_report(report, "en")
    assert "Rp 16,8 miliar" in indonesian
    assert "Rp 16.8 billion" in english


def test_plans_are_ranked_by_what_they_are_worth() -> None:
    cheap, dear = plan(make_app("a.x"), make_app("b.x")), plan(make_app("c.x"), make_app("d.x", lifecycle="proposed", cost_rupiah=10**12))
    assert rank_plans([cheap, dear])[0] is dear


def test_a_plan_is_told_whole_in_text() -> None:
    text = show_plan(plan(make_app("a.x"), make_app("b.x", users=None)))
    assert "akta kelahiran" in text
    assert "in part assumed" in text
