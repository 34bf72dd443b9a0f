"""What is seen and not registered: each thing once, covered by an entry that is named, or in the list."""

from __future__ import annotations

from gateway.catalogue.entry import App, Interface, Text
from gateway.catalogue.merging.unregistered import Sighting, cover_sightings, find_unregistered

APPS = [
    App("kab-a.simpeg", "kab-a", Text("SIMPEG"), interfaces=(Interface("openapi", "https://api.kab-a.example/x.json", ("GET /pegawai",)),))
]


def test_owner_host_operation_and_application_cover_what_is_seen() -> None:
    seen = [Sighting("caller", "kab-a", "log"), Sighting("host", "API.kab-a.example", "csv"), Sighting("operation", "get /pegawai", "csv")]
    seen.append(Sighting("application", "kab-a.simpeg", "csv"))
    assert {one.by for one in cover_sightings(seen, APPS)} == {"kab-a.simpeg"}
    assert find_unregistered(seen, APPS) == []


def test_an_entry_that_is_named_and_not_registered_covers_nothing() -> None:
    (found,) = find_unregistered([Sighting("host", "api.kab-a.example", "upstream", "kab-a.other")], APPS)
    assert found.sighting.entry == "kab-a.other"


def test_what_is_seen_twice_stands_once_with_both_places_and_the_sum() -> None:
    (found,) = find_unregistered([Sighting("caller", "kab-b", "log", "", 3), Sighting("caller", "KAB-B", "csv", "", 2)], APPS)
    assert (found.sighting.where, found.sighting.times) == ("log, csv", 5)


def test_the_most_used_comes_first() -> None:
    seen = [Sighting("caller", "kab-b", "log", "", 1), Sighting("caller", "kab-c", "log", "", 9)]
    assert [one.sighting.name for one in find_unregistered(seen, APPS)] == ["kab-c", "kab-b"]
