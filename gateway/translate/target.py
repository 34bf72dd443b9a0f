"""The request target and head lines of a provider's call, from values that nobody trusts.

Laws: 1. A value is one slot of one segment, one value of one query name, or one header line, whatever it holds; what cannot be is refused
(ValueError). 2. Literals come from the plan only and were checked at load.
Must not know: where values come from.
Source: RFC 3986 2.3, 3.3, 3.4; RFC 9110 5.5, 5.6.2.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from gateway.values.model import Json
from gateway.values.problem import Path, Problem

CODE_PATH, CODE_NAME = "JB-BND-010", "JB-BND-011"
_SLOT = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-F]{2})*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_VISIBLE = re.compile(r"[\x21-\x7e]+(?: +[\x21-\x7e]+)*")
_DOTS = frozenset({"", ".", ".."})
# lines that are the wire's business or the credential's
_OWNED = """host connection content-length transfer-encoding te trailer upgrade keep-alive expect cookie proxy-connection
proxy-authorization authorization traceparent tracestate accept-encoding content-encoding"""
OWNED_HEADERS = frozenset(_OWNED.split())


def write_text(value: Json) -> str:
    """Write a scalar as text.

    Faults: ValueError where it is none.
    """
    if type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int or type(value) is float:
        return repr(value)
    raise ValueError("no scalar")


def write_slot(value: Json) -> str:
    """Write a value as (a part of) one path segment.

    Faults: ValueError where it is empty, `.` or `..`.
    """
    text = write_text(value)
    if text in _DOTS:
        raise ValueError("no segment")
    return quote(text, safe="")


def write_query_value(value: Json) -> str:
    """Write one query value.

    Faults: ValueError.
    """
    return quote(write_text(value), safe="")


def write_header_value(value: Json) -> bytes:
    """Write one header value: visible ASCII, single lines, no blanks at the ends.

    Faults: ValueError.
    """
    text = write_text(value)
    if _VISIBLE.fullmatch(text) is None:
        raise ValueError("not visible ASCII")
    return text.encode("ascii")


def parse_template(template: Json, at: Path, problems: list[Problem]) -> tuple[str | tuple[str], ...]:
    """Compile a path to literals (str) and slots (one-tuples of a name)."""
    if not isinstance(template, str) or not template.startswith("/"):
        problems.append(Problem(at, CODE_PATH, "a path begins with `/`", "quote it where it holds {names}"))
        return ()
    pieces: list[str | tuple[str]] = []
    segments = template.split("/")[1:]
    for index, segment in enumerate(segments):
        is_end = segment == "" and index == len(segments) - 1
        if not is_end:
            problems += _check_segment(segment, at)
        pieces.append("/")
        pieces += _split_segment(segment)
    wrong = [piece[0] for piece in pieces if isinstance(piece, tuple) and _NAME.fullmatch(piece[0]) is None]
    problems.extend(Problem(at, CODE_PATH, f'"{{{name}}}" is no slot', "a slot is {name}") for name in wrong)
    return tuple(pieces)


def _split_segment(segment: str) -> list[str | tuple[str]]:
    """Give the literals and slots of one segment; every other part of a split by slots is a slot's name."""
    parts = _SLOT.split(segment)
    return [(part,) if odd % 2 else part for odd, part in enumerate(parts) if part or odd % 2]


def _check_segment(segment: str, at: Path) -> list[Problem]:
    literal = _SLOT.sub("", segment)
    if _LITERAL.fullmatch(literal) is None:
        hint = "query parameters are bound under `query:`" if "?" in literal else "percent-encode other signs in capitals"
        return [Problem(at, CODE_PATH, f'the segment "{segment}" holds a sign that no path may hold', hint)]
    decoded = unquote(segment)
    if decoded in _DOTS or "/" in decoded or "\\" in decoded:
        return [Problem(at, CODE_PATH, "a path holds no empty segment, no `.`, no `..` and no encoded slash", "take it out")]
    return []


def check_header_name(name: str, at: Path, problems: list[Problem]) -> None:
    """Give a problem for a header that may not be bound."""
    if _TOKEN.fullmatch(name) is None:
        problems.append(Problem(at, CODE_NAME, f'"{name}" is no header name', "letters, digits and hyphens", True))
    elif name.lower() in OWNED_HEADERS:
        hint = "credentials are written by `auth:` of the upstream" if name.lower() == "authorization" else "leave it out"
        problems.append(Problem(at, CODE_NAME, f"`{name}` is not a binding's to write", hint, True))
