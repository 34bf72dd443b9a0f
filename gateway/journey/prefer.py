"""What a caller prefers: the header `Prefer`, read once for all who can honour one, and how a caller is told that one was honoured.

Laws: 1. Of a preference that is given twice the first holds, on whatever line. 2. What cannot be read is passed over up to the next comma:
a preference is never a reason to refuse. 3. What is looked at is bounded.
Must not know: which preferences there are.
Source: RFC 7240 2 (the header), 3 (Preference-Applied); RFC 9110 5.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ..values.model import Request

HEADER = b"prefer"
_APPLIED = b"preference-applied"
_NONE: Mapping[bytes, bytes] = {}
_PREFERENCES_MAX = 32
_SEEN_MAX = 64

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_WORD = _TOKEN + rb'|"(?:[^"\\]|\\.)*"'
_GIVEN = rb"(?P<name>" + _TOKEN + rb")(?:[ \t]*=[ \t]*(?P<word>" + _WORD + rb"))?"
_PARAMETER = rb"[ \t]*;[ \t]*(?:" + _TOKEN + rb"(?:[ \t]*=[ \t]*(?:" + _WORD + rb"))?)?"
_PREFERENCE = re.compile(rb"[ \t]*" + _GIVEN + rb"(?:" + _PARAMETER + rb")*[ \t]*")
_BETWEEN_COMMAS = re.compile(rb'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\Z))+')  # a quoted comma ends nothing
_ESCAPED = re.compile(rb"\\(.)")


def read_preferences(request: Request) -> Mapping[bytes, bytes]:
    """Give what a request prefers: values by name in lower case; b"" where a preference has none."""
    given = request.headers.get(HEADER)
    return _NONE if given is None else _read(given)


@lru_cache(maxsize=_SEEN_MAX)
def _read(given: bytes) -> Mapping[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for place, part in enumerate(_BETWEEN_COMMAS.finditer(given)):
        if place >= _PREFERENCES_MAX:
            break
        read = _PREFERENCE.fullmatch(part[0])
        if read is not None:
            found.setdefault(read["name"].lower(), _read_word(read["word"] or b""))
    return found


def _read_word(word: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", word[1:-1]) if word[:1] == b'"' else word


def tell_applied(*preferences: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Give the head lines that say which preferences were honoured; none where none was."""
    return ((_APPLIED, b", ".join(preferences)),) if preferences else ()
