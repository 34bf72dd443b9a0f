"""`offset`: the agency counts from another beginning (years since 1900, floors from 0)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gateway.values.model import Json

from ..prove.domain import Value
from ..prove.ranges import Range, fit, make_range, show_number, tempt
from ..prove.transfer import Image, Transfer, is_whole_number
from .numerals import INTEGER_MAX
from .spec import REFUSED, Argument, ArgumentError, Case, Emit, Entry, Flow, Names, Operator, Spec, Way

SPEC = Spec(
    "offset",
    "The canonical integer is the agency's integer plus this.",
    (Argument("by", "integer", "What is added towards the canonical form.", 1900, is_required=True),),
    "by",
    {"offset": 1900},
)
INTEGER = frozenset({"integer"})


def _make_way(by: int) -> Way:
    def add(value: Json) -> Json:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int or not -INTEGER_MAX <= value + by <= INTEGER_MAX:
            raise ValueError("no integer that stays exact")
        return value + by

    return add


def _make_emit(by: int) -> Emit:
    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        return (
            f"if type({source}) is not int: {out} = {names.name_constant(_make_way(by))}({source})",
            f"else: {out} = {source} + {by!r}",
            f"if not -{INTEGER_MAX} <= {out} <= {INTEGER_MAX}: raise ValueError",
        )

    return emit


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    by = arguments["by"]
    if by == 0 or abs(by) > INTEGER_MAX:
        raise ArgumentError("by", "an offset is another integer than 0, within 2^53", "offset: 1900")
    ways = _make_way(by), _make_way(-by)
    detail = "no integer, or one beyond 2^53"
    images = _make_image(by, detail), _make_image(-by, detail)
    return Operator("offset", *ways, INTEGER, INTEGER, detail, ("I", "I"), _make_emit(by), _make_emit(-by), images)


def _make_image(by: int, detail: str) -> Transfer:
    reach = Range(Fraction(-INTEGER_MAX - by), Fraction(INTEGER_MAX - by))

    def shift(one: Range) -> Range | None:
        low, high = (None if bound is None else bound + by for bound in (one.low, one.high))
        return make_range(low, high, one.step if one.step and by % one.step == 0 else min(one.step, 1), one.low_out, one.high_out)

    def image(value: Value) -> Image:
        out = Value(numbers=tuple(made for one in value.numbers if (made := shift(one)) is not None))
        if is_whole_number(value) and fit(value.numbers, (reach,)):
            return Image(out)
        return Image(out, detail, tuple(show_number(guess) for one in value.numbers for guess in tempt(one, (reach,))))

    return image


CASES = (
    Case(1900, 91, 1991, INTEGER),
    Case(-1, 1, 0, INTEGER),
    Case(1900, 91.0, 1991, INTEGER, way="to_canonical"),
    Case(1900, 91.5, REFUSED, INTEGER),
    Case(1900, "91", REFUSED, INTEGER),
    Case(1900, True, REFUSED, INTEGER),
    Case(1, INTEGER_MAX, REFUSED, INTEGER),
    Case(1, REFUSED, -INTEGER_MAX, INTEGER),
)
ENTRY = Entry(SPEC, build, CASES)
