"""What an operator is: its specification, and one use of it.

Laws: 1. An operator names the agency's form only; the canonical form is fixed. 2. A value that it cannot take raises one of MISSES, both
ways. 3. Its emitted statements do what its functions do.
Must not know: schemas, mappings, what stands before or after it but the types that flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from gateway.values.model import Json

from ..library import Library
from ..paths import Types
from ..prove.transfer import Transfer

MISSES = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
STRING: Types = frozenset({"string"})
NUMERIC: Types = frozenset({"integer", "number"})

Class = Literal["I", "Q", "C", "F"]
Way: TypeAlias = Callable[[Json], Json]


class Names(Protocol):
    """Where emitted code gets names for constants."""

    def name_constant(self, value: object) -> str:
        """Give the generated name of a value."""


Emit: TypeAlias = "Callable[[str, str, Names], tuple[str, ...]]"  # source variable, destination variable, names → statements


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. Shape: `type` is string, integer, number, boolean, word (one of `choices`), codelist or any."""

    name: str
    type: Literal["string", "integer", "number", "boolean", "word", "codelist", "any"]
    doc: str
    example: Json
    is_required: bool = False
    default: Json = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """The reference entry of an operator. Shape: `shorthand` is the argument that a bare value means; "" = none."""

    name: str
    doc: str
    arguments: tuple[Argument, ...]
    shorthand: str
    example: Json


@dataclass(frozen=True, slots=True)
class Flow:
    """What an operator is used on: the types that come from the agency's side, those of the canonical field, and the library."""

    agency: Types
    canonical: Types
    library: Library


@dataclass(frozen=True, slots=True)
class Operator:
    """One use of an operator, concrete both ways.

    Shape: `agency` and `canonical` are the types on its two sides; `classes` is (to_canonical, to_agency); `detail` the words of a
    finding. An emitter that is None is a call of the function. `images` are the abstract transfers of the two functions; one that is
    None leaves the prover without a word.
    """

    name: str
    to_canonical: Way
    to_agency: Way
    agency: Types
    canonical: Types
    detail: str
    classes: tuple[Class, Class] = ("I", "I")
    emit_to_canonical: Emit | None = None
    emit_to_agency: Emit | None = None
    images: tuple[Transfer | None, Transfer | None] = (None, None)


class ArgumentError(Exception):
    """An argument that cannot be: which (empty = the whole), why, and how to mend it."""

    def __init__(self, argument: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.argument, self.message, self.hint = argument, message, hint


@dataclass(frozen=True, slots=True)
class Case:
    """A test as data. Shape: `argument` as written in YAML; REFUSED on a side means that the other side's value is refused."""

    argument: Json
    agency: Json
    canonical: Json
    types: Types = STRING
    way: Literal["both", "to_canonical", "to_agency"] = "both"


REFUSED = object()

Build: TypeAlias = "Callable[[Mapping[str, Json], Flow], Operator]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table of operators."""

    spec: Spec
    build: Build
    cases: tuple[Case, ...]


def want_text(value: Json) -> str:
    """Give a value that must be a string.

    Faults: TypeError.
    """
    if type(value) is not str:
        raise TypeError("no string")
    return value


ON = Argument("on", "word", "Which side has this form.", "canonical", default="agency", choices=("agency", "canonical"))


def turn(operator: Operator, on: str) -> Operator:
    """Give the operator for the other side where its form is the canonical side's."""
    if on == "agency":
        return operator
    return Operator(
        operator.name,
        operator.to_agency,
        operator.to_canonical,
        operator.canonical,
        operator.agency,
        operator.detail,
        (operator.classes[1], operator.classes[0]),
        operator.emit_to_agency,
        operator.emit_to_canonical,
        (operator.images[1], operator.images[0]),
    )
