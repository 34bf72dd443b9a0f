"""Which regular expressions a schema may hold.

Laws: a pattern means the same to the validator's linear engine, to ECMA 262 and to the prover, so what only some of them
know (look-around, back-references, flags, named groups, set operations inside classes, `\\A \\z \\Z`) is refused.
Source: JSON Schema 2020-12 core 6.4.
"""

from __future__ import annotations

import re
from typing import Final

import jsonschema_rs

from .check import make_validator

PATTERN_CHARS_MAX: Final = 2_000

# Tokens of a pattern, the first that matches counts; each with what is wrong with it ("" = nothing).
_ESCAPES: Final = (
    (re.compile(r"\\[<>]"), "has an escape that is the edge of a word to one engine and a plain sign to another (write < and > bare)"),
    (re.compile(r"\\(?:[dDwWsSbBnrtfv0]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|[pP]\{[A-Za-z_=]+\})"), ""),
    (re.compile(r"\\[A-Za-z0-9]"), "has an escape that engines read differently"),
    (re.compile(r"\\."), ""),
)
_TOKENS: Final = (
    (re.compile(r"\\[1-9]"), "refers back to a group"),
    (re.compile(r"\\k"), "refers back to a group"),
    (re.compile(r"\\[bB]\{(?! *[0-9])"), "names a kind of word boundary, which engines read differently (\\b and \\B alone are taken)"),
    *_ESCAPES,
    (re.compile(r"\(\?:"), ""),
    (re.compile(r"\(\?<?[=!]"), "looks ahead or behind"),
    (re.compile(r"\(\?"), "has a flag or a named group"),
)
_IN_CLASS: Final = (
    (re.compile(r"&&|--|~~|\["), "combines sets of characters, which engines read differently"),
    *_ESCAPES,
)


def find_pattern_fault(pattern: str) -> str:
    """Say what is wrong with a pattern, as the rest of a sentence; nothing where it may be used."""
    if len(pattern) > PATTERN_CHARS_MAX:
        return f"is longer than {PATTERN_CHARS_MAX} characters"
    fault = _scan(pattern)
    if fault:
        return fault
    try:
        make_validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return "does not compile"
    return ""


def _scan(pattern: str) -> str:
    at, is_in_class = 0, False
    while at < len(pattern):
        length, fault = _read_token(pattern, at, _IN_CLASS if is_in_class else _TOKENS)
        if fault:
            return fault
        if not length:
            is_in_class = pattern[at] == "[" or (is_in_class and pattern[at] != "]")
        at += length or 1
    return ""


def _read_token(pattern: str, at: int, tokens: tuple[tuple[re.Pattern[str], str], ...]) -> tuple[int, str]:
    """Give the length of the token that stands here (0 = a plain character), and what is wrong with it."""
    for token, fault in tokens:
        found = token.match(pattern, at)
        if found is not None:
            return len(found[0]), fault
    return 0, ""
