"""Alignment: one to one, for a reason, the same both ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.entry import Field
from gateway.catalogue.overlap.align import align_fields, read_meanings
from gateway.catalogue.overlap.words import Lexicon

NAMES = "nik no_ktp nama nama_lengkap tgl_lahir date_of_birth alamat address no_hp status kategori_id x9 ibu"
names = st.lists(st.sampled_from(NAMES.split(" ")), max_size=8, unique=True)


def pairs(lexicon: Lexicon, mine: list[str], theirs: list[str]) -> list[tuple[str, str, str]]:
    left, right = (read_meanings([Field(name) for name in names], lexicon) for names in (mine, theirs))
    return [(one.mine.name, one.theirs.name, one.why) for one in align_fields(left, right)]


def test_the_reason_says_how_two_fields_are_the_same(lexicon: Lexicon) -> None:
    found = pairs(lexicon, ["NIK", "tgl_lahir", "alamat_rumah"], ["nik", "date_of_birth", "alamat"])
    assert found[:2] == [("NIK", "nik", "same key"), ("tgl_lahir", "date_of_birth", "same concept")]


def test_what_a_table_is_about_says_nothing_inside_it(lexicon: Lexicon) -> None:
    found = pairs(lexicon, ["cuti_mulai", "cuti_alasan", "cuti_status", "cuti_lampiran"], ["start", "reason", "status", "attachment"])
    assert {(one, other) for one, other, _ in found} == {
        ("cuti_mulai", "start"), ("cuti_alasan", "reason"), ("cuti_status", "status"), ("cuti_lampiran", "attachment"),
    }  # fmt: skip


def test_a_date_is_never_a_number_of_the_same_thing(lexicon: Lexicon) -> None:
    assert pairs(lexicon, ["tgl_surat"], ["no_surat"]) == []


@given(names, names)
def test_each_field_stands_in_one_pair_at_most_and_both_ways_give_the_same(lexicon: Lexicon, mine: list[str], theirs: list[str]) -> None:
    found = pairs(lexicon, mine, theirs)
    assert len({one for one, _, _ in found}) == len(found) == len({other for _, other, _ in found})
    assert len(pairs(lexicon, theirs, mine)) == len(found)


@given(names, names, st.randoms())
def test_the_order_of_fields_changes_nothing(lexicon: Lexicon, mine: list[str], theirs: list[str], chance: object) -> None:
    shuffled = sorted(mine, reverse=True)
    assert sorted(pairs(lexicon, shuffled, theirs)) == sorted(pairs(lexicon, mine, theirs))
