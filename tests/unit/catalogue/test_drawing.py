"""Laws of the drawing of a group."""

from __future__ import annotations

import re

from gateway.catalogue.drawing import DRAWN_MAX, draw_group


def _drawn(svg: str) -> list[str]:
    return re.findall(r"<circle[^>]*><title>([^<]*)</title>", svg)


def test_of_many_members_those_are_drawn_that_hang_together_and_all_of_them_are_named() -> None:
    members = [f"app.{at:03}" for at in range(100)]
    chain = [(f"app.{at:03}", f"app.{at + 1:03}", 0.9) for at in range(40, 70)]
    apart = [(f"app.{at:03}", f"app.{at + 1:03}", 0.9) for at in range(0, 30, 2)]
    svg = draw_group(members, [*apart, *chain])
    drawn = sorted(_drawn(svg))
    assert len(drawn) == DRAWN_MAX == svg.count("<text")
    numbers = [int(one[4:]) for one in drawn]
    assert numbers == list(range(numbers[0], numbers[0] + DRAWN_MAX)) and numbers[0] >= 40
    assert svg.count("<line") == DRAWN_MAX - 1


def test_the_same_group_gives_the_same_picture_whatever_its_order() -> None:
    members, edges = ["a", "b", "c"], [("a", "b", 0.6), ("c", "b", 0.9)]
    assert draw_group(members, edges) == draw_group(members[::-1], edges[::-1])
    assert _drawn(draw_group(members, edges)) == ["b", "c", "a"]


def test_a_line_to_what_is_not_a_member_is_not_drawn_and_names_are_escaped() -> None:
    svg = draw_group(["a<b", "c"], [("a<b", "elsewhere", 0.9)])
    assert svg.count("<line") == 0 and "a&lt;b" in svg and "a<b" not in svg
