"""Rows are found by their key, with a bounded number of reads, and only while they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gateway.traffic.tables import READS_MAX, Exact, Prefix, Range, choose_row, find_overlap, index_exact, index_prefix, index_range
from gateway.values.route import Row

MANY = 27_000


class CountingDict(dict[Any, Any]):
    """A table that counts how often it is read."""

    reads = 0

    def get(self, key: Any, default: Any = None) -> Any:
        self.reads += 1
        return super().get(key, default)


class CountingList(list[Any]):
    """A list that counts how often it is read."""

    reads = 0

    def __getitem__(self, place: Any) -> Any:
        self.reads += 1
        return super().__getitem__(place)


def row(key: str, index: int = 0, since_s: float = float("-inf"), until_s: float = float("inf")) -> Row:
    return Row(key, {"code": key}, None, index, since_s, until_s)


def keys_of(rows: Sequence[Row]) -> list[str]:
    return [each.key for each in rows]


def exact(count: int) -> Exact:
    return index_exact([(f"P{n:010}", row(f"P{n:010}", n)) for n in range(count)])


@pytest.mark.parametrize("count", [1, MANY])
def test_exact_reads_the_table_once_however_many_rows_it_has(count: int) -> None:
    table = exact(count)
    table.rows = CountingDict(table.rows)
    assert keys_of(table.find(f"P{count - 1:010}")) == [f"P{count - 1:010}"]
    assert table.find("P9999999999") == ()
    assert table.rows.reads == 2


def test_prefix_reads_no_more_often_than_keys_have_lengths() -> None:
    codes = [f"{a:02}.{b:02}.{c:02}" for a in range(30) for b in range(30) for c in range(30)]
    codes += [code[:5] for code in codes[::30]] + [code[:2] for code in codes[::900]]
    table = index_prefix([(code, row(code, n)) for n, code in enumerate(dict.fromkeys(codes))])
    assert len(table.rows) >= MANY
    table.rows = CountingDict(table.rows)
    assert keys_of(table.find("03.04.05.1001")) == ["03.04.05", "03.04", "03"]
    assert table.rows.reads == 3
    assert table.find("99.04.05.1001") == ()
    assert table.rows.reads == 6 <= 2 * READS_MAX


def test_range_reads_at_most_sixteen_times_among_27_000_ranges() -> None:
    table = index_range([(f"{n * 10:06}", f"{n * 10 + 7:06}", row(f"{n * 10:06}", n)) for n in range(MANY)])
    starts = table.starts
    worst = 0
    for n in (0, 1, 4_711, 13_500, MANY - 1):
        for step, wanted in ((0, [f"{n * 10:06}"]), (7, [f"{n * 10:06}"]), (8, [])):
            table.starts = counting = CountingList(starts)
            assert keys_of(table.find(f"{n * 10 + step:06}")) == wanted
            worst = max(worst, counting.reads)
    assert 1 < worst <= READS_MAX


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("32.15.01", ["32.15", "32"]),
        ("32.15", ["32.15", "32"]),
        ("32.1", ["32"]),
        ("32.150", ["32"]),
        ("3215011001", ["32"]),
        ("33", []),
        ("3", []),
        (32, []),
    ],
)
def test_the_longest_prefix_is_found_and_a_text_with_dots_is_cut_at_dots_only(key: Any, found: list[str]) -> None:
    table = index_prefix([("32", row("32")), ("32.15", row("32.15", 1))])
    assert keys_of(table.find(key)) == found


def test_keys_of_more_lengths_than_may_be_read_are_refused() -> None:
    assert isinstance(index_prefix([("x" * n, row("x" * n, n)) for n in range(1, READS_MAX + 1)]), Prefix)
    with pytest.raises(ValueError, match="17 lengths"):
        index_prefix([("x" * n, row("x" * n, n)) for n in range(1, READS_MAX + 2)])


@pytest.mark.parametrize(
    ("key", "found"), [("10", ["10"]), ("19", ["10"]), ("20", ["20"]), ("25", []), ("9", []), ("100", ["100"]), ("0150", [])]
)
def test_a_range_holds_both_ends_and_compares_texts_of_one_length_only(key: str, found: list[str]) -> None:
    table = index_range([("10", "19", row("10")), ("20", "24", row("20", 1)), ("100", "199", row("100", 2))])
    assert keys_of(table.find(key)) == found


def test_ranges_of_numbers_are_compared_as_numbers() -> None:
    table = index_range([(9, 10, row("9")), (100, 100, row("100", 1))])
    assert [keys_of(table.find(key)) for key in (8, 9, 10, 11, 100)] == [[], ["9"], ["9"], [], ["100"]]
    assert isinstance(table, Range)


def test_more_ranges_over_one_value_than_may_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="17 ranges hold one value"):
        index_range([("10", "19", row("10", n)) for n in range(READS_MAX + 1)])


def test_of_the_rows_of_a_key_the_one_that_holds_now_is_chosen() -> None:
    rows = (row("a", 0, until_s=100.0), row("a", 1, since_s=100.0, until_s=200.0))
    assert [None if found is None else found.index for found in (choose_row(rows, now) for now in (0.0, 99.9, 100.0, 200.0))] == [
        0,
        0,
        1,
        None,
    ]


def test_rows_that_follow_one_another_do_not_overlap() -> None:
    one, other = row("a", 0, until_s=100.0), row("a", 1, since_s=100.0)
    assert find_overlap((other, one)) is None
    assert find_overlap((one, row("a", 2, since_s=99.0))) is not None
