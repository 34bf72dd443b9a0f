"""What is wrong with a schema itself, found before anything is compiled.

Holds: the rules that a federation's schemas keep beyond being JSON Schema.
Laws: 1. Every mistake at once, each with its path. 2. What passes here compiles, offline and in linear time.
Must not know: files, lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Final

import jsonschema_rs

from gateway.values.faults import FINDINGS_MAX
from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .check import make_validator
from .formats import FORMATS, KNOWN_FORMATS
from .patterns import find_pattern_fault
from .registry import NAME, strip_own_keys
from .vocabulary import KEYWORDS, TYPES, iter_subschemas, resolve_pointer

CLASSES: Final = ("public", "personal", "sensitive")
# Identifiers that lose digits as numbers: names that a property of a federation's schema may not have with type number.
_IDENTIFIERS: Final = frozenset(
    {"nik", "nkk", "nokk", "npwp", "nitku", "nip", "nib", "nisn", "npsn", "nop", "kodepos", "nokartu", "nobpjs"}
)
_REFUSED: Final = {
    "$id": "a schema is known by its `schema:` name",
    "$anchor": "point with `#/$defs/…`",
    "$dynamicRef": "use `$ref`",
    "$dynamicAnchor": "use `$ref`",
    "$vocabulary": "there is one vocabulary, that of 2020-12",
}
_OLD: Final = {
    "definitions": "$defs",
    "dependencies": "dependentRequired or dependentSchemas",
    "additionalItems": "items",
    "$recursiveRef": "$ref",
}
# what `xml:` may say: OpenAPI's words, and `text` for the text of an element that has attributes
_XML_WORDS: Final[dict[str, type]] = {"name": str, "namespace": str, "prefix": str, "attribute": bool, "wrapped": bool, "text": bool}
_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_BREAKS_METASCHEMA: Final = frozenset({"JB-SCH-003", "JB-SCH-004", "JB-SCH-006", "JB-SCH-009", "JB-SCH-013"})  # one cause, one problem

Found = Iterator[Problem]


def lint_schema(name: str, document: Json, known: Collection[str] = ()) -> tuple[Problem, ...]:
    """Give every mistake of a schema document; `known` names all schemas of the federation."""
    problems: list[Problem] = []
    if NAME.fullmatch(name) is None:
        problems.append(Problem((), "JB-KEY-008", f'"{name}" is no name of a schema', "write NAME@MAJOR, like person@1"))
    body = strip_own_keys(document)
    if not isinstance(body, dict | bool):
        return (*problems, Problem((), "JB-KEY-003", "a schema is a mapping", "write `type: object` and `properties:`"))
    for path, schema in iter_subschemas(body):
        if isinstance(schema, dict):
            problems += [problem for rule in _RULES for problem in rule(path, schema)]
            problems += _lint_reference(path, schema, body, known)
            problems += _lint_identifiers(path, schema, "/" in name)
    if not any(problem.code in _BREAKS_METASCHEMA for problem in problems):
        problems += _lint_against_metaschema(body)
    return tuple(sorted(problems, key=lambda problem: (tuple(map(str, problem.path)), problem.code)))


def _lint_keywords(path: Path, schema: dict[str, Json]) -> Found:
    for word in schema:
        here = (*path, word)
        if not isinstance(word, str):
            yield Problem(path, "JB-SCH-003", "a keyword is a string", "quote it")
        elif word in _REFUSED:
            yield Problem(here, "JB-SCH-004", f"`{word}` is not taken here", _REFUSED[word], True)
        elif word in _OLD:
            yield Problem(here, "JB-SCH-003", f"`{word}` is not of JSON Schema 2020-12", f"use `{_OLD[word]}`", True)
        elif word not in KEYWORDS and word != "xml" and not word.startswith("x-"):
            hint = suggest_name(word, KEYWORDS) or "notes of your own begin with `x-`"
            yield Problem(here, "JB-SCH-003", f'unknown keyword "{word}"', hint, True)
    if schema.get("$schema", _DIALECT) != _DIALECT:
        yield Problem((*path, "$schema"), "JB-SCH-004", "only JSON Schema 2020-12 is taken", f"leave `$schema` out or write {_DIALECT}")


def _lint_types(path: Path, schema: dict[str, Json]) -> Found:
    for word in _types_of(schema):
        if word not in TYPES:
            hint = suggest_name(word, TYPES) or f"one of {', '.join(sorted(TYPES))}"
            yield Problem((*path, "type"), "JB-SCH-013", f'unknown type "{word}"', hint)


def _lint_format(path: Path, schema: dict[str, Json]) -> Found:
    word = schema.get("format")
    if isinstance(word, str) and word not in KNOWN_FORMATS:
        hint = suggest_name(word, KNOWN_FORMATS) or "use `pattern:`, or a format of the reference"
        yield Problem((*path, "format"), "JB-SCH-005", f'unknown format "{word}"', hint)
    elif isinstance(word, str) and word in FORMATS and not _may_be_string(schema):
        yield Problem((*path, "format"), "JB-SCH-005", f'format "{word}" is of strings only', "write `type: string`")


def _lint_patterns(path: Path, schema: dict[str, Json]) -> Found:
    found = [((*path, "pattern"), schema.get("pattern"))]
    named = schema.get("patternProperties")
    found += [((*path, "patternProperties", text), text) for text in named] if isinstance(named, dict) else []
    for here, text in found:
        fault = find_pattern_fault(text) if isinstance(text, str) else ""
        if fault:
            yield Problem(here, "JB-SCH-006", f"the pattern {fault}", "patterns are regular expressions that run in linear time")


def _lint_identifiers(path: Path, schema: dict[str, Json], is_agencys: bool) -> Found:
    """An agency's schema may declare that it has an identifier as a number; then it says the greatest, by which it is read exactly."""
    properties = schema.get("properties")
    for name, child in properties.items() if isinstance(properties, dict) else ():
        if is_identifier(str(name)) and isinstance(child, dict) and _is_numeric(child):
            if is_agencys and child.get("x-identifier") == "number" and child.get("type") == "integer" and "maximum" in child:
                continue
            hint = "write `type: string`: as a number it loses leading zeros and, beyond 2^53, digits"
            hint += "; where the agency has it so: `type: integer`, `maximum`, `x-identifier: number`" if is_agencys else ""
            yield Problem((*path, "properties", name, "type"), "JB-SCH-007", f'the identifier "{name}" is typed as a number', hint)


