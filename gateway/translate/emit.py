"""From the intermediate form to the source of one straight-line Python function.

Laws: 1. The source holds generated identifiers, fixed words, and constants by repr() or by generated name: nothing of what a user
wrote is code. 2. What is surely there is read by `d[…]`, the rest guarded. 3. The same mapping
gives the same source, in whatever order it was written.
Must not know: schemas, YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from types import CodeType

from gateway.values.model import Json

from .emit_choice import CHOICES, test_same
from .ir import Copy, Cut, Expect, Glue, Loop, Put, Rest, Step, Write
from .objects import build_object
from .operators.spec import MISSES
from .paths import ITEM, Segments
from .presence import list_targets
from .problems import Untranslatable, is_same
from .writer import ABSENT, EMPTY, Locate, Scope, Slot, Writer


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
    writer = Writer(locate, roots or {}, always, emit_slots)
    result = _emit_scope(writer, Scope("d"), writes)
    lines = ["def translate(d):"]
    if writer.can_miss:
        lines.append("    bad = []")
        writer.put("if bad: raise Untranslatable(tuple(bad))")
    return "\n".join([*lines, *writer.lines, f"    return {result}", ""]), writer.constants


@lru_cache(maxsize=1_024)
def _compile_source(source: str) -> CodeType:
    """Compile a source; thousands of routes that are written alike share one code."""
    return compile(source, "<mapping>", "exec")


def compile_function(source: str, constants: Mapping[str, object]) -> Callable[..., Json]:
    """Make the function of an emitted source."""
    world: dict[str, Json] = {
        "__builtins__": {},
        "len": len,
        "tuple": tuple,
        "enumerate": enumerate,
        "type": type,
        "int": int,
        "float": float,
        "ValueError": ValueError,
        "TypeError": TypeError,
        "MISSES": MISSES,
        "ABSENT": ABSENT,
        "EMPTY": EMPTY,
        "Untranslatable": Untranslatable,
        "is_same": is_same,
        **constants,
    }
    exec(_compile_source(source), world)  # noqa: S102  # generated from the typed form; holds no user text but repr()
    made: Callable[..., Json] = world["translate"]
    return made


def _emit_scope(writer: Writer, scope: Scope, writes: Sequence[Write]) -> str:
    return build_object(writer, emit_slots(writer, scope, writes))


def emit_slots(writer: Writer, scope: Scope, writes: Sequence[Write]) -> list[Slot]:
    """Add the lines of a scope's writes, and give what they write."""
    slots: list[Slot] = []
    for write in sorted(writes, key=_place_of):
        slots += _EMITTERS[type(write)](writer, scope, write)
    return slots


def _place_of(write: Write) -> tuple[list[Segments], Segments]:
    """Give what orders a write among others, whatever order they came in."""
    return [target for target, _, _ in list_targets(write)], write.source.path if isinstance(write, Expect | Rest) else ()


def _emit_copy(writer: Writer, scope: Scope, write: Copy) -> list[Slot]:
    value, is_sure = writer.read(scope, write.source)
    fill = repr(write.fill.value) if write.fill else ""
    is_plain = not any((write.steps, write.omit, write.fill_null, write.is_absence_refused and not is_sure))
    if is_plain and is_sure:
        return [Slot(write.target, value)]
    out = writer.name_variable("v")
    if is_plain:
        writer.put(f"{out} = {value}")
        return [Slot(write.target, out, True, fill)]
    given = writer.name_variable("x")
    writer.put(f"{given} = {value}")
    tests = list(_list_tests(write, given, is_sure))
    _emit_tests(writer, scope, write, out, tests)
    with writer.block("else:") if tests else nullcontext():
        _emit_try(writer, scope, write.source.path, write.steps, given, out)
    if "ABSENT" in [result for _, result in tests]:
        return [Slot(write.target, out, True, fill)]
    return [Slot(write.target, out)]


def _emit_tests(writer: Writer, scope: Scope, write: Copy, out: str, tests: Sequence[tuple[str, str]]) -> None:
    for number, (test, result) in enumerate(tests):
        with writer.block(f"{'elif' if number else 'if'} {test}:"):
            if not result:
                writer.blame(scope, write.source.path, "None", "absent", "the field is needed here and not there")
            writer.put(f"{out} = {result or 'None'}")


def _list_tests(write: Copy, given: str, is_sure: bool) -> Iterator[tuple[str, str]]:
    """Give what is asked of a value before its steps, and what is written then ("" = a finding)."""
    if not is_sure:
        yield f"{given} is ABSENT", "" if write.is_absence_refused else "ABSENT"
    if write.fill_null:
        yield f"{given} is None", repr(write.fill_null.value)
    if write.omit:
        yield test_same(given, write.omit.value), "None" if write.is_null_written else "ABSENT"
    if write.is_null_passed and write.steps and not write.fill_null:
        yield f"{given} is None", "None"


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
    with writer.block(f"if {guard}not ({test_same(given, write.value)}):"):
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
    **CHOICES,
}
