"""The bridge between three numberings of regions: Kemendagri's, BPS's, and ISO 3166-2:ID."""

from __future__ import annotations

import csv

import pytest

from gateway.sandbox.places import find_reference

SCHEMAS = find_reference() / "schemas"


def read_rows(name: str) -> dict[str, dict[str, str]]:
    with (SCHEMAS / name).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def lasting(rows: dict[str, dict[str, str]]) -> list[str]:
    return [row["to"] for row in rows.values() if not row["until"]]


PROVINCES, REGENCIES = read_rows("canonical/province.csv"), read_rows("canonical/regency.csv")


@pytest.mark.parametrize("name", ["kemendagri/provinsi.csv", "bps/provinsi.csv", "kemenkes/provinsi.csv"])
def test_each_numbering_names_every_province_once(name: str) -> None:
    assert len(PROVINCES) == 38
    assert sorted(row["to"] for row in read_rows(name).values()) == sorted(PROVINCES)


def test_bps_names_every_regency_by_one_code_that_holds() -> None:
    assert sorted(lasting(read_rows("bps/kabupaten.csv"))) == sorted(REGENCIES)


def test_a_code_that_ended_has_a_successor_of_the_new_provinces() -> None:
    rows = read_rows("bps/kabupaten.csv")
    ended = {code: row["to"] for code, row in rows.items() if row["until"]}
    assert len(ended) == 26
    for code, regency in ended.items():
        (successor,) = [other for other, row in rows.items() if row["to"] == regency and not row["until"]]
        assert rows[code]["until"] < rows[successor]["since"]
        assert regency[:2] in {"93", "94", "95", "96"}


def test_a_regency_stands_in_the_same_province_for_both_offices() -> None:
    ministry, statistics = read_rows("kemendagri/provinsi.csv"), read_rows("bps/provinsi.csv")
    for code, row in read_rows("bps/kabupaten.csv").items():
        if not row["until"]:
            assert statistics[code[:2]]["to"] == ministry[row["to"][:2]]["to"], code


@pytest.mark.parametrize(
    ("bps", "kemendagri"), [("1101", "1109"), ("3171", "3174"), ("3215", "3215"), ("9471", "9171"), ("9271", "9671"), ("9401", "9301")]
)
def test_codes_that_are_known_to_differ_differ(bps: str, kemendagri: str) -> None:
    assert read_rows("bps/kabupaten.csv")[bps]["to"] == kemendagri
