"""An import beside what stands there: nothing is taken away, and what a person decided stays."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.form import write_app
from gateway.catalogue.intake.draft import Draft
from gateway.catalogue.intake.findings import Finding, Place
from gateway.catalogue.intake.merge import Merge, Report, find_held
from gateway.stores.memory_catalogue import MemoryCatalogue
from gateway.values.model import Json
from tests.unit.catalogue.strategies import apps

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = App("a.b", "a", Text("Judul", "Title"), cost_rupiah=5, cost_year=2024, fields=(Field("nik"),))


def store_with(*held: App) -> MemoryCatalogue:
    store = MemoryCatalogue()
    store.put_all(held, "import", NOON, "inventory")
    return store


def run(store: MemoryCatalogue, *read: Draft | Finding) -> Report:
    merge = Merge(store.get, find_held(store.events(via="person")))
    store.put_all(merge.run(read), "import", NOON, "again")
    return merge.report


def draft(joins: bool = False, line: int = 1, **rows: Json) -> Draft:
    return Draft(Place("x.csv", line), {"app": "a.b", **rows}, joins)


def test_what_a_file_does_not_say_takes_nothing_away() -> None:
    store = store_with(BASE)
    report = run(store, draft(owner="a", title={"id": "Lain"}, cost={"rupiah": 7}))
    held = store.get("a.b")
    assert held is not None
    assert (held.title, held.cost_rupiah, held.cost_year, held.fields) == (Text("Lain", "Title"), 7, 2024, (Field("nik"),))
    assert report.changed == {"a.b": ("title", "cost")}


def test_what_a_person_decided_stays_and_is_reported() -> None:
    store = store_with(BASE)
    store.put(App("a.b", "a", Text("Judul", "Decided"), cost_rupiah=5, cost_year=2024, fields=(Field("nik"),)), "ani", NOON, "letter 1")
    report = run(store, draft(owner="a", title={"en": "Title"}, sector="health"))
    held = store.get("a.b")
    assert held is not None
    assert (held.title.en, held.sector) == ("Decided", "health")
    assert [(kept.key, kept.who, kept.said) for kept in report.kept] == [("title", "ani", {"en": "Title"})]


def test_what_a_person_took_away_does_not_come_back() -> None:
    store = store_with(BASE)
    store.put(App("a.b", "a", BASE.title, cost_rupiah=5, cost_year=2024), "ani", NOON, "no NIK is kept")
    run(store, draft(fields=[{"name": "nik"}]))
    held = store.get("a.b")
    assert held is not None
    assert held.fields == ()


def test_an_interface_comes_beside_what_is_there() -> None:
    store = store_with(BASE)
    interface: Json = {"openapi": "api.json", "operations": ["GET /x"]}
    run(
        store,
        draft(
            joins=True,
            title={"en": "API"},
            owner="other",
            interfaces=[interface],
            fields=[{"name": "nip"}, {"name": "nik", "type": "char(16)"}],
        ),
    )
    held = store.get("a.b")
    assert held is not None
    assert (held.owner, held.title.en) == ("a", "Title")
    assert held.fields == (Field("nik", "char(16)"), Field("nip"))
    run(store, draft(interfaces=[{"openapi": "api.json"}, {"wsdl": "b.wsdl"}]))
    held = store.get("a.b")
    assert held is not None
    assert held.interfaces == (Interface("openapi", "api.json", ("GET /x",)), Interface("wsdl", "b.wsdl"))


def test_two_descriptions_of_one_app_in_one_import_both_count() -> None:
    store = store_with(BASE)
    run(store, draft(joins=True, fields=[{"name": "x"}]), draft(joins=True, fields=[{"name": "y"}]))
    held = store.get("a.b")
    assert held is not None
    assert [field.name for field in held.fields] == ["nik", "x", "y"]


def test_of_an_id_that_comes_twice_the_first_holds_and_the_second_is_refused() -> None:
    store = store_with()
    one: dict[str, Json] = {"owner": "a", "title": {"id": "Satu"}}
    report = run(store, draft(line=2, **one), draft(line=3, **one), draft(line=4, owner="a", title={"id": "Dua"}))
    held = store.get("a.b")
    assert held is not None
    assert held.title.id == "Satu"
    assert (report.new, report.refused) == (1, 1)
    assert [(each.weight, each.place.line) for each in report.findings] == [("remark", 3), ("error", 4)]
    assert report.findings[1].hint == "first in x.csv:2, which is kept"


def test_a_description_of_an_app_that_is_not_there_is_refused() -> None:
    report = run(store_with(), draft(joins=True, fields=[{"name": "x"}]))
    assert (report.new, report.refused) == (0, 1)
    assert "no such app stands in the catalogue yet" in report.findings[0].hint


@given(st.lists(apps, max_size=4, unique_by=lambda app: app.id))
def test_the_same_import_again_changes_nothing(entries: list[App]) -> None:
    store = store_with()
    drafts = [Draft(Place("x", line), write_app(app)) for line, app in enumerate(entries)]
    assert run(store, *drafts).new == len(entries)
    assert list(store.entries()) == sorted(entries, key=lambda app: app.id)
    last = store.last()
    assert run(store, *drafts).same == len(entries)
    assert store.last() == last
