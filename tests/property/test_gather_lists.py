"""One cursor over several lists: the pages together are the whole, whatever their sizes and the order of answers, whoever fails between."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.journey.gather_lists import Cursors, MergeList, WalkList, make_key_reader
from gateway.journey.merge import Node
from gateway.journey.together import Circle, GatherCells, Member
from gateway.policy.cursors import read_position, write_position
from gateway.translate.paging import advance, cut_page, find_elements, plan_page
from gateway.translate.paging_form import Paging
from gateway.values.asks import CallUpstream
from gateway.values.faults import CATALOGUE, fault, refuse
from gateway.values.model import Json, Reply, Request, Upstream
from gateway.values.page import Turning
from gateway.values.route import Exchange, Provider, Row
from tests.playbook.play import Desk
from tests.playbook.side_by_side import Stage

STYLES = (
    Paging("offset", size_max=4, items=("e",), total=("t",)),
    Paging("offset", size_max=3, items=("e",)),
    Paging("page", size_max=3, items=("e",), total=("t",)),
    Paging("cursor", size_max=3, items=("e",), next=("n",)),
    Paging("none", items=("e",)),
)
DOWN = fault("PROVIDER_UNREACHABLE")
CELLS = {"answered": 1, "absent": 2, "failed": 3, "unneeded": 4}


def tell(paging: Paging, elements: list[Json], x: Exchange) -> Json:
    """Answer as a provider with this list and this style of paging does."""
    page = x.page
    assert page is not None
    if paging.style == "none":
        return {"e": elements}
    begin = {"offset": page.offset, "page": (page.number - paging.first) * page.size, "cursor": int(page.cursor or 0)}[paging.style]
    end = begin + page.size
    return {"e": elements[begin:end], "t": len(elements), "n": str(end) if end < len(elements) else None}


def make_member(number: int, paging: Paging, elements: list[Json]) -> Member:
    def set_call(x: Exchange) -> None:
        x.call = CallUpstream(Upstream(f"u{number}", number, "", 0), "read", b"GET", b"/%d" % number, b"", None)

    def judge(x: Exchange) -> None:
        assert x.page is not None
        if elements == ["nobody"]:
            raise refuse("SUBJECT_NOT_FOUND")
        document = tell(paging, elements, x)
        given, x.page.next = cut_page(paging, x.page, find_elements(paging, document), document)
        x.answer = {"items": given}

    turning = Turning(lambda at, want: plan_page(paging, at, want, is_sized=True), lambda at, taken: advance(paging, at, taken))
    provider = Provider(Upstream(f"u{number}", number, "", 0), (set_call,), (judge,), turning=turning)
    return Member(provider, number % 3, f"agency-{number}", CELLS, Row(f"R{number}", {}, None, number))


def cursors(after: str | None) -> Cursors:
    def seal(x: Exchange, state: list[Json]) -> str:
        text = json.dumps(state)
        assert len(text) < 600
        return text

    return Cursors(lambda x: None if after is None else json.loads(after), seal, write_position, read_position, CATALOGUE, 9)


def circle(members: list[Member], width: int) -> Circle:
    return Circle(lambda x: members, width, 1.0, GatherCells(5, 6, 7, 8))


def begin(size: int) -> Exchange:
    x = Exchange(Request("POST", "/", "", {}, "peer"), "e" * 32, 1000.0, Desk())
    x.query = {"size": size}
    return x


LISTS = st.lists(st.one_of(st.lists(st.integers(0, 9), max_size=9), st.just(["nobody"])), min_size=1, max_size=5)
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=6)


def own(lists: list[Any], styles: list[Paging]) -> list[Member]:
    """Give members whose elements are each one's own."""
    named = [
        list(each) if each == ["nobody"] else [f"{number}.{place}" for place, _ in enumerate(each)] for number, each in enumerate(lists)
    ]
    return [make_member(number, style, each) for number, (each, style) in enumerate(zip(named, styles, strict=True))]


