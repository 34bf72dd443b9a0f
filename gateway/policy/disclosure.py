"""What this caller sees of the answer: revealed paths, masks, and the function that leaves the rest out.

Holds: `Tree` (what is shown of a document, normalised), its union, its compilation, and the checks against a schema.
Laws: 1. Every leaf of the output is a leaf of the input at the same path, shown or masked as the tree says; nothing else is there.
2. The input is never written to; what is shown whole may be the same object. 3. A revealed path reveals the whole subtree; lists are
taken element by element and keep their length where their elements are objects or lists. 4. In a union shown wins over masked, masked
over withheld; of two masks the first grant's holds. 5. An object of which nothing is left is left out, unless it is the whole answer
or an element of a list.
Must not know: grants, callers, schemas (only what `Describe` says of one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Problem, find_near, suggest_name

Withhold = Callable[[Json], Json]

KEEP = "keep"
_DATE = re.compile(r"\d{4}-")


@dataclass(frozen=True, slots=True)
class Field:
    """What a schema says of one dotted path: its children's names, and the classes of the leaves at or below it."""

    names: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()


Describe = Callable[[str], Field | None]  # "" = the whole answer; None = no such path


def _mask_but_last4(text: str) -> str:
    return "*" * (len(text) - 4) + text[-4:] if len(text) > 4 else "*" * len(text)


def _mask_but_first1(text: str) -> str:
    return text[0] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)


def _mask_but_initials(text: str) -> str:
    return " ".join(_mask_but_first1(word) for word in text.split(" "))


def _mask_but_year(text: str) -> str:
    return text[:4] if _DATE.match(text) else "****"


def _mask_all(_text: str) -> str:
    return "****"  # always as long, so that no length is told


# A mask makes a string of a string. There is no hash among them: the numbers of a country's residents are few enough to try them all.
MASKS: Mapping[str, Callable[[str], str]] = {
    "all": _mask_all,  # ****
    "first1": _mask_but_first1,  # A****
    "initials": _mask_but_initials,  # A*** C*****
    "last4": _mask_but_last4,  # ************0003
    "year": _mask_but_year,  # 1991
}


@dataclass(frozen=True, slots=True)
class Tree:
    """What is shown of a value: `branches` by name, and `rest` for all that they do not name, scalars included.

    Shape: `rest` is empty (nothing), `keep`, or the name of a mask.
    """

    rest: str = ""
    branches: tuple[tuple[str, Tree], ...] = ()


NOTHING, ALL = Tree(), Tree(KEEP)


def plant_tree(reveals: Sequence[str] | None, masks: Mapping[str, str]) -> Tree:
    """Make the tree of one grant; `reveals` None = all. A mask shows nothing that is not revealed; the deepest mask holds."""
    tree = ALL if reveals is None else NOTHING
    for path in reveals or ():
        tree = _graft(tree, path.split("."), KEEP, is_mask=False)
    for path in sorted(masks, key=lambda path: path.count(".")):
        tree = _graft(tree, path.split("."), masks[path], is_mask=True)
    return tree


def _graft(tree: Tree, names: Sequence[str], rest: str, *, is_mask: bool) -> Tree:
    """Put a treatment at a path: all below it, and for a mask only what is shown already."""
    if not names:
        return _cover(tree, rest) if is_mask else Tree(rest)
    branches = dict(tree.branches)
    old = branches.get(names[0], Tree(tree.rest))
    branches[names[0]] = _graft(old, names[1:], rest, is_mask=is_mask)
    return _prune(tree.rest, branches.items())


def _cover(tree: Tree, mask: str) -> Tree:
    return _prune(mask if tree.rest else "", [(name, _cover(branch, mask)) for name, branch in tree.branches])


def _prune(rest: str, branches: Iterable[tuple[str, Tree]]) -> Tree:
    return Tree(rest, tuple(sorted((name, branch) for name, branch in branches if branch != Tree(rest))))


def unite_trees(first: Tree, second: Tree) -> Tree:
    """Make the tree that shows what either shows; of two masks the first's holds."""
    here, there = dict(first.branches), dict(second.branches)
    united = ((name, unite_trees(here.get(name, Tree(first.rest)), there.get(name, Tree(second.rest)))) for name in {**here, **there})
    return _prune(_unite_rest(first.rest, second.rest), united)


def find_subtree(tree: Tree, path: Iterable[str]) -> Tree:
    """Give what a tree says of what stands at a path."""
    for name in path:
        tree = dict(tree.branches).get(name, Tree(tree.rest))
    return tree


def shows_no_more(inner: Tree, outer: Tree) -> bool:
    """Say whether a tree shows nothing that another does not show; of two different masks neither is within the other."""
    here, there = dict(inner.branches), dict(outer.branches)
    pairs = ((here.get(name, Tree(inner.rest)), there.get(name, Tree(outer.rest))) for name in {**here, **there})
    return (outer.rest == KEEP or inner.rest in ("", outer.rest)) and all(shows_no_more(*pair) for pair in pairs)


def _unite_rest(first: str, second: str) -> str:
    return KEEP if KEEP in (first, second) else first or second


_GONE = object()  # nothing is left of the value


