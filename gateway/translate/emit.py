"""From the intermediate form to the source of one straight-line Python function.

Laws: 1. The source holds generated identifiers, fixed words, and constants by repr() or by generated name: nothing of what a user
wrote is code. 2. What is surely there is read by `d[…]`, the rest guarded. 3. The same mapping
gives the same source, in whatever order it was written.
Must not know: schemas, YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.faults import Finding
from gateway.values.model import Json

from .ir import Copy, Cut, Expect, Glue, Loop, Put, Step, Write
from .operators.spec import MISSES
from .paths import ITEM, Place, Segments
from .presence import list_targets
from .problems import Untranslatable, is_same

Locate: TypeAlias = "Callable[[Segments], tuple[str, Segments]]"  # source path → part of the call, path in that part
ABSENT = object()
EMPTY: dict[str, Json] = {}


def make_pointer(path: Segments, indexes: Sequence[int] = ()) -> str:
    """Write a JSON Pointer; ITEM segments take the indexes in order. Source: RFC 6901."""
    rest = iter(indexes)
    words = (str(next(rest, 0)) if segment == ITEM else segment.replace("~", "~0").replace("/", "~1") for segment in path)
    return "".join("/" + word for word in words)


@dataclass(frozen=True, slots=True)
class Blame:
    """Says what was wrong with a value that could not be translated, without the value: the cold path."""

    part: str
    path: Segments
    keyword: str
    detail: str
    steps: tuple[Step, ...] = ()

    def __call__(self, value: Json, *indexes: int) -> Finding:
        """Give the finding; runs the steps again to name the one that refused."""
        keyword, detail = self.keyword, self.detail
        if value is not None or not detail:
            for step in self.steps:
                try:
                    value = step.run(value)
                except MISSES:
                    keyword, detail = step.name, step.detail
                    break
        return Finding(make_pointer(self.path, indexes), keyword, detail or "the value has no counterpart", self.part)


@dataclass(slots=True)
class Scope:
    """Where values are read from: a variable, its full path, the indexes of the loops around it, and what was loaded."""

    variable: str
    path: Segments = ()
    indexes: tuple[str, ...] = ()
    loaded: dict[Segments, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """One value to be written. Shape: `value` is an expression, "" without one; `fill` an expression for where it is not there."""

    path: Segments
    value: str
    is_maybe: bool = False
    fill: str = ""


class Writer:
    """Collects lines, names and constants of one function."""

    def __init__(self, locate: Locate, roots: Mapping[Segments, tuple[str, bool]], always: frozenset[Segments]) -> None:
        self.locate, self.roots, self.always = locate, roots, always
        self.lines: list[str] = []
        self.constants: dict[str, object] = {}
        self.can_miss = False
        self._depth = 1
        self._count = 0

    def name_constant(self, value: object) -> str:
        """Give the generated name of a value (the same value has one name)."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def name_variable(self, letter: str) -> str:
        """Give a fresh variable."""
        self._count += 1
        return f"{letter}{self._count}"

    def put(self, line: str) -> None:
        """Add a line at this depth."""
        self.lines.append("    " * self._depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add a line that opens a block, and what stands in it."""
        self.put(head)
        self._depth += 1
        yield
        self._depth -= 1

    def blame(self, scope: Scope, path: Segments, value: str, keyword: str, detail: str = "", steps: tuple[Step, ...] = ()) -> None:
        """Add the line that notes a finding."""
        self.can_miss = True
        part, inner = self.locate(scope.path + path)
        name = self.name_constant(Blame(part, inner, keyword, detail, steps))
        self.put(f"bad.append({name}({', '.join((value, *scope.indexes))}))")

    def load(self, scope: Scope, path: Segments, place: Place) -> tuple[str, bool]:
        """Give the variable that holds the object at a prefix of a place, and whether it is surely there."""
        if path in scope.loaded:
            return scope.loaded[path]
        if not scope.path and path in self.roots:
            return self.roots[path]
        if not path:
            return scope.variable, True
        parent, is_sure = self.load(scope, path[:-1], place)
        is_read = is_sure and path not in place.optional
        value = f"{parent}[{path[-1]!r}]" if is_read else f"{parent}.get({path[-1]!r}, EMPTY)"
        is_nullable = path in place.nullable
        variable = self.name_variable("s")
        self.put(f"{variable} = {value} or EMPTY" if is_nullable else f"{variable} = {value}")
        scope.loaded[path] = variable, is_read and not is_nullable
        return scope.loaded[path]

    def read(self, scope: Scope, place: Place) -> tuple[str, bool]:
        """Give the expression of the value at a place, and whether it is surely there (ABSENT otherwise)."""
        if not scope.path and place.path in self.roots:
            return self.roots[place.path]
        parent, is_sure = self.load(scope, place.path[:-1], place)
        if is_sure and place.path not in place.optional:
            return f"{parent}[{place.path[-1]!r}]", True
        return f"{parent}.get({place.path[-1]!r}, ABSENT)", False

    def run_steps(self, source: str, out: str, steps: tuple[Step, ...]) -> None:
        """Add the statements of a chain."""
        for step in steps:
            if step.emit is None:
                self.put(f"{out} = {self.name_constant(step.run)}({source})")
            else:
                for line in step.emit(source, out, self):
                    self.put(line)
            source = out
        if not steps and source != out:
            self.put(f"{out} = {source}")


def locate_body(path: Segments) -> tuple[str, Segments]:
    """Give where a source path stands: in the body."""
    return "body", path


def emit_function(
    writes: Sequence[Write],
    locate: Locate = locate_body,
    roots: Mapping[Segments, tuple[str, bool]] | None = None,
    always: frozenset[Segments] = frozenset({()}),
) -> tuple[str, dict[str, object]]:
    """Write the source of `translate(d)`, and give the values of its generated names.

    Shape: `roots` are sources that are read by an expression of ours, with whether they are surely there; the objects at `always` are
    written even where nothing in them fired.
    """
    writer = Writer(locate, roots or {}, always)
    result = _emit_scope(writer, Scope("d"), writes)
    lines = ["def translate(d):"]
    if writer.can_miss:
        lines.append("    bad = []")
        writer.put("if bad: raise Untranslatable(tuple(bad))")
    return "\n".join([*lines, *writer.lines, f"    return {result}", ""]), writer.constants


def compile_function(source: str, constants: Mapping[str, object]) -> Callable[[Json], Json]:
    """Make the function of an emitted source."""
    world: dict[str, Json] = {
        "__builtins__": {},
        "len": len,
        "enumerate": enumerate,
        "ValueError": ValueError,
        "TypeError": TypeError,
        "MISSES": MISSES,
        "ABSENT": ABSENT,
        "EMPTY": EMPTY,
        "Untranslatable": Untranslatable,
        "is_same": is_same,
        **constants,
    }
    exec(compile(source, "<mapping>", "exec"), world)  # noqa: S102  # generated from the typed form; holds no user text but repr()
    made: Callable[[Json], Json] = world["translate"]
    return made


def _emit_scope(writer: Writer, scope: Scope, writes: Sequence[Write]) -> str:
    slots: list[Slot] = []
    ordered = sorted(writes, key=_place_of)
    for write in ordered:
        slots += _EMITTERS[type(write)](writer, scope, write)
    return build_object(writer, slots)


def _place_of(write: Write) -> tuple[list[Segments], Segments]:
    """Give what orders a write among others, whatever order they came in."""
    return [target for target, _, _ in list_targets(write)], write.source.path if isinstance(write, Expect) else ()


def _emit_copy(writer: Writer, scope: Scope, write: Copy) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    fill = repr(write.fill.value) if write.fill else ""
    is_plain = not (write.steps or write.omit or write.fill_null or (write.is_absence_refused and not is_sure))
    if is_plain and is_sure:
        return [Slot(write.target, value)]
    out = writer.name_variable("v")
    if is_plain:
        writer.put(f"{out} = {value}")
        return [Slot(write.target, out, True, fill)]
    given = writer.name_variable("x")
    writer.put(f"{given} = {value}")
    word = "if"
    for test, result in _list_tests(write, given, is_sure):
        with writer.block(f"{word} {test}:"):
            if result:
                writer.put(f"{out} = {result}")
            else:
                writer.blame(scope, write.source.path, "None", "absent", "the field is needed here and not there")
                writer.put(f"{out} = None")
        word = "elif"
    if word == "if":
        _emit_try(writer, scope, write.source.path, write.steps, given, out)
    else:
        with writer.block("else:"):
            _emit_try(writer, scope, write.source.path, write.steps, given, out)
    is_maybe = (not is_sure and not write.is_absence_refused) or (write.omit is not None and not write.is_null_written)
    return [Slot(write.target, out, is_maybe, fill if is_maybe else "")]


def _list_tests(write: Copy, given: str, is_sure: bool) -> Iterator[tuple[str, str]]:
    """Give what is asked of a value before its steps, and what is written then ("" = a finding)."""
    if not is_sure:
        yield f"{given} is ABSENT", "" if write.is_absence_refused else "ABSENT"
    if write.fill_null:
        yield f"{given} is None", repr(write.fill_null.value)
    if write.omit:
        yield _test_same(given, write.omit.value), "None" if write.is_null_written else "ABSENT"
    if write.is_null_passed and write.steps and not write.fill_null:
        yield f"{given} is None", "None"


def _test_same(variable: str, value: Json) -> str:
    if value is None:
        return f"{variable} is None"
    return f"{variable} == {value!r}" if isinstance(value, str) else f"is_same({variable}, {value!r})"


def _emit_try(writer: Writer, scope: Scope, path: Segments, steps: tuple[Step, ...], given: str, out: str) -> None:
    if not steps:
        writer.put(f"{out} = {given}")
        return
    with writer.block("try:"):
        writer.run_steps(given, out, steps)
    with writer.block("except MISSES:"):
        writer.blame(scope, path, given, steps[0].name, "", steps)
        writer.put(f"{out} = None")


def _emit_glue(writer: Writer, scope: Scope, write: Glue) -> list[Slot]:
    given: list[str] = []
    sure: list[bool] = []
    for source in write.sources:
        value, is_sure = writer.read(scope, source)
        given.append(writer.name_variable("x"))
        sure.append(is_sure)
        writer.put(f"{given[-1]} = {value}")
    whole, out = writer.name_variable("j"), writer.name_variable("v")
    if not any(sure):
        with writer.block(f"if {' and '.join(f'{part} is ABSENT' for part in given)}:"):
            writer.put(f"{out} = ABSENT")
        with writer.block("else:"):
            _emit_glued(writer, scope, write, given, whole, out)
    else:
        _emit_glued(writer, scope, write, given, whole, out)
    return [Slot(write.target, out, not any(sure))]


def _emit_glued(writer: Writer, scope: Scope, write: Glue, given: list[str], whole: str, out: str) -> None:
    writer.put(f"{whole} = None")
    with writer.block("try:"):
        if write.widths:
            tests = [f"len({part}) != {width}" for part, width in zip(given, write.widths, strict=True)]
            writer.put(f"if {' or '.join(tests)}: raise ValueError")
            writer.put(f"{whole} = {' + '.join(given)}")
        elif write.is_strict:
            writer.put(f"if {' or '.join(f'{write.sep!r} in {part}' for part in given)}: raise ValueError")
            writer.put(f"{whole} = {write.sep!r}.join(({', '.join(given)}))")
        else:
            writer.put(f"{whole} = {write.sep!r}.join([part for part in ({', '.join(given)}) if part is not ABSENT])")
        writer.run_steps(whole, out, write.steps)
    with writer.block("except MISSES:"):
        writer.blame(scope, write.sources[0].path, whole, "join", "the joined fields are not all there, or do not fit", write.steps)
        writer.put(f"{out} = None")


def _emit_cut(writer: Writer, scope: Scope, write: Cut) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    given, whole = writer.name_variable("x"), writer.name_variable("j")
    outs = [writer.name_variable("v") for _ in write.targets]
    writer.put(f"{given} = {value}")
    if not is_sure:
        with writer.block(f"if {given} is ABSENT:"):
            writer.put(f"{' = '.join(outs)} = ABSENT")
        with writer.block("else:"):
            _emit_pieces(writer, scope, write, given, whole, outs)
    else:
        _emit_pieces(writer, scope, write, given, whole, outs)
    return [Slot(target, out, not is_sure) for target, out in zip(write.targets, outs, strict=True)]


def _emit_pieces(writer: Writer, scope: Scope, write: Cut, given: str, whole: str, outs: list[str]) -> None:
    with writer.block("try:"):
        writer.run_steps(given, whole, write.steps)
        if write.widths:
            writer.put(f"if len({whole}) != {sum(write.widths)}: raise ValueError")
            at = 0
            for out, width in zip(outs, write.widths, strict=True):
                writer.put(f"{out} = {whole}[{at}:{at + width}]")
                at += width
        else:
            writer.put(f"{', '.join(outs)} = {whole}.split({write.sep!r})")
    with writer.block("except MISSES:"):
        writer.blame(scope, write.source.path, given, "join", "the value cannot be cut into the agency's fields", write.steps)
        writer.put(f"{' = '.join(outs)} = None")


def _emit_put(writer: Writer, scope: Scope, write: Put) -> list[Slot]:
    return [Slot(write.target, "", False, repr(write.value))]


def _emit_expect(writer: Writer, scope: Scope, write: Expect) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    given = writer.name_variable("x")
    writer.put(f"{given} = {value}")
    guard = "" if is_sure else f"{given} is not ABSENT and "
    with writer.block(f"if {guard}not ({_test_same(given, write.value)}):"):
        writer.blame(scope, write.source.path, "None", "const", "the provider's form holds this field only with its fixed value")
    return []


def _emit_loop(writer: Writer, scope: Scope, write: Loop) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    given, out = writer.name_variable("x"), writer.name_variable("v")
    writer.put(f"{given} = {value}")
    word = "if"
    for test, result in ((not is_sure, "ABSENT"), (write.is_null_passed, "None")):
        if test:
            with writer.block(f"{word} {given} is {result}:"):
                writer.put(f"{out} = {result}")
            word = "elif"
    if word == "if":
        _emit_elements(writer, scope, write, given, out)
    else:
        with writer.block("else:"):
            _emit_elements(writer, scope, write, given, out)
    return [Slot(write.target, out, not is_sure)]


def _emit_elements(writer: Writer, scope: Scope, write: Loop, given: str, out: str) -> None:
    index, element = writer.name_variable("i"), writer.name_variable("e")
    inner = Scope(element, (*scope.path, *write.source.path, ITEM), (*scope.indexes, index))
    writer.put(f"{out} = []")
    with writer.block(f"for {index}, {element} in enumerate({given}):"):
        if write.body is not None:
            result = _emit_scope(writer, inner, write.body)
        else:
            result = writer.name_variable("v")
            _emit_try(writer, inner, (), write.steps, element, result)
        writer.put(f"{out}.append({result})")


_EMITTERS: Mapping[type, Callable[[Writer, Scope, Json], list[Slot]]] = {
    Copy: _emit_copy,
    Glue: _emit_glue,
    Cut: _emit_cut,
    Put: _emit_put,
    Expect: _emit_expect,
    Loop: _emit_loop,
}


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
    made = {
        name: child.slot if child.slot is not None else _build_node(writer, child, (*path, name)) for name, child in node.children.items()
    }
    if made and all(not slot.value for slot in made.values()):
        return Slot((), "", False, "{" + ", ".join(f"{name!r}: {slot.fill}" for name, slot in made.items()) + "}")
    is_sure = path in writer.always or any(slot.value and not slot.is_maybe for slot in made.values())
    literal, later = [], []
    for name, slot in made.items():
        if slot.value and not slot.is_maybe:
            literal.append(f"{name!r}: {slot.value}")
        elif is_sure and slot.fill:
            literal.append(
                f"{name!r}: {slot.fill}" if not slot.value else f"{name!r}: {slot.fill} if {slot.value} is ABSENT else {slot.value}"
            )
        else:
            later.append((name, slot))
    text = "{" + ", ".join(literal) + "}"
    if not later:
        return Slot((), text)
    out = writer.name_variable("o")
    writer.put(f"{out} = {text}")
    for name, slot in later:
        if slot.value:
            is_object = node.children[name].slot is None
            writer.put(f"if {slot.value}{'' if is_object else ' is not ABSENT'}: {out}[{name!r}] = {slot.value}")
    for name, slot in later:
        if slot.fill:
            guard = f"{out} and {slot.value} is ABSENT" if slot.value else out
            writer.put(f"if {guard}: {out}[{name!r}] = {slot.fill}")
    return Slot((), out, not is_sure)
