"""The types of parameters: what stands in a path, a query or a header is text, and gets a type.

Laws: 1. A type is a JSON Schema and one way of writing its values: integers and numbers canonical, booleans `true` and
`false`, no spaces. 2. What decodes is valid against the type's schema. 3. A finding never holds the text.
Must not know: where a parameter stands in a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from gateway.values.faults import FINDINGS_MAX, Finding, refuse
from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .check import Schema, make_validator
from .codelists import CodeList, make_schema
from .registry import NAME, Registry, declares_big_integers
from .text import EXACT_INTEGER_MAX

TEXT_CHARS_MAX: Final = 4_096
PAGE_SIZE_MAX: Final = 1_000
ZONES: Final = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura", "UTC")  # Keppres 41/1987, and UTC
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,19}")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")

# The built-in types, each as a JSON Schema.
BUILT_IN: Final[Mapping[str, dict[str, Json]]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer", "minimum": -EXACT_INTEGER_MAX, "maximum": EXACT_INTEGER_MAX},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "nik": {"type": "string", "format": "nik"},
    "npwp": {"type": "string", "format": "npwp"},
    "nip": {"type": "string", "format": "nip"},
    "nib": {"type": "string", "format": "nib"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "cursor": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,1024}$"},
    "page-size": {"type": "integer", "minimum": 1, "maximum": PAGE_SIZE_MAX},
    "url": {"type": "string", "format": "uri", "pattern": "^https?://[^/?#@]+(?:[/?#]|$)", "maxLength": 2048},
    "zone": {"type": "string", "enum": list(ZONES)},
    "agency": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"},
}


def _read_string(text: str) -> Json:
    return text


def _read_integer(text: str) -> Json:
    return int(text) if _INTEGER.fullmatch(text) else None


def _read_number(text: str) -> Json:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def _read_boolean(text: str) -> Json:
    return {"true": True, "false": False}.get(text)


# How the text of each type of JSON is read; None = it is not written so.
_READERS: Final[Mapping[str, Callable[[str], Json]]] = {
    "string": _read_string,
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
}


@dataclass(frozen=True, slots=True)
class ParamType:
    """A type of one path, query or header parameter: `name` is a built-in type or `NAME@MAJOR`; `document` its JSON Schema."""

    name: str
    is_optional: bool
    document: Json
    kind: str = field(repr=False)  # string | integer | number | boolean
    schema: Schema = field(repr=False)

    def decode(self, text: str, pointer: str = "", part: str = "query") -> Json:
        """Decode the text of a parameter.

        Faults: CALL_INVALID, its findings at `pointer` in `part`.
        """
        if len(text) > TEXT_CHARS_MAX:
            raise refuse("CALL_INVALID", Finding(pointer, "maxLength", f"must be at most {TEXT_CHARS_MAX} characters long", part))
        value = _READERS[self.kind](text)
        if value is None:
            raise refuse("CALL_INVALID", Finding(pointer, "type", f"must be written as {_WRITTEN[self.kind]}", part))
        if type(value) is int and abs(value) > EXACT_INTEGER_MAX and not self.schema.has_big_integers:
            raise refuse("CALL_INVALID", Finding(pointer, "type", "the integer is too large to be exact", part))
        if not self.schema.is_valid(value):
            raise refuse("CALL_INVALID", *self.schema.check(value, part, pointer)[:FINDINGS_MAX])
        return value


_WRITTEN: Final = {
    "integer": "a decimal integer without leading zeros",
    "number": "a decimal number without exponent",
    "boolean": "true or false",
}


def parse_type(
    text: Json,
    registry: Registry | None = None,
    codelists: Mapping[str, CodeList] | None = None,
    agencies: Collection[str] | None = None,
    path: Path = (),
) -> ParamType | Problem:
    """Read a type as YAML.md rule 6 writes it: `nik`, `optional date`, `facility-code@1`.

    Shape: `path` is where the type stands, for the problem. With `agencies`, `agency` is the closed list of them.
    """
    if not isinstance(text, str):
        return Problem(path, "JB-KEY-003", "a type is a word", "write a built-in type or NAME@MAJOR")
    name = text.removeprefix("optional ")
    is_optional = name != text
    lists = codelists or {}
    if name in BUILT_IN:
        document: Json = BUILT_IN[name] if name != "agency" or agencies is None else {"type": "string", "enum": sorted(agencies)}
        return ParamType(name, is_optional, document, str(document["type"]), _compile_plain(name, document))
    if name in lists:
        document = make_schema(lists[name])
        return ParamType(name, is_optional, document, "string", _compile_plain(name, document))
    if registry is not None and name in registry.documents:
        return _make_of_schema(name, is_optional, registry, path)
    return _explain_unknown(name, {*BUILT_IN, *lists, *(registry.documents if registry is not None else ())}, path)


def _make_of_schema(name: str, is_optional: bool, registry: Registry, path: Path) -> ParamType | Problem:
    kinds = find_scalar_types(registry, name)
    if len(kinds) != 1:
        hint = "write a `type:` of string, integer, number or boolean in the schema"
        return Problem(path, "JB-TYP-003", f'"{name}" is not one scalar type, and a parameter is', hint)
    return ParamType(name, is_optional, registry.documents[name], kinds[0], registry.compile_schema(name))


def _explain_unknown(name: str, known: Collection[str], path: Path) -> Problem:
    if name.endswith("?"):
        return Problem(path, "JB-KEY-008", "a type has no `?`", f"write `optional {name[:-1]}`")
    code, what = ("JB-REF-003", "schema or code list") if NAME.fullmatch(name) else ("JB-KEY-008", "type")
    return Problem(path, code, f'unknown {what} "{name}"', suggest_name(name, known))


def find_scalar_types(registry: Registry, name: str) -> tuple[str, ...]:
    """Give the scalar types that a schema's own `type`, or the one it refers to, allows; () where it says none or others too."""
    document = registry.documents[name]
    seen = {name}
    while isinstance(document, dict) and "type" not in document and isinstance(document.get("$ref"), str):
        name, document = registry.resolve(name, document["$ref"])
        if f"{name} {id(document)}" in seen:
            return ()
        seen.add(f"{name} {id(document)}")
    types = document.get("type", []) if isinstance(document, dict) else []
    listed = [types] if isinstance(types, str) else types
    return tuple(listed) if all(one in _READERS for one in listed) else ()


def _compile_plain(name: str, document: Json) -> Schema:
    if document is BUILT_IN.get(name):
        return _compile_built_in(name)
    return Schema(name, make_validator(document), declares_big_integers(document))


@cache
def _compile_built_in(name: str) -> Schema:
    return Schema(name, make_validator(BUILT_IN[name]))
