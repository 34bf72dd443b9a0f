"""`bool`: the agency's two values for yes and no ⇄ true and false."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from ..paths import type_of
from ..problems import is_same
from ..prove.contain import MISSING, Budget, Comparison
from ..prove.domain import Value, join_values, value_of
from ..prove.transfer import Image, Transfer
from .spec import REFUSED, Argument, ArgumentError, Case, Entry, Flow, Operator, Spec

SPEC = Spec(
    "bool",
    "The agency's two values for true and false.",
    (
        Argument("yes", "any", "What means true.", "Y", is_required=True),
        Argument("no", "any", "What means false.", "T", is_required=True),
    ),
    "",
    {"bool": {"yes": "Y", "no": "T"}},
)
BOOLEAN = frozenset({"boolean"})


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    yes, no = arguments["yes"], arguments["no"]
    for name, value in (("yes", yes), ("no", no)):
        if not isinstance(value, str | int | float):
            raise ArgumentError(name, "a text, a number or a boolean is wanted")
    if is_same(yes, no):
        raise ArgumentError("no", "yes and no are the same value")

    def to_canonical(value: Json) -> Json:
        if is_same(value, yes):
            return True
        if is_same(value, no):
            return False
        raise ValueError("neither")

    def to_agency(value: Json) -> Json:
        if type(value) is not bool:
            raise TypeError("no boolean")
        return yes if value else no

    types = frozenset({type_of(yes), type_of(no)})
    detail = "neither the agency's yes nor its no"
    return Operator("bool", to_canonical, to_agency, types, BOOLEAN, detail, images=_make_images(yes, no, detail))


def _make_images(yes: Json, no: Json, detail: str) -> tuple[Transfer, Transfer]:
    """Give the transfers; a value that holds few documents is run, so only what holds many comes here."""
    both = join_values((value_of(yes), value_of(no)))
    booleans = Value(booleans=frozenset({True, False}))

    def refuse_rest(domain: Value, out: Value) -> Transfer:
        def image(value: Value) -> Image:
            gap = Comparison(Budget()).find_gap(value, domain)
            return Image(out, detail if gap else "", () if gap is None or gap.document is MISSING else (gap.document,))

        return image

    return refuse_rest(both, booleans), refuse_rest(booleans, both)


CASES = (
    Case({"yes": "Y", "no": "T"}, "Y", True),
    Case({"yes": "Y", "no": "T"}, "T", False),
    Case({"yes": "Y", "no": "T"}, "y", REFUSED),
    Case({"yes": 1, "no": 0}, 1, True, frozenset({"integer"})),
    Case({"yes": 1, "no": 0}, True, REFUSED, frozenset({"integer"})),
    Case({"yes": 1, "no": 0}, REFUSED, 1, frozenset({"integer"})),
    Case({"yes": False, "no": True}, False, True, BOOLEAN),
)
ENTRY = Entry(SPEC, build, CASES)
