"""Building the target: from slots to nested literals, with what may be absent added after.

Laws: an object is there iff one of its active slots fired; passive slots (constants, fillings) follow their object.
Must not know: where values come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .paths import Segments
from .writer import Slot, Writer


@dataclass(slots=True)
class _Node:
    """An object of the target, or a slot in it."""

    children: dict[str, _Node] = field(default_factory=dict)
    slot: Slot | None = None


def build_object(writer: Writer, slots: Sequence[Slot]) -> str:
    """Add the lines that build the target from its slots, and give the expression of the whole."""
    root = _Node()
    for slot in slots:
        node = root
        for segment in slot.path:
            node = node.children.setdefault(segment, _Node())
        node.slot = slot
    if root.slot is not None:
        return root.slot.value or root.slot.fill
    made = _build_node(writer, root, ())
    return made.value or made.fill or "{}"


def _build_node(writer: Writer, node: _Node, path: Segments) -> Slot:
    """Give one object as a slot: surely there, passive (only `fill`), or a variable that is empty where nothing fired."""
    made = {name: _build_child(writer, child, (*path, name)) for name, child in node.children.items()}
    fills = {name: slot.fill for name, slot in made.items() if not slot.value}
    if fills and len(fills) == len(made):
        return Slot((), "", False, _write_literal(fills))
    is_sure = path in writer.always or any(_write_inline(slot, False) for slot in made.values())
    inline = {name: text for name, slot in made.items() if (text := _write_inline(slot, is_sure))}
    later = {name: slot for name, slot in made.items() if name not in inline}
    if not later:
        return Slot((), _write_literal(inline))
    out = writer.name_variable("o")
    writer.put(f"{out} = {_write_literal(inline)}")
    _add_later(writer, node, out, later)
    return Slot((), out, not is_sure)


def _add_later(writer: Writer, node: _Node, out: str, later: Mapping[str, Slot]) -> None:
    """Add what may be absent: first what fires, then what follows its object."""
    for name, slot in later.items():
        if slot.value:
            is_object = node.children[name].slot is None
            writer.put(f"if {slot.value if is_object else slot.value + ' is not ABSENT'}: {out}[{name!r}] = {slot.value}")
    for name, slot in later.items():
        if slot.fill:
            test = f"{out} and {slot.value} is ABSENT" if slot.value else out
            writer.put(f"if {test}: {out}[{name!r}] = {slot.fill}")


def _write_literal(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {text}" for name, text in texts.items()) + "}"


def _build_child(writer: Writer, child: _Node, path: Segments) -> Slot:
    return child.slot if child.slot is not None else _build_node(writer, child, path)


def _write_inline(slot: Slot, is_sure: bool) -> str:
    """Give the expression of what is there whenever its object is; "" where that is not known."""
    if slot.value and not slot.is_maybe:
        return slot.value
    if not is_sure or not slot.fill:
        return ""
    return f"{slot.fill} if {slot.value} is ABSENT else {slot.value}" if slot.value else slot.fill
