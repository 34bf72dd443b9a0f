"""Law: of a document, exactly the leaves that some grant reveals are left, as the grants say together; nothing else, nothing changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.policy.disclosure import MASKS, compile_tree, is_within, plant_tree, unite_trees
from gateway.values.model import Json

NAMES = st.sampled_from("abc")
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(0, 99), st.text("xyz019-", max_size=8))
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)), max_leaves=12),
)
GRANTS = st.lists(
    st.tuples(st.one_of(st.none(), st.lists(PATHS, max_size=4)), st.dictionaries(PATHS, st.sampled_from(sorted(MASKS)), max_size=3)),
    min_size=1,
    max_size=3,
)


def walk(value: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    """Give each leaf with its dotted path; elements of lists have their list's path."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from walk(member, (*path, name))
    elif isinstance(value, list):
        for element in value:
            yield from walk(element, path)
    else:
        yield ".".join(path), value


def treat(path: str, leaf: Json, reveals: list[str] | None, masks: dict[str, str]) -> tuple[str, Json]:
    """Give what one grant says of a leaf: `no`, `plain` or `masked`, and the leaf as it is shown."""
    if reveals is not None and not any(is_within(path, revealed) for revealed in reveals):
        return "no", None
    over = [masked for masked in masks if is_within(path, masked)]
    if not over:
        return "plain", leaf
    mask = MASKS[masks[max(over, key=len)]]
    return "masked", leaf if leaf is None else mask(leaf if isinstance(leaf, str) else str(leaf))


def show_by_hand(document: Json, grants: list[tuple[list[str] | None, dict[str, str]]]) -> list[tuple[str, Json]]:
    shown = []
    for path, leaf in walk(document):
        said = [treat(path, leaf, *grant) for grant in grants]
        best = next((one for how in ("plain", "masked") for one in said if one[0] == how), None)
        if best is not None:
            shown.append((path, best[1]))
    return shown


@given(document=DOCUMENTS, grants=GRANTS)
@settings(max_examples=600, deadline=None)
def test_the_compiled_union_is_what_the_grants_say_leaf_by_leaf(
    document: Json, grants: list[tuple[list[str] | None, dict[str, str]]]
) -> None:
    before = copy.deepcopy(document)
    withhold = compile_tree(reduce(unite_trees, (plant_tree(*grant) for grant in grants)))
    shown = document if withhold is None else withhold(document)
    assert sorted(map(repr, walk(shown))) == sorted(map(repr, show_by_hand(document, grants)))
    assert document == before
    assert isinstance(shown, dict)


@given(document=DOCUMENTS, grants=GRANTS)
@settings(max_examples=200, deadline=None)
def test_one_more_grant_never_shows_less(document: Json, grants: list[tuple[list[str] | None, dict[str, str]]]) -> None:
    def count(some: list[tuple[list[str] | None, dict[str, str]]]) -> int:
        withhold = compile_tree(reduce(unite_trees, (plant_tree(*grant) for grant in some)))
        return len(list(walk(document if withhold is None else withhold(document))))

    assert count(grants[:1]) <= count(grants)
