"""The indexes of a table find what a look at every row finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.traffic.tables import index_prefix, index_range
from gateway.values.route import Row

CODES = st.text("01.", min_size=1, max_size=5)
PAIRS = st.tuples(st.integers(0, 60), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def is_prefix(key: str, text: str) -> bool:
    return text.startswith(key) and ("." not in text or len(key) == len(text) or text[len(key)] == ".")


@given(st.lists(CODES, unique=True, max_size=20), CODES)
def test_a_prefix_is_found_as_by_looking_at_every_row(keys: list[str], text: str) -> None:
    table = index_prefix([(key, Row(key, {}, None, place)) for place, key in enumerate(keys)])
    wanted = sorted((key for key in keys if is_prefix(key, text)), key=len, reverse=True)
    assert [row.key for row in table.find(text)] == wanted


@given(st.lists(PAIRS, max_size=12), st.integers(-2, 80))
def test_a_range_is_found_as_by_looking_at_every_row(pairs: list[tuple[int, int]], value: int) -> None:
    table = index_range([(low, high, Row(str(low), {}, None, place)) for place, (low, high) in enumerate(pairs)])
    wanted = {place for place, (low, high) in enumerate(pairs) if low <= value <= high}
    assert {row.index for row in table.find(value)} == wanted
