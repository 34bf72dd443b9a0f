"""Emitting what depends on values: switches, picked elements, gathered elements, derived values.

Laws: those of `emit`.
Must not know: schemas, YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gateway.values.model import Json

from .emit_expression import emit_expression
from .ir import Case, Derive, Gather, Part, Pick, Rest, Switch, Where
from .objects import build_object
from .paths import ITEM, Segments
from .writer import Scope, Slot, Writer


def test_same(variable: str, value: Json) -> str:
    """Give the test whether a variable holds a constant."""
    if value is None:
        return f"{variable} is None"
    return f"{variable} == {value!r}" if isinstance(value, str) else f"is_same({variable}, {value!r})"


def _emit_switch(writer: Writer, scope: Scope, write: Switch) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    given = writer.name_variable("x")
    writer.put(f"{given} = {value}")
    begin = len(writer.lines)
    outs: dict[Segments, str] = {}
    everywhere: list[set[Segments]] = []
    for case in write.cases:
        with writer.block(f"{'elif' if everywhere else 'if'} {test_same(given, case.value)}:"):
            everywhere.append(_emit_case(writer, scope.branch(), write, case, outs))
    with writer.block("else:" if is_sure else f"elif {given} is not ABSENT:"):
        writer.blame(scope, write.source.path, "None", "switch", "the value is none of the cases")
    writer.put(f"{' = '.join(outs.values())} = ABSENT", begin)
    is_always = set.intersection(*everywhere) if is_sure else set()
    return [Slot(path, out, path not in is_always) for path, out in outs.items()]


def _emit_case(writer: Writer, scope: Scope, switch: Switch, case: Case, outs: dict[Segments, str]) -> set[Segments]:
    """Add the block of one case; its values go to `outs` by place. Give the places that it surely writes."""
    slots = [Slot(switch.target, repr(case.tag)), *writer.emit_slots(scope, case.body)]
    _hand_out(writer, slots, outs)
    return {slot.path for slot in slots if not slot.is_maybe or slot.fill}


def _hand_out(writer: Writer, slots: Sequence[Slot], outs: dict[Segments, str]) -> None:
    """Give the values of a block to variables that are known after it, by place; what fills is a value here."""
    for slot in slots:
        if slot.path not in outs:
            outs[slot.path] = writer.name_variable("v")
        out = outs[slot.path]
        if slot.value and slot.is_maybe and slot.fill:
            writer.put(f"{out} = {slot.fill} if {slot.value} is ABSENT else {slot.value}")
        else:
            writer.put(f"{out} = {slot.value or slot.fill}")


def _test_where(element: str, where: Where) -> str:
    tests = []
    for path, value in where:
        read = element + "".join(f".get({segment!r}, EMPTY)" for segment in path[:-1]) + f".get({path[-1]!r})"
        tests.append(test_same(read, value))
    return " and ".join(tests)


def _emit_elements(writer: Writer, given: str, value: str) -> None:
    """Add what makes a list of whatever stands at a place."""
    writer.put(f"{given} = {value}")
    writer.put(f"if {given} is ABSENT or {given} is None: {given} = ()")


def _emit_pick(writer: Writer, scope: Scope, write: Pick) -> list[Slot]:
    given, index, element, found, place = (writer.name_variable(letter) for letter in "xiepn")
    _emit_elements(writer, given, writer.read(scope, write.source)[0])
    writer.put(f"{found} = ABSENT")
    inner = Scope(found, (*scope.path, *write.source.path, ITEM), (*scope.indexes, place))
    with (
        writer.block(f"for {index}, {element} in enumerate({given}):"),
        writer.block(f"if {_test_where(element, write.where)}:"),
    ):
        if not write.is_first:
            with writer.block(f"if {found} is not ABSENT:"):
                again = Scope(element, inner.path, (*scope.indexes, index))
                writer.blame(again, (), "None", "pick", "there is more than one such element")
        writer.put(f"{found} = {element}")
        writer.put(f"{place} = {index}")
        if write.is_first:
            writer.put("break")
    if not write.target:
        return _emit_spread(writer, inner, write)
    out = writer.name_variable("v")
    with writer.block(f"if {found} is ABSENT:"):
        writer.put(f"{out} = ABSENT")
    with writer.block("else:"):
        writer.put(f"{out} = {_emit_inner(writer, inner, write.body)}")
    return [Slot(write.target, out, True)]


def _emit_spread(writer: Writer, inner: Scope, write: Pick) -> list[Slot]:
    """Add the block that reads a found element whose fields are written one by one."""
    begin, outs = len(writer.lines), dict[Segments, str]()
    with writer.block(f"if {inner.variable} is not ABSENT:"):
        _hand_out(writer, writer.emit_slots(inner, write.body), outs)
    writer.put(f"{' = '.join(outs.values())} = ABSENT", begin)
    return [Slot(path, out, True) for path, out in outs.items()]


def _emit_inner(writer: Writer, scope: Scope, body: Sequence[Json]) -> str:
    slots = writer.emit_slots(scope, body)
    if len(slots) == 1 and not slots[0].path and slots[0].fill:
        return f"{slots[0].fill} if {slots[0].value} is ABSENT else {slots[0].value}"
    return build_object(writer, slots)


def _emit_rest(writer: Writer, scope: Scope, write: Rest) -> list[Slot]:
    given, index, element = (writer.name_variable(letter) for letter in "xie")
    _emit_elements(writer, given, writer.read(scope, write.source)[0])
    inner = Scope(element, (*scope.path, *write.source.path, ITEM), (*scope.indexes, index))
    tests = " or ".join(_test_where(element, where) for where in write.wheres)
    with writer.block(f"for {index}, {element} in enumerate({given}):"), writer.block(f"if not ({tests}):"):
        writer.blame(inner, (), "None", "pick", "no field takes this element")
    return []


def _emit_gather(writer: Writer, scope: Scope, write: Gather) -> list[Slot]:
    made, out = writer.name_variable("l"), writer.name_variable("v")
    writer.put(f"{made} = []")
    is_sure = False
    for part in write.parts:
        value, is_there = writer.read(scope, part.source)
        given = writer.name_variable("x")
        writer.put(f"{given} = {value}")
        is_sure = is_sure or is_there
        if is_there:
            _emit_part(writer, scope, part, given, made)
        else:
            with writer.block(f"if {given} is not ABSENT:"):
                _emit_part(writer, scope, part, given, made)
    if is_sure:
        return [Slot(write.target, made)]
    writer.put(f"{out} = {made} or ABSENT")
    return [Slot(write.target, out, True, "[]" if write.is_filled else "")]


def _emit_part(writer: Writer, scope: Scope, part: Part, given: str, made: str) -> None:
    inner = Scope(given, (*scope.path, *part.source.path), scope.indexes)
    constants = [Slot(path, "", False, repr(value)) for path, value in part.where]
    writer.put(f"{made}.append({build_object(writer, [*constants, *writer.emit_slots(inner, part.body)])})")


def _emit_derive(writer: Writer, scope: Scope, write: Derive) -> list[Slot]:
    given: list[str] = []
    unsure: list[str] = []
    for source in write.sources:
        value, is_sure = writer.read(scope, source)
        given.append(writer.name_variable("x"))
        writer.put(f"{given[-1]} = {value}")
        unsure += [] if is_sure else [given[-1]]
    out = writer.name_variable("v")
    if unsure:
        with writer.block(f"if {' or '.join(f'{one} is ABSENT' for one in unsure)}:"):
            writer.put(f"{out} = ABSENT")
        with writer.block("else:"):
            _emit_computed(writer, scope, write, given, out)
    else:
        _emit_computed(writer, scope, write, given, out)
    return [Slot(write.target, out, bool(unsure))]


def _emit_computed(writer: Writer, scope: Scope, write: Derive, given: Sequence[str], out: str) -> None:
    with writer.block("try:"):
        writer.put(f"{out} = {emit_expression(write.expression, given, writer.name_constant)}")
        if write.expression.type in ("integer", "number"):
            writer.put(f"if not -{_BOUNDS[write.expression.type]} <= {out} <= {_BOUNDS[write.expression.type]}: raise ValueError")
    with writer.block("except MISSES:"):
        path = write.sources[0].path if write.sources else ()
        writer.blame(scope, path, "None", "derive", "the computed value is out of range, or a field is not of its type")
        writer.put(f"{out} = None")


_BOUNDS = {"integer": "9007199254740991", "number": "1.7976931348623157e308"}
CHOICES: Mapping[type, Callable[[Writer, Scope, Json], list[Slot]]] = {
    Switch: _emit_switch,
    Pick: _emit_pick,
    Rest: _emit_rest,
    Gather: _emit_gather,
    Derive: _emit_derive,
}
