"""A compiled schema, and what it says about a document.

Holds: the one constructor of validators, and the table that turns each keyword into our own words.
Laws: 1. Every validator is made by `make_validator`: offline, our registry only, values masked, expressions in linear time.
2. A finding names a place and a keyword and says what the schema asks for; no value of the document is in it. 3. A document
that is not valid has at least one finding. 4. The work for findings is bounded, however many there are.
Must not know: where schemas come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import jsonschema_rs

from gateway.values.faults import FINDINGS_MAX, Finding
from gateway.values.model import Json

from .formats import CHECKS
from .pointers import join_pointer, make_pointer

VALUES_MAX = 4_000  # of a document whose findings are all looked for; a larger one gets its first
NAMES_MAX = 8  # of a list in a detail

# keyword → what is said; `%s` is what the schema gives for the keyword
DETAILS: Final[dict[str, str]] = {
    "type": "must be of type %s",
    "enum": "must be one of: %s",
    "const": "must be the one value that the schema names",
    "required": "is required",
    "additionalProperties": "is not a field of this object",
    "unevaluatedProperties": "is not a field of this object",
    "unevaluatedItems": "has items too many",
    "additionalItems": "has items too many",
    "falseSchema": "must not be there",
    "propertyNames": "has a field with a name that is not allowed",
    "minProperties": "must have at least %s fields",
    "maxProperties": "must have at most %s fields",
    "minLength": "must be at least %s characters long",
    "maxLength": "must be at most %s characters long",
    "pattern": "must have the form of the pattern %s",
    "format": "must have the format %s",
    "minimum": "must be at least %s",
    "maximum": "must be at most %s",
    "exclusiveMinimum": "must be more than %s",
    "exclusiveMaximum": "must be less than %s",
    "multipleOf": "must be a multiple of %s",
    "minItems": "must have at least %s items",
    "maxItems": "must have at most %s items",
    "uniqueItems": "must not have an item twice",
    "contains": "must have items that the schema asks for, neither too few nor too many",
    "anyOf": "matches none of the alternatives",
    "oneOf": "must match exactly one of the alternatives",
    "not": "matches what is excluded",
    "contentEncoding": "must be encoded as %s",
    "contentMediaType": "must hold %s",
}
OTHER_DETAIL: Final = "does not match the schema"
FINDING_KEYWORDS: Final = (*sorted(DETAILS), "schema", "unknown", "codes")  # closed: labels of metrics come from here

_PATTERN_OPTIONS: Final = jsonschema_rs.RegexOptions()


def refuse_retrieval(uri: str) -> Json:
    """Stand in for a retriever where the library wants one: nothing is ever fetched."""
    raise LookupError(f"{uri} is not in the registry")


def make_validator(
    document: Json, resources: jsonschema_rs.Registry | None = None, asserts_formats: bool = True
) -> jsonschema_rs.Validator:
    """Compile one schema document; the only place that makes a validator.

    Faults: jsonschema_rs.ValidationError where the document is no schema or refers to what is not in `resources`.
    """
    return jsonschema_rs.Draft202012Validator(
        document,
        registry=resources,
        offline=True,
        mask="***",
        validate_formats=asserts_formats,
        formats=dict(CHECKS),
        ignore_unknown_formats=True,
        pattern_options=_PATTERN_OPTIONS,
    )


class Schema:
    """A compiled schema. `name` is `person@1`; `has_big_integers` tells that it declares integers beyond 2^53."""

    __slots__ = ("_make_teller", "_teller", "has_big_integers", "is_valid", "name")

    name: str
    has_big_integers: bool
    is_valid: Callable[[Json], bool]

    def __init__(
        self,
        name: str,
        validator: jsonschema_rs.Validator,
        has_big_integers: bool = False,
        make_teller: Callable[[], jsonschema_rs.Validator] | None = None,
    ) -> None:
        self.name = name
        self.has_big_integers = has_big_integers
        self.is_valid = validator.is_valid
        self._make_teller = make_teller  # of one that takes the same documents and tells more: made when there is something to tell
        self._teller = validator if make_teller is None else None

    def check(self, document: Json, part: str = "body", prefix: str = "") -> tuple[Finding, ...]:
        """Give what is wrong with a document: () where nothing is; at most 20, by pointer, then keyword.

        Shape: `prefix` is put before each pointer. A field that is missing is named by the pointer that it would have.
        """
        if self.is_valid(document):
            return ()
        found = {
            Finding(pointer, keyword, detail, part)
            for error in self._find_errors(document)
            for pointer, keyword, detail in describe_error(error, prefix)
        }
        ordered = sorted(found, key=lambda finding: (finding.pointer, finding.keyword, finding.detail))
        return tuple(ordered[:FINDINGS_MAX]) or (Finding(prefix, "schema", OTHER_DETAIL, part),)

    def _find_errors(self, document: Json) -> Iterable[jsonschema_rs.ValidationError]:
        teller = self._teller
        if teller is None:
            assert self._make_teller is not None
            teller = self._teller = self._make_teller()
        if not _is_larger(document, VALUES_MAX):
            return teller.iter_errors(document)
        try:
            teller.validate(document)
        except jsonschema_rs.ValidationError as error:
            return (error,)
        return ()


def describe_error(error: jsonschema_rs.ValidationError, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Give the pointer, keyword and detail of each thing that one error of the library stands for."""
    keyword = error.kind.name
    pointer = make_pointer(error.instance_path, prefix)
    detail = DETAILS.get(keyword)
    if detail is None:
        yield pointer, "schema", OTHER_DETAIL
        return
    value = None if keyword in _SPEAKS_OF_DOCUMENT else error.kind.value
    if keyword == "required":
        yield join_pointer(pointer, str(value)), keyword, detail
    elif keyword in _NAMES_FIELDS:
        unexpected = error.kind.value
        for name in unexpected[:FINDINGS_MAX]:
            yield join_pointer(pointer, str(name)), keyword, detail
    else:
        yield pointer, keyword, detail % _say(value) if "%s" in detail else detail


_NAMES_FIELDS: Final = frozenset({"additionalProperties", "unevaluatedProperties"})
_SPEAKS_OF_DOCUMENT: Final = _NAMES_FIELDS | {"unevaluatedItems", "propertyNames", "anyOf", "oneOf", "contentEncoding"}


def _say(value: Json) -> str:
    """Say what a schema gives for a keyword, shortly."""
    if isinstance(value, list):
        said = ", ".join(_say(one) for one in value[:NAMES_MAX])
        return f"{said}, …" if len(value) > NAMES_MAX else said
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:80] + "…"


def _is_larger(document: Json, values_max: int) -> bool:
    stack, count = [document], 0
    while stack:
        value = stack.pop()
        count += 1
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        if count + len(stack) > values_max:
            return True
    return False
