"""`pad`: one side fills up to a fixed width."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from ..prove.texts import Language, glue, meet, minus, of_lengths, of_words, trim_left, trim_right
from ..prove.transfer import Transfer, image_of_texts
from .spec import ON, REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Operator, Spec, turn, want_text

WIDTH_MAX = 64  # of what the prover follows
SPEC = Spec(
    "pad",
    "The agency's form is filled up to a width; the canonical form is not (or the other way: `on: canonical`). All zeros mean one zero.",
    (
        Argument("width", "integer", "The width that is filled up.", 6, is_required=True),
        Argument("with", "string", "The one sign that fills.", "0", default="0"),
        Argument("side", "word", "Where the filling stands.", "left", default="left", choices=("left", "right")),
        ON,
    ),
    "width",
    {"pad": {"width": 6, "with": "0"}},
)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    width, sign, on = arguments["width"], arguments["with"], arguments["on"]
    is_left = arguments["side"] == "left"
    if not 1 <= width <= 10_000:
        raise ArgumentError("width", "a width is from 1 to 10000")
    if len(sign) != 1:
        raise ArgumentError("with", "one sign fills, no more and no fewer", 'with: "0"')
    least = sign if sign.isdigit() else ""  # the value that is filling and nothing else

    def strip(value: Json) -> Json:
        text = want_text(value)
        if len(text) != width:
            raise ValueError("width")
        return (text.lstrip(sign) if is_left else text.rstrip(sign)) or least

    def fill(value: Json) -> Json:
        text = want_text(value)
        if len(text) > width or (text != least and (text.startswith(sign) if is_left else text.endswith(sign))) or text == "" != least:
            raise ValueError("cannot be told from its filling")
        return text.rjust(width, sign) if is_left else text.ljust(width, sign)

    detail = f"not a value of a field filled up to {width}"
    images = _make_images(width, sign, is_left, detail) if width <= WIDTH_MAX else (None, None)
    return turn(Operator("pad", strip, fill, STRING, STRING, detail, images=images), on)


def _make_images(width: int, sign: str, is_left: bool, detail: str) -> tuple[Transfer, Transfer]:
    full, filling = of_lengths(width, width), of_words((sign,))
    least = of_words((sign if sign.isdigit() else "",))
    marked = glue(filling, of_lengths(0)) if is_left else glue(of_lengths(0), filling)
    plain = minus(minus(of_lengths(0, width), marked), of_words(("",))).union(least)

    def strip(language: Language) -> Language:
        bare = (trim_left if is_left else trim_right)(language, sign)
        return minus(bare, of_words(("",))).union(least) if bare.accepts("") else bare

    def fill(language: Language) -> Language:
        out = of_words(())
        for length in range(width + 1):
            part = meet(language, of_lengths(length, length))
            if not part.is_empty():
                more = of_words((sign * (width - length),))
                out = out.union(glue(more, part) if is_left else glue(part, more))
        return out

    return lambda value: image_of_texts(value, full, strip, detail), lambda value: image_of_texts(value, plain, fill, detail)


CASES = (
    Case(6, "000123", "123"),
    Case(6, "000000", "0"),
    Case(6, "123", REFUSED),
    Case(6, REFUSED, "1234567"),
    Case(6, REFUSED, "012"),
    Case(6, REFUSED, ""),
    Case(6, 123, REFUSED),
    Case({"width": 4, "with": " ", "side": "right"}, "ab  ", "ab"),
    Case({"width": 4, "with": " ", "side": "right"}, "    ", ""),
    Case({"width": 16, "on": "canonical"}, "123", "0000000000000123"),
)
ENTRY = Entry(SPEC, build, CASES)