def list_own(lists: list[Any]) -> list[str]:
    return [f"{number}.{place}" for number, each in enumerate(lists) if each != ["nobody"] for place in range(len(each))]


@settings(max_examples=150)
@given(LISTS, st.data(), SIZES, st.integers(1, 6))
def test_the_pages_of_a_walk_are_the_whole_in_the_order_of_providers(lists: list[Any], data: Any, sizes: list[int], width: int) -> None:
    members = own(lists, [data.draw(st.sampled_from(STYLES)) for _ in lists])
    given_out: list[Json] = []
    after: str | None = None
    for turn in range(200):
        x = begin(sizes[turn % len(sizes)])
        stage = Stage(lambda call: Reply(200, {}), lambda count: data.draw(st.integers(0, count - 1)))
        stage.run(WalkList(circle(members, width), cursors(after))(x))
        assert stage.widest <= width
        assert len(x.answer["items"]) <= x.query["size"]
        assert "missing" not in x.answer
        given_out += x.answer["items"]
        after = x.answer.get("next")
        if after is None:
            break
    assert after is None, "a walk has an end"
    assert given_out == list_own(lists)


@settings(max_examples=150)
@given(LISTS, st.data(), SIZES, st.integers(1, 6))
def test_who_fails_between_pages_costs_nothing_and_what_the_last_page_misses_is_missing_of_the_whole(
    lists: list[Any], data: Any, sizes: list[int], width: int
) -> None:
    members = own(lists, [data.draw(st.sampled_from(STYLES)) for _ in lists])
    given_out: list[Json] = []
    after: str | None = None
    missing: list[str] = []
    for turn in range(300):
        down = data.draw(st.sets(st.integers(0, len(lists) - 1), max_size=2)) if turn else set()
        x = begin(sizes[turn % len(sizes)])

        def answer(call: CallUpstream, down: set[int] = down) -> Any:
            return DOWN if int(call.target[1:]) in down else Reply(200, {})

        Stage(answer, lambda count: data.draw(st.integers(0, count - 1))).run(WalkList(circle(members, width), cursors(after))(x))
        given_out += x.answer["items"]
        missing = [part["row"] for part in x.answer.get("missing", ())]
        after = x.answer.get("next")
        if after is None:
            break
    assert after is None, "a walk has an end"
    assert len(set(given_out)) == len(given_out)
    lost = {element.split(".")[0] for element in set(list_own(lists)) - set(given_out)}
    assert {f"R{number}" for number in lost} <= set(missing)


KEYED = st.lists(st.one_of(st.lists(st.integers(0, 9), max_size=8), st.just(["nobody"])), min_size=1, max_size=4)


@settings(max_examples=150)
@given(KEYED, st.data(), SIZES, st.integers(1, 5))
def test_the_pages_of_a_merged_list_are_the_whole_without_doubles(lists: list[Any], data: Any, sizes: list[int], width: int) -> None:
    elements = [each if each == ["nobody"] else [{"k": key, f"by{number}": True} for key in each] for number, each in enumerate(lists)]
    members = [make_member(number, data.draw(st.sampled_from(STYLES)), each) for number, each in enumerate(elements)]
    given_out: list[Json] = []
    after: str | None = None
    for turn in range(60):
        x = begin(sizes[turn % len(sizes)])
        supply = MergeList(circle(members, width), cursors(after), Node({}, (0, 1, 2)), make_key_reader([("k",)]), 50)
        Stage(lambda call: Reply(200, {}), lambda count: data.draw(st.integers(0, count - 1))).run(supply(x))
        given_out += x.answer["items"]
        after = x.answer.get("next")
        if after is None:
            break
    known = [(number, each) for number, each in enumerate(lists) if each != ["nobody"]]
    keys = sorted({key for _, each in known for key in each})
    assert [element["k"] for element in given_out] == keys
    for element in given_out:
        assert {name for name in element if name != "k"} == {f"by{number}" for number, each in known if element["k"] in each}
