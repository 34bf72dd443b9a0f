"""Paging: what a provider is asked for, what is cut from its answer, and what it may not say."""

from __future__ import annotations

import pytest

from gateway.translate.paging import cut_page, find_elements, plan_page
from gateway.translate.paging_form import Paging, parse_paging
from gateway.values.faults import Refused
from gateway.values.page import START, Position

BY_NUMBER = {"style": "page", "size_max": 10, "query": {"hal": "page.number", "jml": "page.size"}, "total": "meta.total"}
BY_OFFSET = {"style": "offset", "size_max": 10, "query": {"start": "page.offset"}}
BY_CURSOR = {"style": "cursor", "size_max": 10, "query": {"after": "page.cursor"}, "next": "next"}


def read(given, items=None):
    paging, problems = parse_paging(given, items)
    assert not problems
    return paging


def cut(given, count, document, position=START, size=None, *, is_sized=True):
    paging = read(given)
    return cut_page(paging, plan_page(paging, position, size, is_sized=is_sized), list(range(count)), document)


def test_a_page_is_numbered_from_the_first_and_never_larger_than_the_provider_takes() -> None:
    paging = read({**BY_NUMBER, "first": 0})
    page = plan_page(paging, Position(20), 1000, is_sized=True)
    assert (page.number, page.size, page.take, page.skip) == (2, 10, 10, 0)
    assert plan_page(read(BY_NUMBER), START, None, is_sized=True).number == 1


def test_a_size_that_changes_on_the_way_begins_within_a_page() -> None:
    page = plan_page(read(BY_NUMBER), Position(7), 5, is_sized=True)
    assert (page.number, page.skip) == (2, 2)


def test_without_a_total_one_element_more_is_asked_for() -> None:
    page = plan_page(read(BY_OFFSET), START, 4, is_sized=True)
    assert (page.size, page.take) == (5, 4)
    assert cut(BY_OFFSET, 5, {}, size=4) == ([0, 1, 2, 3], Position(4))
    assert cut(BY_OFFSET, 4, {}, size=4) == ([0, 1, 2, 3], None)
    assert cut(BY_OFFSET, 10, {}, size=10) == (list(range(9)), Position(9))


def test_a_total_written_as_text_counts() -> None:
    assert cut(BY_NUMBER, 10, {"meta": {"total": "24"}})[1] == Position(10)


@pytest.mark.parametrize(
    ("given", "count", "document", "position"),
    [
        (BY_NUMBER, 11, {"meta": {"total": 11}}, START),  # more than asked
        (BY_NUMBER, 5, {"meta": {"total": 4}}, START),  # more than there are
        (BY_NUMBER, 9, {"meta": {"total": 30}}, START),  # short, and not the last
        (BY_NUMBER, 0, {"meta": {"total": 30}}, Position(10)),
        (BY_NUMBER, 1, {"meta": {}}, START),
        (BY_NUMBER, 1, {"meta": {"total": True}}, START),
        (BY_NUMBER, 1, {"meta": {"total": -1}}, START),
        ({**BY_OFFSET, "total": "total"}, 0, {"total": 4}, START),
        ({**BY_OFFSET, "more": "lagi"}, 0, {"lagi": True}, START),
        ({**BY_OFFSET, "more": "lagi"}, 1, {"lagi": "ya"}, START),
        (BY_OFFSET, 11, {}, START),
        (BY_CURSOR, 1, {"next": ["a"]}, START),
        (BY_CURSOR, 1, {"next": True}, START),
        (BY_CURSOR, 1, {"next": "x" * 600}, START),
        (BY_CURSOR, 1, {"next": "a"}, Position(0, "a", 0, 1, "")),  # the one that was sent
        ({**BY_CURSOR, "more": "more"}, 1, {"more": True}, START),
    ],
)
def test_a_provider_that_contradicts_itself_is_not_believed(given, count, document, position) -> None:
    with pytest.raises(Refused) as refused:
        cut(given, count, document, position)
    assert refused.value.fault.kind.name == "PROVIDER_INVALID"
    assert refused.value.fault.reason.startswith("paging: ")


@pytest.mark.parametrize("lead", range(6))
@pytest.mark.parametrize("round_", range(1, 9))
def test_a_circle_of_cursors_ends_however_long_it_is(lead: int, round_: int) -> None:
    position, turns = START, 0
    with pytest.raises(Refused):
        while turns < 200:
            turns += 1
            step = turns if turns <= lead else lead + (turns - lead) % round_
            position = cut(BY_CURSOR, 1, {"next": f"c{step}"}, position)[1]
    assert turns < 50


def test_an_empty_page_with_a_next_cursor_is_gone_past() -> None:
    assert cut(BY_CURSOR, 0, {"next": "b"}) == ([], Position(0, "b", 0, 1, cut(BY_CURSOR, 1, {"next": "b"})[1].mark))
    assert [cut(BY_CURSOR, 1, {"next": end})[1] for end in (None, "")] == [None, None]
    assert cut(BY_CURSOR, 1, {})[1] is None


def test_elements_stand_where_the_dialect_or_the_route_says() -> None:
    assert find_elements(read({"style": "none", "items": "rows"}), {"rows": [1]}) == [1]
    assert find_elements(read({"style": "none", "items": "rows"}, "hasil.baris"), {"hasil": {"baris": [2]}}) == [2]
    assert find_elements(read(None), [3]) == [3]


def test_one_element_may_stand_as_an_object_only_where_that_is_said() -> None:
    single = read({"style": "none", "items": "rows", "single": True})
    assert find_elements(single, {"rows": {"a": 1}}) == [{"a": 1}]
    assert find_elements(single, {"rows": None}) == find_elements(single, {}) == []
    for payload in ({"rows": {"a": 1}}, {"rows": None}, {}, "text"):
        with pytest.raises(Refused):
            find_elements(read({"style": "none", "items": "rows"}), payload)
    with pytest.raises(Refused):
        find_elements(single, {"rows": "a"})


@pytest.mark.parametrize(
    "given",
    [
        {"style": "page", "total": "t"},
        {"style": "page", "size_max": 5},
        {"style": "cursor", "size_max": 5},
        {"style": "offset", "size_max": 1},
        {"style": "none", "size_max": 5},
        {"style": "offset", "size_max": 5, "next": "n"},
        {"style": "offset", "size_max": 5, "total": "t", "more": "m"},
        {"style": "offset", "size_max": 5, "query": {"hal": "page.number"}},
    ],
)
def test_a_paging_that_says_nothing_clear_is_a_problem(given) -> None:
    assert {problem.code for problem in parse_paging(given)[1]} == {"JB-LST-001"}


def test_no_paging_is_one_answer() -> None:
    assert read(None) == Paging()
