"""`picture`: the agency writes an identifier of a fixed length with signs between its digits and letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from gateway.values.model import Json

from ..prove.texts import Language, of_whole, reorder
from ..prove.transfer import Transfer, image_of_texts
from .spec import REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Operator, Spec, want_text

LENGTH_MAX = 64
_PLACES = {"9": "[0-9]", "A": "[A-Z]"}
SPEC = Spec(
    "picture",
    "The agency writes an identifier with signs in it, always at the same places; the canonical form has its digits and letters only.",
    (Argument("form", "string", "9 is a digit, A a capital letter; other signs stand as they are.", "99.999.999.9", is_required=True),),
    "form",
    {"picture": "99.999.999.9-999.999"},
)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    form = arguments["form"]
    if not any(sign in _PLACES for sign in form) or len(form) > LENGTH_MAX:
        raise ArgumentError("form", f"a picture has a 9 or an A, and at most {LENGTH_MAX} signs", 'picture: "99.99.99"')
    bare = "".join(_PLACES[sign] for sign in form if sign in _PLACES)
    drawn = "".join(f"({_PLACES[sign]})" if sign in _PLACES else re.escape(sign) for sign in form)
    match_bare, match_drawn = re.compile(bare).fullmatch, re.compile(drawn).fullmatch

    def strip(value: Json) -> Json:
        found = match_drawn(want_text(value))
        if found is None:
            raise ValueError("not of the picture")
        return "".join(found.groups())

    def draw(value: Json) -> Json:
        text = want_text(value)
        if match_bare(text) is None:
            raise ValueError("not of the picture")
        signs = iter(text)
        return "".join(next(signs) if sign in _PLACES else sign for sign in form)

    detail = f"not of the form {form}"
    return Operator("picture", strip, draw, STRING, STRING, detail, images=_make_images(form, bare, drawn, detail))


def _make_images(form: str, bare: str, drawn: str, detail: str) -> tuple[Transfer, Transfer]:
    runs = [(is_place, sum(1 for _ in signs)) for is_place, signs in groupby(form, key=lambda sign: sign in _PLACES)]
    outer: list[tuple[int, int]] = []  # the runs of digits and letters in the agency's form
    inner: list[tuple[int, int]] = []  # the same in the canonical form
    literals, at = [""], 0
    for is_place, length in runs:
        if is_place:
            outer.append((at, length))
            inner.append((sum(size for _, size in inner), length))
            literals.append("")
        else:
            literals[-1] += form[at : at + length]
        at += length
    whole, plain = of_whole(drawn), of_whole(bare)

    def strip(language: Language) -> Language:
        return reorder(language, outer, [""] * len(literals)) or plain

    def draw(language: Language) -> Language:
        return reorder(language, inner, literals) or whole

    return lambda value: image_of_texts(value, whole, strip, detail), lambda value: image_of_texts(value, plain, draw, detail)


CASES = (
    Case("99.999.999.9-999.999", "01.345.678.9-433.000", "013456789433000"),
    Case("99.999.999.9-999.999", "013456789433000", REFUSED),
    Case("99.999.999.9-999.999", REFUSED, "01.345.678.9-433.000"),
    Case("99.999.999.9-999.999", REFUSED, "13456789433000"),
    Case("A-99/9", "B-12/3", "B123"),
    Case("A-99/9", "b-12/3", REFUSED),
    Case("(99)", "(12)", "12"),
    Case("99", "12\n", REFUSED),
    Case("99", 12, REFUSED),
)
ENTRY = Entry(SPEC, build, CASES)
