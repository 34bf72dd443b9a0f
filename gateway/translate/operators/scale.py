"""`scale`: the agency counts in thousands, in hundredths, in another unit; exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from gateway.values.model import Json

from ..prove.domain import Value
from ..prove.ranges import Range, make_range, meet_all, show_number, tempt
from ..prove.transfer import Image, Transfer, is_whole_number
from .numerals import EXACT, INTEGER_MAX, is_whole, read_number, read_whole, write_number
from .spec import NUMERIC, REFUSED, Argument, ArgumentError, Case, Emit, Entry, Flow, Names, Operator, Spec

SPEC = Spec(
    "scale",
    "The canonical value is the agency's value times this. Decimals are exact; what does not divide evenly is refused.",
    (Argument("by", "number", "How much one of the agency's units is in base units.", 1000, is_required=True),),
    "by",
    {"scale": 1000},
)
INTEGER = frozenset({"integer"})


def _emit_times(by: int) -> Emit:
    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        return (
            f"if type({source}) is not int: {out} = {names.name_constant(read_whole)}({source}) * {by!r}",
            f"else: {out} = {source} * {by!r}",
            f"if not -{INTEGER_MAX} <= {out} <= {INTEGER_MAX}: raise ValueError",
        )

    return emit


def _emit_over(by: int) -> Emit:
    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        return (
            f"{out} = {source} if type({source}) is int else {names.name_constant(read_whole)}({source})",
            f"if {out} % {by!r}: raise ValueError",
            f"{out} = {out} // {by!r}",
        )

    return emit


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    by = Decimal(str(arguments["by"]))
    if not by.is_finite() or by <= 0:
        raise ArgumentError("by", "a scale is greater than zero", "scale: 1000")
    are_whole = flow.agency <= INTEGER
    keeps_whole = are_whole and by == by.to_integral_value()

    def to_canonical(value: Json) -> Json:
        if are_whole and not is_whole(value):
            raise TypeError("no integer")
        return write_number(EXACT.multiply(read_number(value), by))

    def to_agency(value: Json) -> Json:
        if keeps_whole and not is_whole(value):
            raise TypeError("no integer")
        agency = write_number(EXACT.divide(read_number(value), by))
        if are_whole and type(agency) is not int:
            raise ValueError("does not divide evenly")
        return agency

    detail = f"not a value that scales exactly by {by}"
    agency_types, canonical_types = (INTEGER if are_whole else NUMERIC), (INTEGER if keeps_whole else NUMERIC)
    images = _make_image(Fraction(by), keeps_whole, detail), _make_image(1 / Fraction(by), are_whole, detail)
    if keeps_whole and flow.canonical <= INTEGER:
        emits = (_emit_times(int(by)), _emit_over(int(by)))
        return Operator("scale", to_canonical, to_agency, agency_types, canonical_types, detail, ("I", "I"), *emits, images)
    return Operator("scale", to_canonical, to_agency, agency_types, canonical_types, detail, images=images)


EXACT_MAX = 10**15 - 1  # in numbers of at most 15 digits nothing is rounded


def _make_image(by: Fraction, gives_whole: bool, detail: str) -> Transfer:
    """Give the transfer of a product. Shape: only whole numbers, and products with few digits, are known to be exact."""

    def image(value: Value) -> Image:
        scaled = [_scale(one, by, gives_whole) for one in value.numbers]
        out = tuple(made for made, _ in scaled if made is not None)
        numbers = Value(numbers=meet_all(out, (Range(step=1),)) if gives_whole else out)
        if is_whole_number(value) and all(is_exact for _, is_exact in scaled):
            return Image(numbers)
        return Image(numbers, detail, tuple(show_number(guess) for one in value.numbers for guess in tempt(one, (EXACT_RANGE,))))

    return image


def _scale(one: Range, by: Fraction, gives_whole: bool) -> tuple[Range | None, bool]:
    """Give a range times a factor, and whether each of its products is written exactly."""
    low, high = (None if bound is None else bound * by for bound in (one.low, one.high))
    stride = one.step * by
    step = int(stride) if stride.denominator == 1 else 0
    unit = Fraction(1, stride.denominator)
    most = INTEGER_MAX if step else EXACT_MAX * unit
    is_small = low is not None and high is not None and max(abs(low), abs(high)) <= most
    is_written = bool(step) or (not gives_whole and _is_decimal(unit))
    return make_range(low, high, step, one.low_out, one.high_out), is_small and is_written


EXACT_RANGE = Range(Fraction(-EXACT_MAX), Fraction(EXACT_MAX))


def _is_decimal(unit: Fraction) -> bool:
    """Whether a fraction is a finite decimal."""
    rest = unit.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


CASES = (
    Case(1000, 1250, 1250000, INTEGER),
    Case(1000, REFUSED, 1250001, INTEGER),
    Case(1000, True, REFUSED, INTEGER),
    Case(1000, 1250.0, 1250000, INTEGER, way="to_canonical"),
    Case(1000, 1250, 1250000.0, INTEGER, way="to_agency"),
    Case(1000, 1250.5, REFUSED, INTEGER),
    Case(1000, 1 << 52, REFUSED, INTEGER),
    Case(1000, REFUSED, "1000", INTEGER),
    Case(0.01, 12345, 123.45, INTEGER),
    Case(0.01, REFUSED, 123.456, INTEGER),
    Case(1000, 0.1, 100, NUMERIC),
    Case(1000, 1.005, 1005, NUMERIC),
    Case(1000, 0.0001, 0.1, NUMERIC),
    Case(3, REFUSED, 1, NUMERIC),
)
ENTRY = Entry(SPEC, build, CASES)