def is_identifier(name: str) -> bool:
    """Say whether a property of this name is an identifier that loses digits as a number."""
    return re.sub(r"[^a-z]", "", name.lower()) in _IDENTIFIERS


def _lint_class(path: Path, schema: dict[str, Json]) -> Found:
    if "x-class" in schema and schema["x-class"] not in CLASSES:
        said = schema["x-class"] if isinstance(schema["x-class"], str) else ""
        message = f'unknown class "{said}"' if said else "a class is a word"
        yield Problem((*path, "x-class"), "JB-SCH-008", message, suggest_name(said, CLASSES) or f"one of {', '.join(CLASSES)}")


def _lint_xml(path: Path, schema: dict[str, Json]) -> Found:
    words = schema.get("xml")
    if words is None:
        return
    here = (*path, "xml")
    if not isinstance(words, dict):
        yield Problem(here, "JB-XML-001", "`xml` is a mapping", "xml: {name: …}")
        return
    for word, value in words.items():
        if word not in _XML_WORDS:
            hint = suggest_name(str(word), _XML_WORDS) or f"one of {', '.join(_XML_WORDS)}"
            yield Problem((*here, word), "JB-XML-001", f'unknown word "{word}" of xml', hint, True)
        elif not isinstance(value, _XML_WORDS[word]):
            form = "true or false" if _XML_WORDS[word] is bool else "a text"
            yield Problem((*here, word), "JB-XML-001", f"`{word}` is {form}", "quote it" if form == "a text" else "")
        elif word in ("name", "prefix") and _XML_NAME.fullmatch(str(value)) is None:
            yield Problem((*here, word), "JB-XML-001", f"this is no {word} in XML", "letters, digits, hyphens and dots, a letter first")
    yield from _lint_xml_place(here, words, _types_of(schema))


