"""A draft federation: it checks without a finding, opens nothing, and whatever was guessed or left out is a decision of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.merging.cluster import Cluster
from gateway.catalogue.merging.draft import draft_federation
from gateway.catalogue.merging.draft_parts import Draft
from gateway.catalogue.merging.plan import Around, plan_merge
from gateway.cli.catalogue_consolidate import make_suggest, name_service, write_draft
from gateway.plan.load import check_federation
from gateway.values.model import Json

from .test_columns import align


def make_app(id: str, *fields: Field, **more: str) -> App:
    return App(id, id.partition(".")[0], Text(f"Akta {id}", **more), function="akta kelahiran", fields=fields, users=10)


MEMBERS = (
    make_app("kab-a.akta", Field("nik", "char(16)"), Field("nama", "varchar(100)"), Field("tgl_lahir", "date"), Field("berat", "int")),
    make_app(
        "kab-b.akta",
        Field("no_ktp", "char(16)"),
        Field("full_name", "varchar(60)"),
        Field("dob", "varchar(10)"),
        Field("berat", "decimal(5)"),
    ),
    make_app("kab-b.lahir", Field("nationalId", "string"), Field("nm", "string"), Field("dob", "date"), Field("nama ibu", "string")),
)


def draft(*members: App, number: int = 8) -> Draft:
    apps = {app.id: app for app in members}
    plan = plan_merge(Cluster("k", tuple(sorted(apps))), apps, Around(align, align))
    return draft_federation(plan, "birth", make_suggest(), number)


def test_what_is_written_passes_check_without_a_finding(tmp_path: Path) -> None:
    write_draft(draft(*MEMBERS), tmp_path)
    _, verdict = check_federation((tmp_path,))
    assert [(each.code, each.message) for each in verdict.diagnostics] == []


def test_nothing_is_open_and_every_field_is_sensitive() -> None:
    made = draft(*MEMBERS)
    (policy,) = made.files["policies/closed.yaml"]
    assert policy["grants"] == []
    record = made.files["schemas/canonical/record.yaml"][1]
    assert {one["x-class"] for one in record["properties"].values()} == {"sensitive"}


def left_columns(made: Draft) -> set[tuple[str, str]]:
    return {(app, one.where.removeprefix("column ")) for one in made.decisions for app in one.apps}


def families_of(made: Draft) -> dict[str, dict[str, str]]:
    """Give app → the fields of its family's mapping."""
    head, *rows = made.tables["routes/providers.csv"]
    assert head == ("code", "software", "url", "owner")
    return {code: made.files[f"schemas/families/{software}.yaml"][2]["fields"] for code, software, _, _ in rows}


def test_every_column_is_mapped_or_left_to_a_person() -> None:
    made = draft(*MEMBERS)
    for app in MEMBERS:
        for field in app.fields:
            assert (field.name in families_of(made)[app.id].values()) != ((app.id, field.name) in left_columns(made))


def test_a_column_of_another_kind_of_value_is_not_mapped() -> None:
    made = draft(*MEMBERS)
    assert "dob" not in families_of(made)["kab-b.akta"].values()
    assert any(one.apps == ("kab-b.akta",) and one.where == "column dob" and "varchar(10)" in one.what for one in made.decisions)


def test_those_that_write_the_same_columns_are_one_family_of_a_table_and_there_is_one_route(tmp_path: Path) -> None:
    clones = [make_app(f"kab-{place}.akta", *MEMBERS[0].fields, Field("nama ibu")) for place in "cde"]
    made = draft(*MEMBERS, *clones)
    (route,) = made.files["routes/lookup.yaml"]
    assert len(route["providers"]["any_of"]) == len(made.files["routes/families.yaml"]) == 3
    softwares = [row[1] for row in made.tables["routes/providers.csv"][1:]]
    assert len(softwares) == 6 and max(softwares.count(one) for one in softwares) == 4
    (one,) = [one for one in made.decisions if one.where == "column nama ibu"]
    assert set(one.apps) == {*(f"kab-{place}.akta" for place in "cde"), "kab-b.lahir"} and "cannot stand in a mapping" in one.what
    write_draft(made, tmp_path)
    _, verdict = check_federation((tmp_path,))
    assert [(each.code, each.message) for each in verdict.diagnostics] == []


