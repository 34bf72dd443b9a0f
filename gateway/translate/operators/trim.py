"""`trim`: the agency leaves blanks at the ends, or several in a row."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from ..prove.domain import Value
from ..prove.texts import collapse_blanks, trim_signs
from ..prove.transfer import Image, image_of_texts
from .spec import REFUSED, STRING, Argument, Case, Entry, Flow, Operator, Spec, want_text

BLANKS = " \t\r\n\u00a0"
SPEC = Spec(
    "trim",
    "Blanks at the ends are taken away, both ways.",
    (Argument("collapse", "boolean", "Whether several blanks in a row become one space as well.", True, default=False),),
    "collapse",
    {"trim": {"collapse": True}},
)


def _strip(value: Json) -> Json:
    return want_text(value).strip(BLANKS)


def _collapse(value: Json) -> Json:
    text = want_text(value)
    for blank in BLANKS[1:]:
        text = text.replace(blank, " ")
    return " ".join(word for word in text.split(" ") if word)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    way = _collapse if arguments["collapse"] else _strip
    change = collapse_blanks if arguments["collapse"] else trim_signs

    def image(value: Value) -> Image:
        return image_of_texts(value, None, lambda language: change(language, BLANKS), "not a text")

    return Operator("trim", way, way, STRING, STRING, "not a text", ("Q", "Q"), images=(image, image))


CASES = (
    Case(None, " ASEP  CONTOH ", "ASEP  CONTOH", way="to_canonical"),
    Case(None, "ASEP", "ASEP"),
    Case({"collapse": True}, " ASEP \t CONTOH ", "ASEP CONTOH", way="to_canonical"),
    Case({"collapse": True}, "", ""),
    Case(None, 5, REFUSED),
)
ENTRY = Entry(SPEC, build, CASES)
