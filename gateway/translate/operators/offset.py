"""`offset`: the agency counts from another beginning (years since 1900, floors from 0)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

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
    return Operator(
        "offset", *ways, INTEGER, INTEGER, "no integer, or one beyond 2^53", ("I", "I"), _make_emit(by), _make_emit(-by)
    )  # fmt: skip


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
