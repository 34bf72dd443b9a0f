"""What a translation leaves behind on purpose: which of the declared places hold something in a document.

Holds: the places that a direction does not carry (drops, lacks, fields of the other direction, elements that no pick takes), and the
function that finds them.
Laws: 1. A place counts once, however many elements it stands in. 2. Null and an empty list are nothing. 3. Neither the values nor
their number leave this room. 4. Generated source holds no user text but repr().
Must not know: who is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.model import Json

from .claims import Chosen, Claim
from .ir import Where
from .paths import ITEM, Segments
from .problems import is_same

FindLeft: TypeAlias = "Callable[[Json], int]"  # document → one bit for each place that holds something


@dataclass(frozen=True, slots=True)
class Leftover:
    """A place that is left behind where the tags are `chosen`. Shape: `holds` says whether a value that is there is something."""

    path: Segments
    chosen: Chosen = ()
    holds: Callable[[Json], bool] | None = None


def list_one_way(claims: Sequence[Claim], way: str) -> Iterator[Leftover]:
    """Give the places of a direction's source that are claimed for the other direction alone."""
    for claim in claims:
        if claim.ways and way not in claim.ways:
            carried = (other for other in claims if way in other.ways and other.path == claim.path[: len(other.path)])
            if not any(not other.is_apart(claim.chosen) for other in carried):
                yield Leftover(claim.path, claim.chosen)


def make_rest_test(wheres: Sequence[Where], is_rest_left: bool, firsts: Sequence[Where]) -> Callable[[Json], bool]:
    """Make what says whether picks leave elements of a list: one that none takes, or a second one for those that take the first."""

    def is_left(elements: Json) -> bool:
        if not isinstance(elements, list):
            return False
        if is_rest_left and any(not any(_is_taken(element, where) for where in wheres) for element in elements):
            return True
        return any(sum(_is_taken(element, where) for element in elements) > 1 for where in firsts)

    return is_left


def _is_taken(element: Json, where: Where) -> bool:
    return all(is_same(peek(element, path), value) for path, value in where)


def peek(value: Json, path: Segments) -> Json:
    """Give what stands at a path through objects; None where nothing does."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    marks: list[tuple[int, Leftover]] = field(default_factory=list)


def compile_left(places: Sequence[Leftover]) -> FindLeft | None:
    """Compile what finds the places that hold something; None where nothing is ever left behind."""
    if not places:
        return None
    root = _Node()
    known: dict[Segments, int] = {}
    for place in places:
        node = root
        for name in place.path:
            node = node.children.setdefault(name, _Node())
        node.marks.append((1 << known.setdefault(place.path, len(known)), place))
    world: dict[str, Json] = {"__builtins__": {}, "type": type, "dict": dict, "list": list, "is_same": is_same, "peek": peek}
    emitter = _Emitter(world)
    lines = ["def find_left(d):", "    n = 0", *emitter.emit(root, "d", 1, (((), "d"),)), "    return n"]
    exec(compile("\n".join(lines), "<leftover>", "exec"), world)  # noqa: S102  # generated; holds no user text but repr()
    made: FindLeft = world["find_left"]
    return made


@dataclass(slots=True)
class _Emitter:
    """Writes the lines of one function. Shape: `bases` are the document and the elements around a place (full path, variable)."""

    world: dict[str, Json]
    count: int = 0

    def _name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def emit(self, node: _Node, variable: str, depth: int, bases: tuple[tuple[Segments, str], ...], path: Segments = ()) -> Iterator[str]:
        """Give the lines that look below a variable."""
        pad = "    " * depth
        names = [name for name in node.children if name != ITEM]
        if names:
            yield f"{pad}if type({variable}) is dict:"
        for name in names:
            child, inner = node.children[name], self._name("v")
            yield f"{pad}    {inner} = {variable}.get({name!r})"
            for bit, place in child.marks:
                yield f"{pad}    if {self._test(inner, place, bases)}: n |= {bit}"
            yield from self.emit(child, inner, depth + 1, bases, (*path, name))
        if ITEM in node.children:
            element, below = self._name("e"), (*path, ITEM)
            inner_bases = (*bases, (below, element))
            yield f"{pad}if type({variable}) is list:"
            yield f"{pad}    for {element} in {variable}:"
            for bit, place in node.children[ITEM].marks:
                yield f"{pad}        if {self._test(element, place, inner_bases)}: n |= {bit}"
            yield from self.emit(node.children[ITEM], element, depth + 2, inner_bases, below)

    def _test(self, variable: str, place: Leftover, bases: tuple[tuple[Segments, str], ...]) -> str:
        tests = [f"{variable} is not None and {variable} != []"]
        if place.holds is not None:
            name = self._name("k")
            self.world[name] = place.holds
            tests.append(f"{name}({variable})")
        for path, value in place.chosen:
            around, begin = next(base for base in reversed(bases) if path[: len(base[0])] == base[0])
            tests.append(f"is_same(peek({begin}, {path[len(around) :]!r}), {value!r})")
        return " and ".join(tests)
