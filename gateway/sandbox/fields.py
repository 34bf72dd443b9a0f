"""What an agency takes: fields with their forms, as the agency itself checks them.

Laws: 1. An unexpected field is as wrong as a missing one. 2. The result names fields, never values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from gateway.values.model import Json

Form: TypeAlias = "Callable[[Json], bool] | Fields | Many"


@dataclass(frozen=True, slots=True)
class Fields:
    """An object's fields: those that must be there and those that may be."""

    required: Mapping[str, Form] = field(default_factory=dict)
    optional: Mapping[str, Form] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at least `least` elements of one form."""

    of: Form
    least: int = 0


NONE = Fields()


def matches(pattern: str) -> Callable[[Json], bool]:
    """Take strings that match the whole pattern."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def digits(count: int) -> Callable[[Json], bool]:
    """Take strings of exactly this many digits."""
    return matches(f"[0-9]{{{count}}}")


def text(longest: int) -> Callable[[Json], bool]:
    """Take strings that are neither empty nor too long."""
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest


def one_of(*codes: str) -> Callable[[Json], bool]:
    """Take one of these strings."""
    return lambda value: isinstance(value, str) and value in codes


def whole(least: int, most: int) -> Callable[[Json], bool]:
    """Take whole numbers within these bounds; a string of digits is none."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def dated(form: str) -> Callable[[Json], bool]:
    """Take dates in one `strptime` form, written with every leading zero."""

    def is_dated(value: Json) -> bool:
        try:
            return isinstance(value, str) and datetime.strptime(value, form).strftime(form) == value  # noqa: DTZ007
        except ValueError:
            return False

    return is_dated


def find_wrong(form: Form, value: Json, at: str = "") -> list[str]:
    """Name every field that is missing, unexpected or wrong, by its dotted name."""
    if isinstance(form, Fields):
        return _find_wrong_fields(form, value, at)
    if isinstance(form, Many):
        if not isinstance(value, list) or len(value) < form.least:
            return [at]
        return [wrong for index, element in enumerate(value) for wrong in find_wrong(form.of, element, f"{at}.{index}")]
    return [] if form(value) else [at]


def _find_wrong_fields(fields: Fields, value: Json, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [at or "."]
    dot = at + "." if at else ""
    wrong = [dot + name for name in fields.required if name not in value]
    for name, inner in value.items():
        form = fields.required.get(name) or fields.optional.get(name)
        wrong += [dot + name] if form is None else find_wrong(form, inner, dot + name)
    return wrong
