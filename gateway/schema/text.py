"""JSON text ⇄ documents: the edge where bytes become values.

Holds: the strict reading of JSON and its compact writing.
Laws: 1. What is accepted is RFC 8259 in UTF-8 without a byte order mark, at most `depth_max` deep, with no name twice in an
object and no integer that a double would change. 2. Whatever is refused is NOT_JSON; no finding holds a value of the text.
3. The cost grows linearly with the text.
Must not know: schemas.

**Why counting colons finds every dropped name.** Let the text hold M members and s colons inside its strings (names and
values): its bytes hold M + s colons, because outside of strings a colon stands only between a name and its value, and no
colon is part of a number or a literal. The decoded document keeps m ≤ M members: m = M exactly where no object has a name
twice, since a repeated name leaves one member. Written again, its bytes hold m colons between names and values, and one for
each colon of the strings that are left, because the writer never escapes a colon and no escape that it writes holds one; the
spelling of numbers does not matter, as none holds a colon. A decoded string holds as many colons as its text, unless an
escape stands for one; only `\\u003a` does, and it begins with `\\u003`. So without `\\u003` in the bytes the strings that are
left hold s' ≤ s colons, and M + s = m + s' holds exactly where M = m and s = s', that is where nothing was dropped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from gateway.values.faults import FINDINGS_MAX, Finding, Refused, refuse
from gateway.values.model import Json

from .pointers import join_pointer

DEPTH_MAX = 64
EXACT_INTEGER_MAX = 2**53  # the last integer up to which a double holds every one (RFC 7493 2.2)
_SIGNED_MIN, _UNSIGNED_MAX = -(2**63), 2**64 - 1

_COLON_ESCAPE = b"\\u003"
# Sixteen digits of a number stand after one of these, of a string after a quote: every digit becomes 0 and each of these a
# comma, so that one search finds a long number. Prose in a string may match too; then the exact check runs for nothing.
_BEFORE_NUMBER = b"[:,- \t\n\r"
_SHAPE = bytes.maketrans(b"123456789" + _BEFORE_NUMBER, b"0" * 9 + b"," * len(_BEFORE_NUMBER))
_LONG_NUMBER = b"," + b"0" * 16


@dataclass(frozen=True, slots=True)
class _Repeated:
    """An object in which names came more than once, with all its members."""

    pairs: list[tuple[str, Json]]

    @property
    def names(self) -> list[str]:
        """The names that came more than once, each once."""
        return [name for name, times in Counter(name for name, _ in self.pairs).items() if times > 1]


class _TooBig(int):
    """An integer that is refused."""


def decode_json(raw: bytes, *, depth_max: int = DEPTH_MAX, big_integers: bool = False) -> Json:
    """Decode one JSON document.

    Shape: integers stay integers up to 2^53 in magnitude, with `big_integers` up to 64 bits (for schemas that declare them).
    Faults: NOT_JSON; each finding names its place, by a pointer where there is one.
    Source: RFC 8259; RFC 7493 2.2 and 2.3.
    """
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
    else:
        if raw.count(b"[") + raw.count(b"{") > depth_max and _is_deeper(document, depth_max):
            raise refuse("NOT_JSON", Finding("", "depth", f"nested deeper than {depth_max}"))
        if _has_long_number(raw, document) or not _has_all_members(raw, document):
            _check_exactly(raw, big_integers)
        return document
    raise _explain(where)  # outside of the handler: the decoder's error carries the text


def encode_json(document: Json) -> bytes:
    """Write a document as compact UTF-8 JSON."""
    return orjson.dumps(document)


def encode_sorted(document: Json) -> bytes:
    """Write a document so that equal ones are written alike, whatever the order of their names."""
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _explain(where: str) -> Refused:
    return refuse("NOT_JSON", Finding("", "json", f"not JSON at {where}"))


def _has_long_number(raw: bytes, document: Json) -> bool:
    """Tell whether there may be an integer of sixteen digits or more."""
    return _LONG_NUMBER in raw.translate(_SHAPE) or type(document) in (int, float)


def _has_all_members(raw: bytes, document: Json) -> bool:
    """Tell whether no name was dropped; False where that needs the exact check (see the module's proof)."""
    colons = raw.count(b":")
    if not colons:
        return True
    return (b"\\" not in raw or _COLON_ESCAPE not in raw) and orjson.dumps(document).count(b":") == colons


def _is_deeper(document: Json, depth_max: int) -> bool:
    level = [document] if isinstance(document, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > depth_max:
            return True
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    return False


def _check_exactly(raw: bytes, big_integers: bool) -> None:
    """Read the text once more, keeping every member and the text of every integer; refuse what is found."""
    low, high = (_SIGNED_MIN, _UNSIGNED_MAX) if big_integers else (-EXACT_INTEGER_MAX, EXACT_INTEGER_MAX)
    digits_max = len(str(high)) + 1

    def read_integer(text: str) -> int:
        if len(text) > digits_max:
            return _TooBig(0)
        value = int(text)
        return value if low <= value <= high else _TooBig(0)

    findings = _find_marks(json.loads(raw, object_pairs_hook=_keep_repeated, parse_int=read_integer))
    if findings:
        raise refuse("NOT_JSON", *findings)


def _keep_repeated(pairs: list[tuple[str, Json]]) -> Json:
    members = dict(pairs)
    return members if len(members) == len(pairs) else _Repeated(pairs)


def _find_marks(document: Json) -> list[Finding]:
    found: list[Finding] = []
    for pointer, value in _walk(document):
        if isinstance(value, _Repeated):
            names = value.names[:FINDINGS_MAX]
            found += [Finding(join_pointer(pointer, name), "duplicate", "the name stands more than once in its object") for name in names]
        elif isinstance(value, _TooBig):
            found.append(Finding(pointer, "integer", "the integer is too large to be exact"))
        if len(found) >= FINDINGS_MAX:
            break
    return found[:FINDINGS_MAX]


_WALKED = frozenset((dict, list, _Repeated, _TooBig))


def _walk(document: Json) -> Iterator[tuple[str, Json]]:
    """Give what may bear a mark, with its pointer; the scalars between, of which there may be very many, get none."""
    stack: list[tuple[str, Json]] = [("", document)]
    while stack:
        pointer, value = stack.pop()
        yield pointer, value
        if isinstance(value, list):
            stack += [(f"{pointer}/{index}", inner) for index, inner in enumerate(value) if type(inner) in _WALKED]
        elif isinstance(value, dict | _Repeated):
            members = value.items() if isinstance(value, dict) else value.pairs
            stack += [(join_pointer(pointer, name), inner) for name, inner in members if type(inner) in _WALKED]
