"""Reading the small JSON documents of tokens and key sets, strictly.

Laws: 1. A name that comes twice in an object is refused, at any depth, and so are NaN, lone surrogates and bytes that are not
UTF-8. 2. A document has at most 256 objects and arrays, so no depth can exhaust the stack. 3. Base64url has one spelling.
Must not know: what the documents mean.
Source: RFC 8259 4 (names), RFC 7515 2 and 4 (base64url without padding, names unique), RFC 4648 3.5 (canonical encoding).
"""

from __future__ import annotations

import binascii
import json
import re
from typing import NoReturn

import orjson

from gateway.values.model import Json

CONTAINERS_MAX = 256
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]+")
_TO_BASE64 = bytes.maketrans(b"-_", b"+/")


class NotStrict(Exception):
    """The text is not what it must be; says nothing more, because nobody outside may learn more."""


def _take_pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrict
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise NotStrict


def read_object(text: bytes) -> dict[str, Json]:
    """Read one JSON object.

    Faults: NotStrict.
    """
    if text.count(b"{") + text.count(b"[") > CONTAINERS_MAX:
        raise NotStrict
    try:
        orjson.loads(text)  # its grammar is the strict one: UTF-8, surrogates, control characters
        found = json.loads(text, object_pairs_hook=_take_pairs, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise NotStrict from None
    if not isinstance(found, dict):
        raise NotStrict
    return found


def read_base64url(text: bytes) -> bytes:
    """Decode base64url that has no padding, no stray bits and nothing else in it.

    Faults: NotStrict.
    """
    if not _BASE64URL.fullmatch(text):
        raise NotStrict
    try:
        found = binascii.a2b_base64(text.translate(_TO_BASE64) + b"=" * (-len(text) % 4), strict_mode=True)
    except ValueError:
        raise NotStrict from None
    if binascii.b2a_base64(found, newline=False).rstrip(b"=") != text.translate(_TO_BASE64):
        raise NotStrict
    return found