def test_an_address_that_an_interface_says_is_taken_and_others_are_examples() -> None:
    known = replace(MEMBERS[0], interfaces=(Interface("openapi", "https://api.kab-a.example.go.id/v1/akta.json", ("POST /cari",)),))
    plain = replace(MEMBERS[1], interfaces=(Interface("openapi", "http://10.0.0.1/x.json"),))
    made = draft(known, plain, MEMBERS[2])
    addresses = {code: url for code, _, url, _ in made.tables["routes/providers.csv"][1:]}
    assert addresses["kab-a.akta"] == "https://api.kab-a.example.go.id"
    assert addresses["kab-b.akta"] == "https://kab-b-akta.example"
    assert any("2 of 3 addresses are examples" in one.what for one in made.decisions)


def test_a_provider_is_chosen_by_its_owner_where_each_has_one() -> None:
    made = draft(MEMBERS[0], MEMBERS[1])
    assert [row[0] for row in made.tables["routes/providers.csv"][1:]] == ["kab-a", "kab-b"]


def test_what_mapping_suggest_says_otherwise_is_a_decision() -> None:
    apps = {app.id: app for app in MEMBERS}
    plan = plan_merge(Cluster("k", tuple(sorted(apps))), apps, Around(align, align))

    def suggest(agency: Json, canonical: Json) -> Mapping[str, str]:
        return dict.fromkeys(canonical["properties"], "something_else")

    made = draft_federation(plan, "birth", suggest)
    assert any("`mapping suggest` says something_else" in one.what for one in made.decisions)


def test_members_that_do_not_fit_are_counted() -> None:
    assert any(one.where == "members" and "1 of 3 members" in one.what for one in draft(*MEMBERS, number=2).decisions)


def test_one_whose_key_column_cannot_stand_in_a_mapping_is_left_out_and_counted() -> None:
    def align_by_letters(one: App, other: App) -> list[tuple[str, str]]:
        theirs = {field.name.strip("<>"): field.name for field in other.fields}
        return [(field.name, theirs[name]) for field in one.fields if (name := field.name.strip("<>")) in theirs]

    keys = (("a", "nik"), ("b", "nik"), ("c", "<nik>"))
    members = [make_app(f"kab-{at}.akta", Field(key, "char(16)"), Field("nama")) for at, key in keys]
    apps = {app.id: app for app in members}
    plan = plan_merge(Cluster("k", tuple(sorted(apps))), apps, Around(align_by_letters, align_by_letters))
    made = draft_federation(plan, "birth", make_suggest())
    assert [rows["app"] for rows in made.files["routes/apps.yaml"]] == ["kab-a.akta", "kab-b.akta"]
    assert any(one.where == "members" and "1 of 3 members" in one.what for one in made.decisions)


def test_a_cluster_without_a_common_key_is_refused() -> None:
    bare = (make_app("kab-a.x", Field("nama")), make_app("kab-b.x", Field("full_name")))
    with pytest.raises(ValueError, match="key"):
        draft(*bare)


def test_the_files_read_as_yaml_and_the_decisions_are_a_list_to_tick(tmp_path: Path) -> None:
    write_draft(draft(*MEMBERS), tmp_path)
    for path in tmp_path.rglob("*.yaml"):
        assert list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    assert (tmp_path / "DECISIONS.md").read_text(encoding="utf-8").count("- [ ]") == len(draft(*MEMBERS).decisions)


@pytest.mark.parametrize(
    ("label", "name"), [("Birth certificates", "birth-certificates"), ("  ", "service"), ("Akta / Kelahiran!", "akta-kelahiran")]
)
def test_a_service_is_named_by_what_it_is_about(label: str, name: str) -> None:
    assert name_service(label) == name
