"""The `via:` of a field: a chain of operators, typed.

Laws: 1. Operators run from the `from:` end as written, and back in reverse. 2. The types that leave one operator
are those that the next takes.
Must not know: paths, schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .library import Library
from .operators import OPERATORS, PRESENCE, SPECS
from .operators.spec import Argument, ArgumentError, Flow, Operator, Spec
from .paths import Types, is_meeting, type_of
from .problems import hint_known, is_json

CODE_OPERATOR, CODE_ARGUMENT, CODE_TYPE = "JB-MAP-010", "JB-MAP-011", "JB-MAP-012"
CODE_CODELIST = "JB-REF-003"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant that a user wrote."""

    value: Json


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators from the agency's end to the canonical one, and the two on presence."""

    operators: tuple[Operator, ...] = ()
    null_as: Literal | None = None
    default: Literal | None = None

    @property
    def classes(self) -> tuple[str, str]:
        """The class of the whole chain, per direction."""
        found = [operator.classes for operator in self.operators]
        if self.null_as or self.default:
            found.append(("Q", "Q"))
        pairs = [max((pair[way] for pair in found), key="IQCF".index, default="I") for way in (0, 1)]
        return pairs[0], pairs[1]


def build_chain(
    via: Json, at: Path, agency: Types, canonical: Types, library: Library, is_from_canonical: bool = False
) -> tuple[Chain, list[Problem]]:
    """Read a `via:` between two places of known types; it begins at the `from:` end, which in a binding is the canonical one."""
    if not isinstance(via, list):
        return Chain(), [Problem(at, CODE_OPERATOR, "`via` is a list of operators", "via: [{date: DD-MM-YYYY}]")]
    problems: list[Problem] = []
    operators: list[Operator] = []
    presence: dict[str, Literal] = {}
    flowing = agency - {"null"}
    uses = list(enumerate(via))
    last = len(via) - 1
    for index, item in reversed(uses) if is_from_canonical else uses:
        name, argument = _split_use(item)
        here = (*at, index)
        arguments = _read_use(name, argument, here, library, problems)
        if arguments is None:
            continue
        if name in PRESENCE:
            is_first = (name == "null_as") != is_from_canonical
            if index != (0 if is_first else last):
                problems.append(Problem(here, CODE_OPERATOR, f"`{name}` stands {'first' if is_first else 'last'} in `via`"))
            presence[name] = Literal(arguments["value"])
            continue
        operator = _build_use(name, arguments, here, Flow(flowing, canonical - {"null"}, library), problems)
        if operator is not None:
            operators.append(operator)
            flowing = operator.canonical
    return Chain(tuple(operators), presence.get("null_as"), presence.get("default")), problems


def _split_use(item: Json) -> tuple[Json, Json]:
    """Give name and argument of `name` or `{name: argument}`."""
    return next(iter(item.items())) if isinstance(item, dict) and len(item) == 1 else (item, None)


def _read_use(name: Json, argument: Json, at: Path, library: Library, problems: list[Problem]) -> Mapping[str, Json] | None:
    """Give the arguments of one use by name; None, and problems, where they are wrong."""
    if not isinstance(name, str) or name not in SPECS:
        problems.append(_refuse_name(name, at))
        return None
    spec = SPECS[name]
    given = _name_arguments(spec, argument)
    known = {row.name: row for row in spec.arguments}
    below = (*at, name) if argument is not None else at
    wrong = [
        Problem(below, CODE_ARGUMENT, f'`{name}` has no argument "{key}"', hint_known(key, known)) for key in given if key not in known
    ]
    for row in spec.arguments:
        if row.name in given:
            wrong += _check_argument(row, given[row.name], below, library)
        elif row.is_required:
            wrong.append(Problem(below, CODE_ARGUMENT, f"`{name}` needs `{row.name}`: {row.doc}", f"for example {row.example!r}"))
    problems += wrong
    return None if wrong else {row.name: given.get(row.name, row.default) for row in spec.arguments}


def _refuse_name(name: Json, at: Path) -> Problem:
    shown = name if isinstance(name, str) else "this"
    hint = "split is a form of a field: {split: PATH, into: [PATHS], sep: …}" if name == "split" else suggest_name(shown, SPECS)
    return Problem(at, CODE_OPERATOR, f'unknown operator "{shown}"', hint or f"known: {', '.join(SPECS)}")


def _name_arguments(spec: Spec, argument: Json) -> Mapping[str, Json]:
    """Give the arguments by name; what stands alone is the shorthand's."""
    if isinstance(argument, dict) and spec.name not in PRESENCE:
        return argument
    if argument is None and spec.name != "null_as":
        return {}
    return {spec.shorthand: argument}


_TYPES: Mapping[str, frozenset[str]] = {
    "string": frozenset({"string"}),
    "word": frozenset({"string"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"integer", "number"}),
    "boolean": frozenset({"boolean"}),
}


def _check_codelist(value: Json, at: Path, library: Library) -> list[Problem]:
    if isinstance(value, str) and value in library.codelists:
        return []
    return [Problem(at, CODE_CODELIST, f'unknown code list "{value}"', suggest_name(str(value), library.codelists))]


def _check_argument(row: Argument, value: Json, at: Path, library: Library) -> list[Problem]:
    if isinstance(value, str) and value.startswith("param."):
        return [Problem(at, CODE_ARGUMENT, f"{value} is no parameter here", "a mapping declares its parameters: params: {NAME: TYPE}")]
    if row.type == "codelist":
        return _check_codelist(value, at, library)
    if not is_json(value):
        return [Problem(at, CODE_ARGUMENT, f"`{row.name}` is no JSON value", "quote it")]
    if row.type in _TYPES and type_of(value) not in _TYPES[row.type]:
        hint = "quote it" if row.type == "string" else f"for example {row.example!r}"
        return [Problem(at, CODE_ARGUMENT, f"`{row.name}` must be of type {row.type}", hint)]
    if row.choices and value not in row.choices:
        hint = suggest_name(value, row.choices) or f"one of {', '.join(row.choices)}"
        return [Problem(at, CODE_ARGUMENT, f'`{row.name}` may not be "{value}"', hint)]
    return []


def _build_use(name: str, arguments: Mapping[str, Json], at: Path, flow: Flow, problems: list[Problem]) -> Operator | None:
    try:
        operator = OPERATORS[name].build(arguments, flow)
    except ArgumentError as error:
        where = f"`{name}`: " + (f"`{error.argument}`: " if error.argument else "")
        problems.append(Problem((*at, name), CODE_ARGUMENT, where + error.message, error.hint))
        return None
    if flow.agency and not is_meeting(flow.agency, operator.agency):
        takes, gets = " or ".join(sorted(operator.agency)), " or ".join(sorted(flow.agency))
        problems.append(
            Problem(at, CODE_TYPE, f"`{name}` takes {takes} and gets {gets}", "put `number` before it" if name != "number" else "")
        )
    return operator
