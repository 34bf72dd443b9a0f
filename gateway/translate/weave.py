"""Writing back: what a mapping writes, woven into the document that the agency has.

Holds: the compiler of `weave(new, old)`; `put` is a creation woven into the old document.
Laws: 1. What the mapping writes is as the new document has it, or goes. What it does not write (dropped, one-way, in no schema) stays as
the old one has it. 2. Where the new value means the same as the old one, the old one stays: writing back what was read changes
nothing. 3. The old document is not changed. 4. Generated code holds generated names and repr()'d constants only.
Must not know: canonical schemas, YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.model import Json

from .emit import compile_function
from .emit_choice import test_same
from .ir import Copy, Cut, Expect, Gather, Loop, Part, Pick, Put, Rest, Switch, Write
from .paths import Lost, Segments, Shape, find_place
from .threads import make_alike, make_match, weave_list, weave_picks
from .writer import Writer

Weave: TypeAlias = Callable[[Json, Json], Json]
Guards: TypeAlias = "tuple[tuple[Segments, Json], ...]"  # the agency's tags whose values say that an entry is written


@dataclass(frozen=True, slots=True)
class _Entry:
    """One place that is written. Shape: `kind` leaf | default | list | picks; `alike` tells equal meanings; `inner` weaves elements."""

    kind: str
    guards: Guards
    alike: Callable[[Json, Json], bool] | None = None
    inner: Json = None
    is_required: bool = False


@dataclass(slots=True)
class _Node:
    """An object of the agency's document, or a place that is written."""

    children: dict[str, _Node] = field(default_factory=dict)
    entries: list[_Entry] = field(default_factory=list)


def compile_weave(outward: Sequence[Write], inward: Sequence[Write], agency: Shape | None) -> tuple[Weave, str]:
    """Compile `weave(new, old)` of one scope from the writes of both directions, and give its source."""
    root = _Node()
    for path, entry in _list_entries(outward, inward, agency, ()):
        node = root
        for segment in path:
            node = node.children.setdefault(segment, _Node())
        node.entries.append(entry)
    writer = Writer(lambda path: ("body", path), {}, frozenset())
    tags = dict.fromkeys(tag for tag in _list_tags(root))
    known = {tag: _emit_tag(writer, tag) for tag in tags}
    writer.put("o = dict(d)")
    _emit_children(writer, root, ("n", "d", "o"), known, agency)
    source = "\n".join(["def translate(n, d):", *writer.lines, "    return o", ""])
    made: Weave = compile_function(source, {**writer.constants, "dict": dict, "list": list})
    return made, source


def _list_tags(node: _Node) -> Iterator[Segments]:
    for entry in node.entries:
        yield from (path for path, _ in entry.guards)
    for child in node.children.values():
        yield from _list_tags(child)


def _list_entries(
    outward: Sequence[Write], inward: Sequence[Write], agency: Shape | None, guards: Guards
) -> Iterator[tuple[Segments, _Entry]]:
    """Give what the writes towards the agency write; the other direction says what it means."""
    for write in outward:
        if isinstance(write, Switch):
            yield from _list_cases(write, inward, agency, guards)
        elif isinstance(write, Cut):
            yield from ((target, _Entry("leaf", guards)) for target in write.targets)
        elif not isinstance(write, Expect | Rest):
            yield write.target, _read_entry(write, inward, agency, guards)


def _read_entry(write: Json, inward: Sequence[Write], agency: Shape | None, guards: Guards) -> _Entry:
    if isinstance(write, Loop):
        return _read_loop(write, inward, agency, guards)
    if isinstance(write, Gather):
        parts = tuple(_read_part(part, write.target, inward, agency) for part in write.parts)
        return _Entry("picks", guards, None, parts, write.is_filled)
    if isinstance(write, Put):
        return _Entry("default", guards)
    back = next((back for back in inward if isinstance(back, Copy) and back.source.path == write.target), None)
    return _Entry("leaf", guards, make_alike(back) if back is not None else None)


def _list_cases(write: Switch, inward: Sequence[Write], agency: Shape | None, guards: Guards) -> Iterator[tuple[Segments, _Entry]]:
    yield write.target, _Entry("leaf", guards)
    backs = [back for back in inward if isinstance(back, Switch) and back.source.path == write.target]
    for case in write.cases:
        other = next((one.body for back in backs for one in back.cases if one.value == case.tag), ())
        yield from _list_entries(case.body, other, agency, (*guards, (write.target, case.tag)))


def _read_loop(write: Loop, inward: Sequence[Write], agency: Shape | None, guards: Guards) -> _Entry:
    back = next((back for back in inward if isinstance(back, Loop) and back.source.path == write.target), None)
    if write.body is None:
        return _Entry("leaf", guards, make_alike(back) if back is not None else None)
    inner, _ = compile_weave(write.body, (back.body or ()) if back is not None else (), _shape_of_item(agency, write.target))
    return _Entry("list", guards, None, (write.key, inner))


def _read_part(part: Part, target: Segments, inward: Sequence[Write], agency: Shape | None) -> Json:
    backs = [back for back in inward if isinstance(back, Pick) and back.source.path == target and back.where == part.where]
    inner, _ = compile_weave(part.body, backs[0].body if backs else (), _shape_of_item(agency, target))
    return make_match(part.where), inner


def _shape_at(shape: Shape | None, path: Segments) -> Shape | None:
    found = find_place(shape, path) if shape is not None else None
    return None if found is None or isinstance(found, Lost) else found.shape


def _shape_of_item(shape: Shape | None, path: Segments) -> Shape | None:
    found = _shape_at(shape, path)
    return found.item if found is not None else None


