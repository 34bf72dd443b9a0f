"""Exact decimals: what a JSON number says, and back.

Laws: nothing is rounded; a number that JSON readers would round (beyond 2^53, over 15 digits) is refused.
"""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, Overflow

from gateway.values.model import Json

INTEGER_MAX = (1 << 53) - 1
EXACT = Context(prec=40, traps=[Inexact, Overflow])


def read_number(value: Json) -> Decimal:
    """Give the decimal that a JSON number was written as.

    Faults: TypeError where it is no number.
    """
    if type(value) is int:
        return Decimal(value)
    if type(value) is float:
        return Decimal(repr(value))
    raise TypeError("no number")


def is_whole(value: Json) -> bool:
    """Whether a JSON number is whole: 1 and 1.0 are one number."""
    return type(value) is int or (type(value) is float and value.is_integer())


def read_whole(value: Json) -> int:
    """Give a whole JSON number as an integer.

    Faults: TypeError where it is none.
    """
    if not is_whole(value):
        raise TypeError("no whole number")
    return int(read_number(value))


def write_number(value: Decimal) -> Json:
    """Give the JSON number for a decimal: an integer where it is whole.

    Faults: ValueError where a reader would round it.
    """
    if value == value.to_integral_value():
        whole = int(value)
        if abs(whole) > INTEGER_MAX:
            raise ValueError("beyond 2^53")
        return whole
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError("too many digits")
    return number


def write_plain(value: Decimal, places: int | None = None) -> str:
    """Write a decimal without an exponent, with so many places (as few as it needs by default).

    Faults: ValueError where places would cut something off.
    """
    if places is None:
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    fixed = value.quantize(Decimal(1).scaleb(-places), context=Context(prec=60))
    if fixed != value:
        raise ValueError("more places than the form has")
    return format(abs(fixed) if fixed == 0 else fixed, "f")
