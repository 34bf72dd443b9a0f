"""Columns brought together: coverage and purity follow from what is compared; chains break; the order of members changes nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from gateway.catalogue.entry import App, Field, Text
from gateway.catalogue.merging.cluster import choose_pairs
from gateway.catalogue.merging.columns import Canonical, bring_together, key_of, kind_of

MEANINGS = {
    "nik": "nik", "no_ktp": "nik", "nationalId": "nik", "nama": "name", "full_name": "name", "nm": "name", "nama_ortu": "parent",
    "tgl_lahir": "birth", "dob": "birth", "alamat": "address",
}  # fmt: skip


def make_app(name: str, *columns: str, type: str = "") -> App:
    return App(f"agency.{name}", "agency", Text(name), fields=tuple(Field(column, type) for column in columns))


def align(one: App, other: App) -> list[tuple[str, str]]:
    theirs = {MEANINGS.get(field.name, field.name): field.name for field in other.fields}
    return [(field.name, theirs[mean]) for field in one.fields if (mean := MEANINGS.get(field.name, field.name)) in theirs]


def merge(members: Sequence[App]) -> Canonical:
    return bring_together(members, [(one, other, align(one, other)) for one, other in choose_pairs(members)])


PEOPLE = (
    make_app("a", "nik", "nama", "tgl_lahir", "alamat"),
    make_app("b", "no_ktp", "full_name", "dob", "only_here"),
    make_app("c", "nationalId", "nm", "dob", "alamat"),
)


def test_names_of_one_meaning_become_one_field() -> None:
    found = {frozenset(name for name, _ in field.names): field.support for field in merge(PEOPLE).fields}
    assert found == {
        frozenset({"nik", "no_ktp", "nationalId"}): 3,
        frozenset({"nama", "full_name", "nm"}): 3,
        frozenset({"tgl_lahir", "dob"}): 3,
        frozenset({"alamat"}): 2,
    }


def test_coverage_is_the_share_of_columns_that_the_candidate_holds() -> None:
    canonical = merge(PEOPLE)
    assert canonical.columns == 12
    assert canonical.alone == 1
    assert canonical.coverage == pytest.approx(11 / 12)
    assert canonical.covers(PEOPLE[1]) == pytest.approx(3 / 4)


def test_every_column_stands_in_one_field_at_most() -> None:
    held = [(app, name) for field in merge(PEOPLE).fields for app, names in field.members.items() for name in names]
    assert len(held) == len(set(held))


def test_the_order_of_members_changes_nothing() -> None:
    members = [make_app(f"m{number}", *random.Random(number).sample(sorted(MEANINGS), 5)) for number in range(30)]
    expected = merge(members)
    shuffled = list(members)
    random.Random(1).shuffle(shuffled)
    assert merge(shuffled) == expected


def test_two_columns_that_stand_side_by_side_are_not_joined_by_one_likeness() -> None:
    members = [make_app(f"m{number}", "nama", "nama_ortu") for number in range(6)]
    wrong = [(members[0], members[1], [("nama", "nama_ortu"), ("nama_ortu", "nama")])]
    assert sorted(field.name for field in bring_together(members, wrong).fields) == ["nama", "nama_ortu"]


def test_a_pairing_that_few_comparisons_bear_out_lowers_purity_or_is_refused() -> None:
    members = [make_app(f"a{number}", "nik") for number in range(5)] + [make_app(f"b{number}", "no_ktp") for number in range(5)]
    every = [(one, other, align(one, other)) for place, one in enumerate(members) for other in members[place + 1 :]]
    half = [(one, other, pairs if number % 2 else []) for number, (one, other, pairs) in enumerate(every)]
    tenth = [(one, other, pairs if number % 10 == 0 else []) for number, (one, other, pairs) in enumerate(every)]
    assert bring_together(members, every).purity == pytest.approx(1.0)
    assert bring_together(members, half).purity < 0.9
    assert len(bring_together(members, tenth).fields) == 2


def test_declared_types_that_do_not_convert_are_a_conflict() -> None:
    canonical = merge([make_app("a", "dob", type="date"), make_app("b", "dob", type="varchar(10)"), make_app("c", "dob", type="date")])
    (field,) = canonical.fields
    assert field.types == (("date", 2), ("text", 1))
    assert field.has_conflict


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("varchar(16)", "text"), ("BIGINT", "number"), ("decimal(10,2)", "number"), ("datetime", "date"),
        ("boolean", "boolean"), ("time", "time"), ("", ""),
    ],
)  # fmt: skip
def test_a_declared_type_is_a_kind_of_value(declared: str, kind: str) -> None:
    assert kind_of(declared) == kind


def test_spelling_is_no_difference() -> None:
    assert key_of("tgl_Lahir") == key_of("TGLLAHIR") == "tgllahir"


def test_the_cost_of_comparing_grows_with_the_members() -> None:
    some = [make_app(f"m{number:04}", "nik", f"c{number}") for number in range(400)]
    pairs = list(choose_pairs(some))
    assert len(pairs) <= 8 * len(some)
    assert {app.id for pair in pairs for app in pair} == {app.id for app in some}
