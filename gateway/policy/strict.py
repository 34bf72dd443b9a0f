"""Reading the small JSON documents of tokens and key sets, strictly.

Laws: 1. An object is read as the house reads all JSON (no name twice, exact integers), at most 16 deep. 2. Base64url has one spelling.
Must not know: what the documents mean.
Source: RFC 7515 2 and 4 (base64url without padding, names unique), RFC 4648 3.5 (canonical encoding).
"""

from __future__ import annotations

import binascii
import re

from gateway.schema.text import decode_json
from gateway.values.faults import Refused
from gateway.values.model import Json

DEPTH_MAX = 16
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]+")
_TO_BASE64 = bytes.maketrans(b"-_", b"+/")


class NotStrict(Exception):
    """The text is not what it must be; says nothing more, because nobody outside may learn more."""


def read_object(text: bytes) -> dict[str, Json]:
    """Read one JSON object.

    Faults: NotStrict.
    """
    try:
        found = decode_json(text, depth_max=DEPTH_MAX)
    except Refused:
        raise NotStrict from None  # its findings tell where; here nobody may learn that
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
