"""A draft federation: it checks without a finding, opens nothing, and whatever was guessed or left out is a decision of people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from gateway.catalogue.entry import App, Field, Text
from gateway.catalogue.merging.cluster import Cluster
from gateway.catalogue.merging.draft import Draft, draft_federation
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


def test_every_column_is_mapped_or_left_to_a_person() -> None:
    made = draft(*MEMBERS)
    left = {one.where for one in made.decisions}
    for app in MEMBERS:
        mapping = made.files[f"schemas/{app.owner}/{app.id.replace('.', '-')}.yaml"][2]
        for field in app.fields:
            assert (field.name in mapping["fields"].values()) != (f"{app.id}: {field.name}" in left)


def test_a_column_of_another_kind_of_value_is_not_mapped() -> None:
    made = draft(*MEMBERS)
    mapping = made.files["schemas/kab-b/kab-b-akta.yaml"][2]
    assert "dob" not in mapping["fields"].values()
    assert any(one.where == "kab-b.akta: dob" and "varchar(10)" in one.what for one in made.decisions)


def test_what_mapping_suggest_says_otherwise_is_a_decision() -> None:
    apps = {app.id: app for app in MEMBERS}
    plan = plan_merge(Cluster("k", tuple(sorted(apps))), apps, Around(align, align))

    def suggest(agency: Json, canonical: Json) -> Mapping[str, str]:
        return dict.fromkeys(canonical["properties"], "something_else")

    made = draft_federation(plan, "birth", suggest)
    assert any("`mapping suggest` says something_else" in one.what for one in made.decisions)


def test_members_that_do_not_fit_are_counted() -> None:
    assert any(one.where == "members" and "1 of 3 members" in one.what for one in draft(*MEMBERS, number=2).decisions)


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
