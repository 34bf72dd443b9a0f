"""`affix`: one side carries a fixed prefix or suffix."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from ..prove.texts import ANY, Language, cut_prefix, cut_suffix, glue, of_words
from ..prove.transfer import Transfer, image_of_texts
from .spec import ON, REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Names, Operator, Spec, turn, want_text

SPEC = Spec(
    "affix",
    "The agency's form carries a prefix or suffix that the canonical form does not (or the other way: `on: canonical`).",
    (
        Argument("prefix", "string", "What stands before.", "REG-", default=""),
        Argument("suffix", "string", "What stands after.", "/ID", default=""),
        ON,
    ),
    "",
    {"affix": {"prefix": "0", "on": "canonical"}},
)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    prefix, suffix, on = arguments["prefix"], arguments["suffix"], arguments["on"]
    if not prefix and not suffix:
        raise ArgumentError("", "neither a prefix nor a suffix is given", 'affix: {prefix: "REG-"}')
    begin, end, least = len(prefix), len(suffix), len(prefix) + len(suffix)

    def strip(value: Json) -> Json:
        text = want_text(value)
        if len(text) < least or not text.startswith(prefix) or not text.endswith(suffix):
            raise ValueError("the affix is missing")
        return text[begin : len(text) - end]

    def add(value: Json) -> Json:
        return prefix + want_text(value) + suffix

    def emit_add(source: str, out: str, names: Names) -> tuple[str, ...]:
        return (f"{out} = {prefix!r} + {source} + {suffix!r}",)

    detail = "the fixed prefix or suffix is missing"
    images = _make_images(prefix, suffix, detail)
    operator = Operator("affix", strip, add, STRING, STRING, detail, ("I", "I"), None, emit_add, images)
    return turn(operator, on)


def _make_images(prefix: str, suffix: str, detail: str) -> tuple[Transfer, Transfer]:
    begin, end = of_words((prefix,)), of_words((suffix,))

    def strip(language: Language) -> Language:
        return cut_suffix(cut_prefix(language, prefix), suffix)

    return (
        lambda value: image_of_texts(value, glue(begin, ANY, end), strip, detail),
        lambda value: image_of_texts(value, None, lambda language: glue(begin, language, end), detail),
    )


CASES = (
    Case({"prefix": "REG-"}, "REG-12", "12"),
    Case({"prefix": "REG-"}, "12", REFUSED),
    Case({"prefix": "A", "suffix": "A"}, "A", REFUSED),
    Case({"prefix": "A", "suffix": "A"}, "AA", ""),
    Case({"prefix": "0", "on": "canonical"}, "013456789012000", "0013456789012000"),
    Case({"prefix": "0", "on": "canonical"}, REFUSED, "3215011708910003"),
    Case({"suffix": "'\"\n"}, "x'\"\n", "x"),
    Case({"prefix": "REG-"}, REFUSED, 5),
)
ENTRY = Entry(SPEC, build, CASES)
