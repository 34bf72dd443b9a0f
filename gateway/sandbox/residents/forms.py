"""How a field is written: `birth_date DD-MM-YYYY`, `sex L/P`, `region [0:4]`, `region !`. A `!` makes a number or a boolean of it.

Law: a form only cuts, orders and replaces; what it writes is never longer known than its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.values.model import Json

CODES: Mapping[str, tuple[str, ...]] = {"sex": ("male", "female"), "marital": ("single", "married", "divorced", "widowed")}
DATES = ("birth_date", "updated")
FIELDS = (
    "nik", "kk", "npwp", "name", "birth_date", "birth_place", "sex", "marital", "street", "region",
    "religion", "blood", "rt", "rw", "job", "mother", "phone", "updated", "office", "service",
)  # fmt: skip
_SIGNS = {"YYYY": slice(0, 4), "MM": slice(5, 7), "DD": slice(8, 10), "HH": slice(11, 13), "mm": slice(14, 16), "ss": slice(17, 19)}
SIGN = re.compile("|".join(_SIGNS))


def _cut(text: str, found: re.Match[str]) -> str:
    return text[int(found[1]) : int(found[2])]


def _dot(text: str, found: re.Match[str]) -> str:
    parts, begin = [], 0
    for width in map(int, found[0].split(".")):
        parts.append(text[begin : begin + width])
        begin += width
    return ".".join(parts)


_TEXT_FORMS: tuple[tuple[str, Callable[[str, re.Match[str]], str]], ...] = (
    ("", lambda text, found: text),
    ("lower", lambda text, found: text.lower()),
    ("first", lambda text, found: text.partition(" ")[0]),
    ("rest", lambda text, found: text.partition(" ")[2]),
    (r"pad([0-9]+)", lambda text, found: text.ljust(int(found[1]))),
    (r"\[([0-9]+):([0-9]+)\]", _cut),
    (r"[0-9](\.[0-9])+", _dot),
    (r".*\{\}.*", lambda text, found: found[0].replace("{}", text)),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a document: a field in a form. Shape: `is_literal` = a JSON number or boolean, not a text."""

    field: str
    form: str
    is_literal: bool

    def write(self, record: Mapping[str, str]) -> Json:
        """Write a resident's field; None where the resident has none."""
        raw = record.get(self.field)
        if raw is None:
            return None
        text = _write(self, raw)
        if not self.is_literal:
            return text
        return text == "true" if text in ("true", "false") else int(text)

    @property
    def codes(self) -> dict[str, str]:
        """Give what it writes for each code; {} where the field is no code."""
        return dict(zip(CODES.get(self.field, ()), self.form.split("/"), strict=False))


def _write(leaf: Leaf, raw: str) -> str:
    if leaf.field in CODES:
        return leaf.codes[raw]
    if leaf.field in DATES:
        return SIGN.sub(lambda sign: raw[_SIGNS[sign[0]]], leaf.form)
    write, found = _find_form(leaf.form)
    return write(raw, found)


def _find_form(form: str) -> tuple[Callable[[str, re.Match[str]], str], re.Match[str]]:
    for pattern, write in _TEXT_FORMS:
        found = re.fullmatch(pattern, form)
        if found:
            return write, found
    raise ValueError(f"no form {form!r}")


def read_leaf(text: str) -> Leaf:
    """Read `FIELD FORM`. Faults: ValueError where there is no such field, or no such form of it."""
    field, _, form = text.partition(" ")
    leaf = Leaf(field, form.removeprefix("!"), form.startswith("!"))
    if field not in FIELDS:
        raise ValueError(f"no field {field!r}")
    if field in CODES and len(leaf.form.split("/")) != len(CODES[field]):
        raise ValueError(f"{text!r} has not a code for each of {CODES[field]}")
    if field not in CODES and field not in DATES:
        _find_form(leaf.form)
    return leaf


def is_whole(field: str, leaves: Iterable[Leaf]) -> bool:
    """Say whether these leaves tell a field in full, alone or together."""
    forms = [leaf.form for leaf in leaves if leaf.field == field]
    if field in DATES:
        return {"YYYY", "MM", "DD"} <= {sign for form in forms for sign in SIGN.findall(form)}
    cuts = [re.fullmatch(r"\[([0-9]+):([0-9]+)\]", form) for form in forms]
    digits = {place for cut in cuts if cut for place in range(int(cut[1]), int(cut[2]))}
    is_in_one = any(cut is None and form not in ("first", "rest") for cut, form in zip(cuts, forms, strict=True))
    return is_in_one or {"first", "rest"} <= set(forms) or len(digits) == 10
