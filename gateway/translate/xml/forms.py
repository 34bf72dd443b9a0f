"""Scalars in XML: the lexical forms of XSD, both ways, and what may stand in a text.

Laws: 1. What is no form of its type is refused, never cut or guessed; a number that JSON has not (INF, NaN) is none. 2. What is written
reads back as the same value. 3. A value is escaped where it stands: it opens and closes nothing.
Must not know: where a value stands.
Source: XML 1.0 2.2, 2.4, 2.11, 3.3.3; XSD 1.1 part 2, 3.3.2 to 3.3.5, 4.3.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Literal

from gateway.schema.text import EXACT_INTEGER_MAX
from gateway.values.model import Json

ScalarType = Literal["string", "integer", "number", "boolean"]

BLANKS = " \t\r\n"
_NUMERAL_CHARS_MAX = 400
_BIG_MAX = 2**64 - 1
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_STRANGE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def read_string(text: str) -> str:
    """Take a text as it stands."""
    return text


def read_collapsed(text: str) -> str:
    """Take a text of a format: blanks around it are layout."""
    return text.strip(BLANKS)


def read_integer(text: str, big: bool = False) -> int:
    """Read a whole number that a double holds exactly; with `big`, one of 64 bits.

    Faults: ValueError.
    """
    text = text.strip(BLANKS)
    if len(text) > _NUMERAL_CHARS_MAX or _INTEGER.fullmatch(text) is None:
        raise ValueError("is no whole number")
    value = int(text)
    if abs(value) > (_BIG_MAX if big else EXACT_INTEGER_MAX):
        raise ValueError("is too large to be exact")
    return value


def read_big_integer(text: str) -> int:
    """Read a whole number of up to 64 bits.

    Faults: ValueError.
    """
    return read_integer(text, big=True)


def read_number(text: str) -> int | float:
    """Read a decimal or a double; without point and exponent it is a whole number.

    Faults: ValueError.
    """
    text = text.strip(BLANKS)
    if _INTEGER.fullmatch(text) is not None:
        return read_integer(text)
    if len(text) > _NUMERAL_CHARS_MAX or _NUMBER.fullmatch(text) is None:
        raise ValueError("is no number")
    value = float(text)
    if not isfinite(value):
        raise ValueError("is too large")
    return value


def read_boolean(text: str) -> bool:
    """Read true, false, 1 or 0.

    Faults: ValueError.
    """
    value = _BOOLEANS.get(text.strip(BLANKS))
    if value is None:
        raise ValueError("is neither true nor false")
    return value


READERS: Mapping[str, Callable[[str], Json]] = {
    "string": read_string,
    "integer": read_integer,
    "number": read_number,
    "boolean": read_boolean,
}


def write_scalar(value: Json) -> str:
    """Write a scalar in its lexical form, not escaped.

    Faults: ValueError where it is none, or holds a character that XML has not.
    """
    if type(value) is str:
        if _STRANGE.search(value):
            raise ValueError("holds a character that XML cannot carry")
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if type(value) is float and isfinite(value):
        text = format(Decimal(repr(value)), "f")  # a decimal: not every number type of XSD knows an exponent
        return text if "." in text else text + ".0"
    raise ValueError("is no scalar")


def escape_text(text: str) -> str:
    """Escape a text between tags."""
    return text.translate(_IN_TEXT)


def escape_attribute(text: str) -> str:
    """Escape a text between double quotes."""
    return text.translate(_IN_ATTRIBUTE)
