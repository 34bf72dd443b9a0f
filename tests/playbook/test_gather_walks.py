"""One cursor over several lists while providers lie and the table changes: each costs its own part."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gateway.journey import gather_lists
from gateway.journey.gather_lists import WalkList
from gateway.journey.together import Member
from gateway.translate.paging import advance, plan_page
from gateway.translate.paging_form import Paging
from gateway.values.faults import Refused
from gateway.values.model import Json, Reply
from gateway.values.page import Turning
from gateway.values.route import Exchange
from tests.property.test_gather_lists import STYLES, begin, circle, cursors, list_own, make_member, own

from .side_by_side import Stage

CURSOR = Paging("cursor", size_max=3, items=("e",), next=("n",))
LISTS = [list(range(count)) for count in (2, 5, 3)]


def ask(members: list[Member], after: str | None, size: int = 4) -> Exchange:
    x = begin(size)
    Stage(lambda call: Reply(200, {})).run(WalkList(circle(members, 2), cursors(after))(x))
    return x


def walk(members: list[Member], after: str | None = None, size: int = 4) -> tuple[list[Json], list[tuple[str, str]]]:
    """Walk to the end; give the elements, and what the last page says is missing."""
    items: list[Json] = []
    for _ in range(100):
        answer = ask(members, after, size).answer
        items += answer["items"]
        after = answer.get("next")
        if after is None:
            return items, [(part["row"], part["code"]) for part in answer.get("missing", ())]
    raise AssertionError("a walk has an end")


def with_list(member: Member, elements_of: Any) -> Member:
    """Give a member that answers each page with what is made of its cursor, and always says that more follow."""

    def judge(x: Exchange) -> None:
        assert x.page is not None
        at = int(x.page.cursor or 0)
        x.answer = {"items": elements_of(at)[: x.page.take]}
        x.page.next = replace(x.page.position, token=str(at + 1), skip=0, steps=x.page.position.steps + 1)

    return replace(member, provider=replace(member.provider, judge=(judge,)))


def test_who_gives_empty_pages_for_ever_is_missing_and_keeps_nobody_from_those_behind() -> None:
    members = own(LISTS, [CURSOR] * 3)
    members[1] = with_list(members[1], lambda at: [])
    assert walk(members) == ([each for each in list_own(LISTS) if each[0] != "1"], [("R1", "PROVIDER_INVALID")])


def test_who_gives_elements_for_ever_is_missing_from_some_place_on_and_keeps_nobody_from_those_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gather_lists, "WALKED_MAX", 20)
    members = own(LISTS, [CURSOR] * 3)
    members[1] = with_list(members[1], lambda at: [f"1.{at}"])
    items, missing = walk(members)
    assert [each for each in items if each[0] != "1"] == [each for each in list_own(LISTS) if each[0] != "1"]
    assert len(items) == len(set(items)) and missing == [("R1", "PROVIDER_TOO_LARGE")]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [1, 3, 4, 5])
def test_a_row_that_is_gone_when_the_walk_comes_to_it_is_passed_over(style: Paging, size: int) -> None:
    members = own(LISTS, [style] * 3)
    first = ask(members, None, size).answer
    rest, missing = walk([members[0], members[2]], first["next"], size)
    assert (first["items"] + rest, missing) == (first["items"] + [each for each in list_own(LISTS)[size:] if each[0] != "1"], [])


def test_a_row_that_comes_behind_the_place_of_the_walk_is_in_it() -> None:
    members = own([*LISTS, [7]], [CURSOR] * 4)
    first = ask(members[:3], None).answer
    assert first["items"] + walk(members, first["next"])[0] == list_own([*LISTS, [7]])


def named(member: Member, paging: Paging) -> Member:
    """Give a member whose software is known by its style of paging."""
    turning = Turning(
        lambda at, want: plan_page(paging, at, want, is_sized=True), lambda at, taken: advance(paging, at, taken), paging.style
    )
    return replace(member, provider=replace(member.provider, turning=turning))


def test_where_the_row_in_the_midst_of_which_a_walk_stands_has_another_software_now_the_walk_begins_again() -> None:
    before, now = ([named(make_member(n, style, [f"{n}.{at}" for at in range(5)]), style) for n in range(2)] for style in STYLES[2:4])
    first = ask(before, None, 3).answer
    assert json.loads(first["next"])[0] == "R0"
    with pytest.raises(Refused) as refused:
        ask(now, first["next"], 3)
    assert refused.value.fault.kind.name == "CURSOR_EXPIRED"
    whole = ask(before, None, 5).answer  # it stands before R1
    assert whole["items"] + walk(now, whole["next"], 5)[0] == [f"{n}.{at}" for n in range(2) for at in range(5)]
