"""Merging: the same whatever the order in which documents came, once is as good as twice, and nothing that may be said is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.journey.merge import Field, Node, Part, index_by_key, merge_documents

LINES = 3
NAMES = ("a", "b", "c", "d")
LEAVES = st.one_of(st.integers(0, 3), st.text("xy", max_size=2), st.lists(st.integers(0, 2), max_size=2))
INNER = st.dictionaries(st.sampled_from(NAMES), LEAVES, max_size=3)
DOCUMENTS = st.dictionaries(st.sampled_from(NAMES), st.one_of(LEAVES, INNER), max_size=4)
RANKS = st.permutations(range(LINES)).map(tuple)


def read_age(document: Any) -> float:
    value = document.get("d") if isinstance(document, dict) else None
    return float(value) if isinstance(value, int) else -1.0


def fields(depth: int, path: str = "") -> st.SearchStrategy[Node]:
    strict = st.tuples(*[st.one_of(st.none(), st.integers(0, 2))] * LINES)

    def make(chosen: Mapping[str, Any], ranks: tuple[int, ...]) -> Node:
        made: dict[str, Field | Node] = {}
        for name, rule in chosen.items():
            here = f"{path}{name}"
            made[name] = rule if isinstance(rule, Node) else Field(here, rule[0], read_age if rule[1] else None)
        return Node(made, ranks, path)

    rules: st.SearchStrategy[Any] = st.tuples(strict, st.booleans())
    if depth:
        rules = st.one_of(rules, fields(depth - 1, f"{path}x."))
    return st.builds(make, st.dictionaries(st.sampled_from(NAMES), rules, max_size=2), RANKS)


PARTS = st.lists(st.tuples(st.integers(0, LINES - 1), DOCUMENTS), min_size=1, max_size=5).map(
    lambda rows: [Part(number, line, document) for number, (line, document) in enumerate(rows)]
)


@given(fields(1), PARTS, st.randoms(use_true_random=False))
def test_the_order_in_which_documents_came_decides_nothing(node: Node, parts: list[Part], chance: Any) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)
    assert merge_documents(node, shuffled) == merge_documents(node, parts)


@given(fields(1), PARTS)
def test_merged_again_it_stays_what_it_is(node: Node, parts: list[Part]) -> None:
    once = merge_documents(node, parts)
    twice = [Part(part.number + len(parts), part.line, part.document) for part in parts]
    assert merge_documents(node, [*parts, *twice]) == once


@given(RANKS, PARTS)
def test_without_rules_nothing_is_lost_and_the_first_in_rank_is_whole(ranks: tuple[int, ...], parts: list[Part]) -> None:
    merged = merge_documents(Node({}, ranks), parts)
    assert merged.keys() == {name for part in parts for name in part.document}
    first = min(parts, key=lambda part: (ranks[part.line], part.number))
    assert first.document.items() <= merged.items()


@given(fields(0), PARTS)
def test_a_field_is_there_exactly_where_one_that_may_say_it_has_it_and_it_is_what_one_says(node: Node, parts: list[Part]) -> None:
    merged = merge_documents(node, parts)
    for name in NAMES:
        rule = node.fields.get(name)
        may = [part for part in parts if name in part.document and (not isinstance(rule, Field) or rule.ranks[part.line] is not None)]
        assert (name in merged) == bool(may)
        if may:
            assert any(merged[name] == part.document[name] for part in may)


@given(fields(0), PARTS)
def test_no_older_word_holds_where_a_newer_is(node: Node, parts: list[Part]) -> None:
    merged = merge_documents(node, parts)
    for name, rule in node.fields.items():
        if isinstance(rule, Field) and rule.newest is not None and name in merged:
            may = [part for part in parts if name in part.document and rule.ranks[part.line] is not None]
            newest = max(read_age(part.document) for part in may)
            assert any(part.document[name] == merged[name] for part in may if read_age(part.document) == newest)


@given(fields(0), PARTS)
def test_the_sources_name_each_field_once_and_only_those_that_are_there(node: Node, parts: list[Part]) -> None:
    sources: dict[int, list[str]] = {}
    merge_documents(node, parts, sources)
    named = [name for names in sources.values() for name in names]
    assert len(named) == len(set(named))
    assert sources.keys() <= {part.number for part in parts}


@given(fields(1), PARTS)
def test_what_is_merged_is_never_written_to(node: Node, parts: list[Part]) -> None:
    before = repr(parts)
    merge_documents(node, parts)
    assert repr(parts) == before


@given(st.lists(st.lists(st.integers(0, 6), max_size=6), min_size=1, max_size=4))
def test_elements_with_one_key_are_one_and_the_list_stands_in_its_order(lists: list[list[int]]) -> None:
    parts = [Part(number, 0, [{"k": key, "of": number} for key in keys]) for number, keys in enumerate(lists)]
    found = index_by_key(parts, lambda element: (element["k"],))
    assert [key for key, _ in found] == sorted({(key,) for keys in lists for key in keys})
    for (key,), same in found:
        assert [part.number for part in same] == [number for number, keys in enumerate(lists) if key in keys]
