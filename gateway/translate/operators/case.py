"""`case`: the agency writes in capitals, or in small letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.values.model import Json

from ..prove.texts import Language, to_lower, to_upper
from ..prove.transfer import Transfer, image_of_texts
from .spec import REFUSED, STRING, Argument, Case, Entry, Flow, Operator, Spec, Way, want_text

_WAYS: Mapping[str, Way] = {
    "upper": lambda value: want_text(value).upper(),
    "lower": lambda value: want_text(value).lower(),
    "keep": want_text,
}
_IMAGES: Mapping[str, Callable[[Language], Language]] = {"upper": to_upper, "lower": to_lower, "keep": lambda language: language}
SPEC = Spec(
    "case",
    "The agency's form is in capitals or small letters. The canonical letters are not brought back: equal only up to case.",
    (
        Argument("agency", "word", "The agency's letters.", "upper", is_required=True, choices=("upper", "lower")),
        Argument("canonical", "word", "The canonical letters.", "lower", default="keep", choices=("upper", "lower", "keep")),
    ),
    "agency",
    {"case": "upper"},
)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    ways = _WAYS[arguments["canonical"]], _WAYS[arguments["agency"]]
    images = _make_image(arguments["canonical"]), _make_image(arguments["agency"])
    return Operator("case", *ways, STRING, STRING, "not a text", ("Q", "Q"), images=images)


def _make_image(word: str) -> Transfer:
    return lambda value: image_of_texts(value, None, _IMAGES[word], "not a text")


CASES = (
    Case("upper", "JL TUPAREV", "JL TUPAREV"),
    Case("upper", "JL TUPAREV", "Jl Tuparev", way="to_agency"),
    Case({"agency": "upper", "canonical": "lower"}, "A@B.ID", "a@b.id"),
    Case({"agency": "lower", "canonical": "upper"}, "abc", "ABC"),
    Case("upper", 5, REFUSED),
    Case("upper", REFUSED, None),
)
ENTRY = Entry(SPEC, build, CASES)
