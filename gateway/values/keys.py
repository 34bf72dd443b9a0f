"""What a key of a document is: its name, its shape, its bounds and what it is for.

Holds: the one form in which every key that a platform engineer may write is specified, wherever it is declared (the kinds
of `plan`, the operators of `translate`). The decoder, its messages, the JSON Schema for editors and the reference page
are all made from it.
Laws: 1. A specification is frozen data and says everything. 2. What it says in `doc` is one sentence for a reader.
Must not know: YAML, files, positions, how a value is decoded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .model import Json

ScalarType = Literal[
    "string",  # free text
    "identifier",  # an id by `pattern`
    "integer",
    "number",
    "boolean",
    "duration",  # 2s, 500ms, 30d → float seconds
    "size",  # 64KiB → int bytes
    "date",  # 2027-06-30 → str
    "url",  # http(s)://… or ${env:X}
    "address",  # host:port
    "path",  # a file of the machine, or beside the document
    "file",  # a file beside the document, inside the federation
    "reference",  # the id of a document of one of the kinds `of`
    "enum",  # one of `choices`
    "secret",  # ${env:X} or ${file:/p}
    "type",  # a built-in type, or NAME@MAJOR; `optional ` in front where `is_optional_allowed`
    "source",  # a typed reference: body.nik, path.id, caller.agency
    "field",  # a dotted path into a document
]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value.

    Shape: `of` the kinds that a reference may name; `choices` the words of an enum; `pattern` what the whole text must
    match, `form` that pattern in words. Units: `low` and `high` in the unit of the decoded value (seconds, bytes, count;
    characters for texts).
    """

    type: ScalarType
    of: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    form: str = ""
    later: tuple[str, ...] = ()  # words that are known and come later


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape. Units: `least` and `most` items."""

    item: Shape
    least: int = 0
    most: int = 10_000


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with free keys. Units: `least` and `most` entries.

    Shape: `numbers` says that a bare whole number is a good key (an HTTP status); it is decoded to its text.
    """

    value: Shape
    key: Scalar = Scalar("string")
    least: int = 0
    most: int = 10_000
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A map with declared keys.

    Shape: `exactly_one` names groups of keys of which exactly one must stand; `at_most_one` likewise. `rest`
    is the shape of keys that are not declared (None = refused): `{"14": FAULT, else: FAULT}`.
    """

    keys: tuple[Key, ...]
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    rest: Shape | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A union by form: what stands there says which shape it has.

    Shape: a scalar has the shape `scalar`, a list `sequence`; a map has the first of `records` whose discriminating key
    stands in it, else `mapping`. A form that is None is refused.
    """

    scalar: Shape | None = None
    sequence: Shape | None = None
    records: tuple[tuple[str, Record], ...] = ()
    mapping: Shape | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Free JSON: a constant, a JSON Schema, a payload of an example."""


Shape: TypeAlias = "Scalar | ListOf | MapOf | Record | OneOf | Open"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is called, what may stand there, what holds where it is absent.

    Shape: `default` is a decoded value, put in where the key is absent; None puts nothing in. `later` marks a key that
    is known and refused as "not yet". `unit` and `example` are for the reader.
    """

    name: str
    shape: Shape
    doc: str
    required: bool = False
    default: Json = None
    unit: str = ""
    example: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of document: its kind key holds the id.

    Shape: `id` the form of its id; `body` the other keys; `open` says that any other key is kept as free JSON (a schema).
    """

    name: str
    id: Scalar
    body: Record
    doc: str
    example: str = ""
    later: bool = False
    open: bool = field(default=False)


TEXT = Scalar("string", low=1, high=2_000)
FLAG = Scalar("boolean")
OPEN = Open()
