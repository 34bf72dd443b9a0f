"""`assume`: what no schema promises is taken for true here, watched at run time, and only until a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.schema.check import make_validator
from gateway.schema.lint import lint_schema
from gateway.values.model import Json

from ..paths import type_of
from ..prove.abstract import Abstraction
from ..prove.domain import Value, meet_scalars
from ..prove.transfer import Image
from .spec import REFUSED, Argument, ArgumentError, Case, Entry, Flow, Names, Operator, Spec

KEYWORDS = ("pattern", "format", "enum", "minLength", "maxLength", "minimum", "maximum")
SPEC = Spec(
    "assume",
    "The value keeps to these keywords of JSON Schema though its schema does not say so. It passes unchanged; one that does not keep to "
    "them is refused and counted. After `until` the routes that rely on it are refused.",
    (
        Argument("pattern", "string", "A regular expression that it matches.", "^[0-9]{16}$"),
        Argument("format", "string", "A format that it has.", "nik"),
        Argument("enum", "any", "The values that there are.", ["L", "P"]),
        Argument("minLength", "integer", "The least length of a text.", 1),
        Argument("maxLength", "integer", "The greatest length of a text.", 100),
        Argument("minimum", "number", "The least number.", 0),
        Argument("maximum", "number", "The greatest number.", 1000000),
        Argument("reason", "string", "Why it may be taken for true.", "the register has checked it since 2011", is_required=True),
        Argument("until", "string", "The last day on which it is.", "2027-06-30", is_required=True),
        Argument("since", "string", "The first day, from which its age is counted.", "2026-01-01"),
    ),
    "",
    {"assume": {"pattern": "^[0-9]{16}$", "reason": "the register has checked it since 2011", "until": "2027-06-30"}},
)
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class Assumption(Operator):
    """A use of `assume`. Shape: `schema` is what is taken for true; `until` the last day, YYYY-MM-DD."""

    schema: Json = None
    reason: str = ""
    until: str = ""


def _check_days(until: str, since: str) -> None:
    for word, day in (("until", until), ("since", since or until)):
        if _DAY.fullmatch(day) is None:
            raise ArgumentError(word, "a day is wanted", f"{word}: 2027-06-30")
    if since > until:
        raise ArgumentError("since", "it begins after its last day")


def _read_schema(arguments: Mapping[str, Json]) -> Json:
    """Give what is assumed as a schema.

    Faults: ArgumentError.
    """
    schema = {word: arguments[word] for word in KEYWORDS if arguments.get(word) is not None}
    if not schema:
        raise ArgumentError("", "nothing is assumed", f"one or more of {', '.join(KEYWORDS)}")
    if "enum" in schema and (not isinstance(schema["enum"], list) or not schema["enum"]):
        raise ArgumentError("enum", "a list of values is wanted", "enum: [L, P]")
    _check_days(arguments["until"], arguments.get("since") or "")
    typed = {"type": "string", **schema} if {"pattern", "format"} & schema.keys() else schema
    for problem in lint_schema("assume@1", typed, ()):
        raise ArgumentError(str(problem.path[-1]) if problem.path else "", problem.message, problem.hint)
    return schema


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    schema = _read_schema(arguments)
    is_valid = make_validator(schema).is_valid

    def keep(value: Json) -> Json:
        if not is_valid(value):
            raise ValueError("not as assumed")
        return value

    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        check = f"if not {names.name_constant(is_valid)}({source}): raise ValueError"
        return (check,) if source == out else (check, f"{out} = {source}")

    assumed = Abstraction({}).read_document(schema, "source")

    def image(value: Value) -> Image:
        return Image(meet_scalars(value, assumed))

    types = frozenset(type_of(value) for value in schema["enum"]) if "enum" in schema else flow.agency
    return Assumption(
        "assume", keep, keep, types or flow.agency, flow.agency or types, "the value is not as the mapping assumes", ("I", "I"), emit, emit,
        (image, image), schema=schema, reason=arguments["reason"], until=arguments["until"],
    )  # fmt: skip


_SHORT = {"maxLength": 3, "reason": "r", "until": "2027-06-30"}
CASES = (
    Case(_SHORT, "abc", "abc"),
    Case(_SHORT, "abcd", REFUSED),
    Case(_SHORT, REFUSED, "abcd"),
    Case({"enum": ["L", "P"], "reason": "r", "until": "2027-06-30"}, "X", REFUSED),
    Case({"format": "nik", "reason": "r", "until": "2027-06-30"}, "3215011708910003", "3215011708910003"),
    Case({"minimum": 0, "maximum": 9, "reason": "r", "until": "2027-06-30"}, 10, REFUSED, frozenset({"integer"})),
)
ENTRY = Entry(SPEC, build, CASES)