def compile_tree(tree: Tree) -> Withhold | None:
    """Compile a tree to the function that makes what is shown; None where all is shown.

    Shape: of a document of which nothing is left an empty object or list is left, and null of a scalar.
    """
    if tree == ALL:
        return None
    show = _compile(tree)

    def withhold(document: Json) -> Json:
        shown = show(document)
        if shown is _GONE:
            return {} if isinstance(document, dict) else [] if isinstance(document, list) else None
        return shown

    return withhold


def compile_disclosure(reveals: Sequence[str] | None, masks: Mapping[str, str]) -> Withhold:
    """Compile what one grant shows."""
    return compile_tree(plant_tree(reveals, masks)) or (lambda document: document)


def _compile(tree: Tree) -> Withhold:
    if tree.branches:
        return _compile_branches(tree)
    if tree.rest == KEEP:
        return lambda value: value
    if not tree.rest:
        return lambda value: _GONE
    return _compile_mask(MASKS[tree.rest])


def _compile_mask(mask: Callable[[str], str]) -> Withhold:
    def show(value: Json) -> Json:
        if isinstance(value, str):
            return mask(value)
        if isinstance(value, dict):
            return {name: show(member) for name, member in value.items()}
        if isinstance(value, list):
            return [show(element) for element in value]
        return value if value is None else mask(str(value))

    return show


def _compile_branches(tree: Tree) -> Withhold:
    """Make the function for a value of which some names are treated apart."""
    show_members = _compile_members(tree)
    show_rest = _compile(Tree(tree.rest))

    def show(value: Json) -> Json:
        if isinstance(value, dict):
            return show_members(value)
        if isinstance(value, list):
            return _show_elements(show, value)
        return show_rest(value)

    return show


def _compile_members(tree: Tree) -> Callable[[dict[str, Json]], Json]:
    """Make the function for an object: short loops over what is named, since this runs for every answer."""
    plain = tuple(name for name, branch in tree.branches if branch == ALL)
    other = tuple((name, _compile(branch)) for name, branch in tree.branches if branch not in (ALL, NOTHING))
    show_rest = _compile(Tree(tree.rest)) if tree.rest else None
    apart = frozenset(name for name, _ in tree.branches)

    def show_plain(members: dict[str, Json]) -> Json:
        return {name: members[name] for name in plain if name in members} or _GONE

    def show(members: dict[str, Json]) -> Json:
        shown = {name: members[name] for name in plain if name in members}
        for name, show_branch in other:
            left = show_branch(members[name]) if name in members else _GONE
            if left is not _GONE:
                shown[name] = left
        if show_rest is None:
            return shown or _GONE
        shown.update({name: show_rest(member) for name, member in members.items() if name not in apart})
        return shown

    return show if other or show_rest is not None else show_plain


def _show_elements(show: Withhold, elements: list[Json]) -> list[Json]:
    shown = []
    for element in elements:
        left = show(element)
        if left is not _GONE:
            shown.append(left)
        elif isinstance(element, dict):
            shown.append({})  # the length of a list that a revealed path runs through is shown
    return shown


def check_disclosure(reveals: Sequence[str] | None, masks: Mapping[str, str], describe: Describe) -> tuple[Problem, ...]:
    """Find paths that the answer does not have, masks that are unknown, and masks of what is not revealed.

    Shape: `at` is ("reveals", index) or ("masks", path).
    """
    found = [problem for index, path in enumerate(reveals or ()) for problem in _check_path(("reveals", index), path, describe)]
    for path, mask in masks.items():
        found += _check_path(("masks", path), path, describe)
        if mask not in MASKS:
            found.append(Problem(("masks", path), "JB-POL-003", f'unknown mask "{mask}"', suggest_name(mask, MASKS)))
        if reveals is not None and not any(is_within(path, revealed) for revealed in reveals):
            found.append(
                Problem(("masks", path), "JB-POL-004", f'masks "{path}", which is not revealed', "reveal it, or take the mask out")
            )
    return tuple(found)


def is_within(path: str, prefix: str) -> bool:
    """Say whether a dotted path is a prefix itself or lies below it."""
    return path == prefix or path.startswith(prefix + ".")


def _check_path(at: tuple[str | int, ...], path: str, describe: Describe) -> Iterator[Problem]:
    if not path:  # else it would mean a field without a name; the whole answer is None
        yield Problem(at, "JB-POL-002", "an empty path names no field")
    if describe(path) is not None:
        return
    names = path.split(".")
    for depth, name in enumerate(names):
        parent = describe(".".join(names[:depth]))
        if parent is not None and describe(".".join(names[: depth + 1])) is None:
            near = find_near(name, parent.names)
            hint = f'did you mean "{".".join([*names[:depth], near])}"?' if near else ""
            yield Problem(at, "JB-POL-002", f'the answer has no "{path}"', hint)
            return


def check_classes(reveals: Sequence[str] | None, classes: Sequence[str], describe: Describe) -> tuple[Problem, ...]:
    """Find revealed fields, masked or not, of a class that the policy does not name; `at` is ("reveals", index)."""
    found: list[Problem] = []
    for index, path in enumerate([""] if reveals is None else reveals):
        field = describe(path)
        beyond = sorted(field.classes - set(classes)) if field is not None else []
        for name in beyond:
            detail = f'"{path or "the whole answer"}" reveals fields of class {name}, which the policy\'s `classes` does not name'
            found.append(Problem(("reveals", index) if reveals is not None else ("reveals",), "JB-POL-005", detail))
    return tuple(found)
