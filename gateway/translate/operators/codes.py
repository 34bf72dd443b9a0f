"""`codes`: an agency's code ⇄ the canonical code, by a code list."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from ..prove.texts import Language, map_words, meet, minus, of_words
from ..prove.transfer import Transfer, image_of_texts
from .spec import REFUSED, STRING, Argument, Case, Emit, Entry, Flow, Names, Operator, Spec, Way, want_text

SPEC = Spec(
    "codes",
    "Translate a code by an agency's code list. A code that the list does not hold is refused, kept or made one code, as its `else:` says.",
    (Argument("list", "codelist", "The agency's code list, with its major.", "dukcapil/sex@1", is_required=True),),
    "list",
    {"codes": "dukcapil/sex@1"},
)


def _make_way(table: Mapping[str, str], otherwise: str) -> Way:
    if otherwise == "reject":
        return lambda value: table[want_text(value)]
    if otherwise == "keep":
        return lambda value: table.get(want_text(value), value)
    return lambda value: table.get(want_text(value), otherwise)


def _make_emit(table: Mapping[str, str], otherwise: str) -> Emit:
    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        known = names.name_constant(table)
        if otherwise == "reject":
            return (f"{out} = {known}[{source}]",)
        rest = source if otherwise == "keep" else names.name_constant(otherwise)
        return (f"{out} = {known}.get({source}, {rest})",)

    return emit


def _make_image(table: Mapping[str, str], otherwise: str, detail: str) -> Transfer:
    keys = of_words(table)

    def change(language: Language) -> Language:
        mapped = map_words(meet(language, keys), table)
        rest = minus(language, keys)
        if rest.is_empty():
            return mapped
        return mapped.union(rest if otherwise == "keep" else of_words((otherwise,)))

    domain = keys if otherwise == "reject" else None
    return lambda value: image_of_texts(value, domain, change, detail)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    name = arguments["list"]
    codes = flow.library.codelists[name]
    inward, outward = dict(codes.to_canonical), dict(codes.to_agency)
    back = "keep" if codes.otherwise == "keep" else "reject"
    is_one_to_one = codes.otherwise == "reject" and len(inward) == len(outward) == len(set(inward.values()))
    detail = f"the code is not in code list {name}"
    return Operator(
        "codes",
        _make_way(inward, codes.otherwise),
        _make_way(outward, back),
        STRING,
        STRING,
        detail,
        ("I", "I") if is_one_to_one else ("Q", "Q"),
        _make_emit(inward, codes.otherwise),
        _make_emit(outward, back),
        (_make_image(inward, codes.otherwise, detail), _make_image(outward, back, detail)),
    )


CASES = (
    Case("test/sex@1", "L", "male"),
    Case("test/sex@1", "P", "female"),
    Case("test/sex@1", "X", REFUSED),
    Case("test/sex@1", REFUSED, "other"),
    Case("test/sex@1", ["L"], REFUSED),
    Case("test/kept@1", "Z", "Z"),
    Case("test/many@1", "1", "known"),
    Case("test/many@1", "2", "known", way="to_canonical"),
    Case("test/many@1", "7", "unknown", way="to_canonical"),
    Case("test/many@1", REFUSED, "unknown"),
)
ENTRY = Entry(SPEC, build, CASES)
