"""One contract over every adapter of the catalogue's store. All entries are synthetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.entry import App, Field, Text
from gateway.catalogue.form import read_app, write_app
from gateway.catalogue.port import CatalogueStore, replay
from gateway.stores.memory_catalogue import MemoryCatalogue
from gateway.stores.sqlite_catalogue import SqliteCatalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIMPEG = App("karawang.simpeg", "karawang", Text("Sistem Kepegawaian", "Personnel"), sector="personnel", app_class="special")
ANTRIAN = App(
    "bekasi.antrian", "bekasi", Text("Antrian Puskesmas"), Text("Kepegawaian tidak di sini"), fields=(Field("no_antrian"),),
    sector="health", app_class="special",
)  # fmt: skip
MAKERS: dict[str, Callable[[], CatalogueStore]] = {"memory": MemoryCatalogue, "sqlite": lambda: SqliteCatalogue(":memory:")}


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest) -> CatalogueStore:
    return MAKERS[request.param]()


def ids(apps: object) -> list[str]:
    assert isinstance(apps, (tuple, Iterator))
    return [app.id for app in apps]


def test_a_written_entry_is_found_by_the_next_question(store: CatalogueStore) -> None:
    event = store.put(SIMPEG, "ani", NOON, "registered")
    assert event is not None
    assert (event.number, event.app, event.who, event.when, event.why, event.via) == (
        1, SIMPEG.id, "ani", NOON, "registered", "person",
    )  # fmt: skip
    assert event.change == write_app(SIMPEG)
    assert store.get(SIMPEG.id) == SIMPEG
    assert ids(store.search("kepegaw").apps) == [SIMPEG.id]
    assert store.last() == 1


def test_what_is_not_there_is_none(store: CatalogueStore) -> None:
    assert store.get("nobody.nothing") is None
    assert store.last() == 0
    assert list(store.entries()) == list(store.events()) == []
    assert store.search("x").total == 0


def test_writing_what_stands_there_adds_nothing(store: CatalogueStore) -> None:
    store.put(SIMPEG, "ani", NOON, "registered")
    assert store.put(SIMPEG, "budi", NOON, "again") is None
    assert store.put_all([SIMPEG, SIMPEG], "budi", NOON, "again") == 0
    assert len(list(store.events())) == 1


def test_an_event_holds_only_what_changed(store: CatalogueStore) -> None:
    store.put(ANTRIAN, "ani", NOON, "registered")
    later = App(ANTRIAN.id, "bekasi", Text("Antrian RSUD"), ANTRIAN.description, sector="health", app_class="special", users=7)
    event = store.put(later, "budi", NOON, "renamed")
    assert event is not None
    assert dict(event.change) == {"title": {"id": "Antrian RSUD"}, "users": 7, "fields": None}
    assert store.search("no_antrian").total == 0
    assert ids(store.search("rsud").apps) == [ANTRIAN.id]


def test_events_are_asked_for_by_entry_number_and_origin(store: CatalogueStore) -> None:
    store.put_all([SIMPEG, ANTRIAN], "import", NOON, "inventory 2026")
    store.put(App(SIMPEG.id, "karawang", Text("SIMPEG")), "ani", NOON, "renamed")
    assert [event.number for event in store.events()] == [1, 2, 3]
    assert [event.number for event in store.events(SIMPEG.id)] == [1, 3]
    assert [event.number for event in store.events(after=1)] == [2, 3]
    assert [event.number for event in store.events(via="person")] == [3]
    assert store.last() == 3


def test_events_stand_in_the_order_in_which_entries_were_written(store: CatalogueStore) -> None:
    store.put(SIMPEG, "ani", NOON, "registered")
    store.put_all([App(SIMPEG.id, "karawang", Text("SIMPEG")), ANTRIAN], "import", NOON, "inventory")
    assert [event.app for event in store.events()] == [SIMPEG.id, SIMPEG.id, ANTRIAN.id]


def test_entries_come_in_the_order_of_their_ids(store: CatalogueStore) -> None:
    store.put_all([SIMPEG, ANTRIAN], "import", NOON, "inventory")
    assert ids(store.entries()) == [ANTRIAN.id, SIMPEG.id]
    assert ids(store.search().apps) == [ANTRIAN.id, SIMPEG.id]


def test_many_are_written_all_or_none(store: CatalogueStore) -> None:
    def broken() -> Iterator[App]:
        yield SIMPEG
        raise RuntimeError("the file ended")

    with pytest.raises(RuntimeError):
        store.put_all(broken(), "import", NOON, "inventory")
    assert store.get(SIMPEG.id) is None
    assert store.last() == 0
    assert store.search("kepegawaian").total == 0


def test_a_word_in_a_name_comes_before_a_word_in_a_description(store: CatalogueStore) -> None:
    store.put_all([SIMPEG, ANTRIAN], "import", NOON, "inventory")
    assert ids(store.search("KEPEGAWAIAN").apps) == [SIMPEG.id, ANTRIAN.id]
    assert ids(store.search("kepegawaian antrian").apps) == [ANTRIAN.id]


def test_facets_narrow_and_are_counted(store: CatalogueStore) -> None:
    store.put_all([SIMPEG, ANTRIAN], "import", NOON, "inventory")
    found = store.search("kepegawaian", {"sector": "health"})
    assert ids(found.apps) == [ANTRIAN.id]
    counts = store.search("kepegawaian", limit=1).counts
    assert counts["sector"] == {"health": 1, "personnel": 1}
    assert counts["lifecycle"] == {"live": 2}
    assert counts["decided"] == {"-": 2}
    assert store.search("", {"decided": "-"}).total == 2


def test_a_limit_bounds_what_is_given_not_what_is_counted(store: CatalogueStore) -> None:
    store.put_all([SIMPEG, ANTRIAN], "import", NOON, "inventory")
    found = store.search("", limit=1)
    assert (len(found.apps), found.total) == (1, 2)


@pytest.mark.parametrize("query", ['"', "*", "names:x", "a OR b", "NEAR(", "-x", "^", "' ; --", "\0"])
def test_signs_of_a_query_language_mean_nothing(store: CatalogueStore, query: str) -> None:
    store.put(SIMPEG, "ani", NOON, "registered")
    assert store.search(query).total == 0


words = st.text(alphabet="abkéßİ9٣_- ", max_size=12)
kept = st.lists(st.builds(Field, words.filter(bool)), max_size=2, unique_by=lambda f: f.name).map(tuple)
entries = st.builds(
    App, id=st.sampled_from(["a.a", "a.b", "b.a"]), owner=st.sampled_from(["a", "b"]), title=st.builds(Text, st.just("Judul"), words),
    description=st.builds(Text, words, words), users=st.none() | st.integers(0, 9), fields=kept,
)  # fmt: skip


@given(st.lists(st.lists(entries, max_size=4), max_size=4), words)
@settings(max_examples=60, deadline=None)
def test_the_adapters_answer_alike_and_their_entries_are_the_fold_of_their_events(batches: list[list[App]], query: str) -> None:
    fake, real = MemoryCatalogue(), SqliteCatalogue(":memory:")
    for batch in batches:
        assert fake.put_all(batch, "w", NOON, "y") == real.put_all(batch, "w", NOON, "y")
    assert list(fake.entries()) == list(real.entries()) == [read_app(rows) for _, rows in sorted(replay(real.events()).items())]
    assert list(fake.events()) == list(real.events())
    assert fake.search(query) == real.search(query)


def test_the_file_keeps_what_was_written(tmp_path: Path) -> None:
    with SqliteCatalogue(tmp_path / "catalogue.db") as first:
        first.put(SIMPEG, "ani", NOON, "registered")
    with SqliteCatalogue(tmp_path / "catalogue.db") as second:
        assert second.get(SIMPEG.id) == SIMPEG