def _emit_tag(writer: Writer, path: Segments) -> tuple[str, str, str]:
    """Add what reads a tag in both documents; give its variables, and the one that says whether both are the same."""
    names = []
    for document in "nd":
        name = writer.name_variable("t")
        read = document + "".join(f".get({segment!r}, EMPTY)" for segment in path[:-1])
        writer.put(f"{name} = ({read} or EMPTY).get({path[-1]!r}, ABSENT)")
        names.append(name)
    same = writer.name_variable("g")
    writer.put(f"{same} = is_same({names[0]}, {names[1]})")
    return names[0], names[1], same


_Tags: TypeAlias = "Mapping[Segments, tuple[str, str, str]]"


def _emit_children(writer: Writer, node: _Node, names: tuple[str, str, str], tags: _Tags, shape: Shape | None) -> None:
    for name, child in node.children.items():
        for entry in child.entries:
            with _guard(writer, entry, tags):
                _EMITTERS[entry.kind](writer, name, entry, names, [tags[path][2] for path, _ in entry.guards])
        if child.children and not child.entries:
            _emit_object(writer, name, child, names, tags, shape.child(name) if shape is not None else None)


def _guard(writer: Writer, entry: _Entry, tags: _Tags) -> AbstractContextManager[None]:
    """Open the block in which an entry counts: the new tag takes its case, or the old one did."""
    tests = [f"({test_same(tags[path][0], value)} or {test_same(tags[path][1], value)})" for path, value in entry.guards]
    return writer.block(f"if {' and '.join(tests)}:") if tests else nullcontext()


def _emit_object(writer: Writer, name: str, node: _Node, names: tuple[str, str, str], tags: _Tags, shape: Shape | None) -> None:
    new, old, out = names
    inner = writer.name_variable("n"), writer.name_variable("d"), writer.name_variable("o")
    writer.put(f"{inner[0]} = {new}.get({name!r}) or EMPTY")
    writer.put(f"{inner[1]} = {old}.get({name!r}) or EMPTY")
    writer.put(f"{inner[2]} = dict({inner[1]})")
    _emit_children(writer, node, inner, tags, shape)
    required = writer.name_constant(shape.required if shape is not None else frozenset())
    writer.put(f"if {name!r} in {new}: {out}[{name!r}] = {inner[2]}")
    with writer.block(f"elif {inner[1]}:"):
        writer.put(f"if {inner[2]} and {required} <= {inner[2]}.keys(): {out}[{name!r}] = {inner[2]}")
        writer.put(f"else: del {out}[{name!r}]")


def _emit_leaf(writer: Writer, name: str, entry: _Entry, names: tuple[str, str, str], same: Sequence[str]) -> None:
    new, old, out = names
    fresh, known = writer.name_variable("v"), writer.name_variable("w")
    writer.put(f"{fresh} = {new}.get({name!r}, ABSENT)")
    writer.put(f"{known} = {old}.get({name!r}, ABSENT)")
    test = f"{fresh} is not {known} and not is_same({fresh}, {known})"
    if entry.alike is not None:
        alike = " and ".join([*same, f"{writer.name_constant(entry.alike)}({fresh}, {known})"])
        test += f" and not ({alike})"
    with writer.block(f"if {test}:"):
        _emit_replace(writer, name, fresh, out)


def _emit_replace(writer: Writer, name: str, fresh: str, out: str) -> None:
    writer.put(f"if {fresh} is not ABSENT: {out}[{name!r}] = {fresh}")
    writer.put(f"elif {name!r} in {out}: del {out}[{name!r}]")


def _emit_default(writer: Writer, name: str, entry: _Entry, names: tuple[str, str, str], same: Sequence[str]) -> None:
    new, _, out = names
    writer.put(f"if {name!r} not in {out} and {name!r} in {new}: {out}[{name!r}] = {new}[{name!r}]")


def _emit_list(writer: Writer, name: str, entry: _Entry, names: tuple[str, str, str], same: Sequence[str]) -> None:
    new, old, out = names
    key, inner = entry.inner
    fresh, known = writer.name_variable("v"), writer.name_variable("w")
    writer.put(f"{fresh} = {new}.get({name!r}, ABSENT)")
    writer.put(f"{known} = {old}.get({name!r}, ABSENT)")
    weave, woven = writer.name_constant(weave_list), writer.name_constant(inner)
    writer.put(f"if type({fresh}) is list and type({known}) is list: {out}[{name!r}] = {weave}({fresh}, {known}, {key!r}, {woven})")
    with writer.block(f"elif {fresh} is not {known}:"):
        _emit_replace(writer, name, fresh, out)


def _emit_picks(writer: Writer, name: str, entry: _Entry, names: tuple[str, str, str], same: Sequence[str]) -> None:
    new, old, out = names
    fresh, known = writer.name_variable("v"), writer.name_variable("w")
    weave, parts = writer.name_constant(weave_picks), writer.name_constant(entry.inner)
    writer.put(f"{known} = {old}.get({name!r}) or ()")
    with writer.block(f"if {known}:"):
        writer.put(f"{fresh} = {weave}({new}.get({name!r}) or (), {known}, {parts})")
        test = "True" if entry.is_required else fresh
        writer.put(f"if {test}: {out}[{name!r}] = {fresh}")
        writer.put(f"else: del {out}[{name!r}]")
    with writer.block(f"elif {new}.get({name!r}):"):
        writer.put(f"{out}[{name!r}] = {new}[{name!r}]")
    with writer.block(f"elif {name!r} not in {old} and {name!r} in {new}:"):
        writer.put(f"{out}[{name!r}] = {new}[{name!r}]")


_EMITTERS: Mapping[str, Callable[[Writer, str, _Entry, tuple[str, str, str], Sequence[str]], None]] = {
    "leaf": _emit_leaf,
    "default": _emit_default,
    "list": _emit_list,
    "picks": _emit_picks,
}