def _lint_xml_place(here: Path, words: dict[str, Json], types: list[str]) -> Found:
    """What a word says must fit what stands there; where no type is written, the grammar looks."""
    is_list = "array" in types
    is_scalar = not {"array", "object", "null"} & set(types)
    bare = ("name", "namespace", "prefix") if is_list and not words.get("wrapped") else ()
    wrong = [(word, f"`{word}` is of one scalar, never null") for word in ("attribute", "text") if words.get(word) and not is_scalar]
    wrong += [(word, "a list without `wrapped: true` has no element of its own: say it of its items") for word in bare if word in words]
    if words.get("wrapped") and types and not is_list:
        wrong.append(("wrapped", "only a list has an element around it"))
    if words.get("attribute") and words.get("text"):
        wrong.append(("text", "an attribute is no text of an element"))
    for word, message in wrong:
        yield Problem((*here, word), "JB-XML-001", message, "take it out", True)


_RULES: Final[tuple[Callable[[Path, dict[str, Json]], Found], ...]] = (
    _lint_keywords,
    _lint_types,
    _lint_format,
    _lint_patterns,
    _lint_class,
    _lint_xml,
)


def _lint_reference(path: Path, schema: dict[str, Json], body: Json, known: Collection[str]) -> Found:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return
    here = (*path, "$ref")
    if reference.startswith("#"):
        if not _has_schema_at(body, reference[1:]):
            yield Problem(here, "JB-SCH-009", f'"{reference}" points to no schema of this document', "point with `#/$defs/NAME`")
    elif reference in known:
        return
    elif NAME.fullmatch(reference) is None:
        hint = suggest_name(reference, known) or "write NAME@MAJOR of a schema of the federation, or `#/$defs/NAME`"
        yield Problem(here, "JB-SCH-010", f'"{reference}" is an address, and nothing is fetched', hint)
    else:
        yield Problem(here, "JB-REF-003", f'unknown schema "{reference}"', suggest_name(reference, known) or "declare it in schemas/")


def _has_schema_at(body: Json, pointer: str) -> bool:
    try:
        target = resolve_pointer(body, pointer)
    except KeyError:
        return False
    if pointer and not pointer.startswith("/"):
        return False
    return any(schema is target for _, schema in iter_subschemas(body)) if isinstance(target, dict) else isinstance(target, bool)


def _lint_against_metaschema(body: Json) -> Found:
    paths = {tuple(error.instance_path): None for error in _metaschema().iter_errors(body)}  # many parts of it say the same
    for path in list(paths)[:FINDINGS_MAX]:
        yield Problem(path, "JB-SCH-012", "this is not what JSON Schema 2020-12 allows here", _say_where(path))
    if paths:
        return
    try:  # without its references to other schemas, what is left is the document's own
        make_validator(_without_foreign_references(body))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        yield Problem((), "JB-SCH-012", "does not compile", "")


@cache
def _metaschema() -> jsonschema_rs.Validator:
    return make_validator({"$ref": _DIALECT})


def _without_foreign_references(schema: Json) -> Json:
    if isinstance(schema, dict):
        return {
            word: _without_foreign_references(value)
            for word, value in schema.items()
            if not (word == "$ref" and isinstance(value, str) and not value.startswith("#"))
        }
    return [_without_foreign_references(one) for one in schema] if isinstance(schema, list) else schema


def _say_where(path: Path) -> str:
    return f"see `{path[-1]}` in the reference of JSON Schema" if path and path[-1] in KEYWORDS else "see the reference of JSON Schema"


def _types_of(schema: dict[str, Json]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else [one for one in types if isinstance(one, str)] if isinstance(types, list) else []


def _is_numeric(schema: dict[str, Json]) -> bool:
    return any(one in ("integer", "number") for one in _types_of(schema))


def _may_be_string(schema: dict[str, Json]) -> bool:
    types = _types_of(schema)
    return not types or "string" in types
