"""`scale`: the agency counts in thousands, in hundredths, in another unit; exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from gateway.values.model import Json

from .numerals import EXACT, INTEGER_MAX, read_number, write_number
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
            f"if type({source}) is not int: raise TypeError",
            f"{out} = {source} * {by!r}",
            f"if not -{INTEGER_MAX} <= {out} <= {INTEGER_MAX}: raise ValueError",
        )

    return emit


def _emit_over(by: int) -> Emit:
    def emit(source: str, out: str, names: Names) -> tuple[str, ...]:
        return (f"if type({source}) is not int or {source} % {by!r}: raise ValueError", f"{out} = {source} // {by!r}")

    return emit


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    by = Decimal(str(arguments["by"]))
    if not by.is_finite() or by <= 0:
        raise ArgumentError("by", "a scale is greater than zero", "scale: 1000")
    are_whole = flow.agency <= INTEGER
    keeps_whole = are_whole and by == by.to_integral_value()

    def to_canonical(value: Json) -> Json:
        if are_whole and type(value) is not int:
            raise TypeError("no integer")
        return write_number(EXACT.multiply(read_number(value), by))

    def to_agency(value: Json) -> Json:
        if keeps_whole and type(value) is not int:
            raise TypeError("no integer")
        agency = write_number(EXACT.divide(read_number(value), by))
        if are_whole and type(agency) is not int:
            raise ValueError("does not divide evenly")
        return agency

    detail = f"not a value that scales exactly by {by}"
    agency_types, canonical_types = (INTEGER if are_whole else NUMERIC), (INTEGER if keeps_whole else NUMERIC)
    if keeps_whole and flow.canonical <= INTEGER:
        emits = (_emit_times(int(by)), _emit_over(int(by)))
        return Operator("scale", to_canonical, to_agency, agency_types, canonical_types, detail, ("I", "I"), *emits)
    return Operator("scale", to_canonical, to_agency, agency_types, canonical_types, detail)


CASES = (
    Case(1000, 1250, 1250000, INTEGER),
    Case(1000, REFUSED, 1250001, INTEGER),
    Case(1000, True, REFUSED, INTEGER),
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
