# ruff: noqa: E501 - tables
"""Each operator's abstract transfer against its function: what is taken lands in the image, and a transfer without a reason refuses nothing."""

from __future__ import annotations

from random import Random

import pytest

from gateway.translate.chain import build_chain
from gateway.translate.library import Library
from gateway.translate.operators.spec import MISSES
from gateway.translate.prove.abstract import Abstraction
from gateway.translate.prove.contain import Budget, Comparison
from gateway.translate.prove.domain import value_of
from gateway.translate.prove.samples import draw
from gateway.translate.prove.transfer import Image
from gateway.values.model import Json


class Table:
    def __init__(self, otherwise: str) -> None:
        self.to_canonical = {"L": "male", "P": "female", "1": "male"}
        self.to_agency = {"male": "L", "female": "P"}
        self.otherwise = otherwise


LIBRARY = Library({}, {f"{word}@1": Table(word) for word in ("reject", "keep", "other")})
TEXTS: tuple[Json, ...] = (
    {"type": "string"}, {"type": "string", "pattern": "^[0-9]{6}$"}, {"type": "string", "maxLength": 6}, {"type": "string", "pattern": "^ *[A-Za-z]* *$"},
    {"type": "string", "format": "date"}, {"type": "string", "format": "date-DD-MM-YYYY"}, {"type": "string", "format": "date-time"},
    {"type": "string", "format": "datetime-DD/MM/YYYY-HH:mm"}, {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}-[0-9]{4}$"},
    {"type": "string", "pattern": "^-?[0-9]{1,5}$"}, {"type": "string", "pattern": "^(0|[1-9][0-9]{0,4})([.,][0-9]{2})?$"},
    {"type": "string", "pattern": "^REG-[0-9]*$"}, {"type": "string", "enum": ["L", "P", "1", "X"]}, {"type": ["string", "null"], "maxLength": 3},
    {"type": "string", "pattern": "^[LP1]$"}, {"type": "string", "pattern": "^[1-9][0-9]{0,2}([.][0-9]{3}){0,2}$"},
)  # fmt: skip
NUMBERS: tuple[Json, ...] = (
    {"type": "integer"}, {"type": "integer", "minimum": 0, "maximum": 9000}, {"type": "integer", "multipleOf": 1000, "minimum": -10**12, "maximum": 10**12},
    {"type": "number"}, {"type": "number", "minimum": 0, "maximum": 100}, {"type": "number", "multipleOf": 5, "minimum": -500, "maximum": 500},
    {"type": "integer", "minimum": -10**15, "maximum": 10**15}, {"type": ["integer", "string"]}, {"type": "boolean"}, {"type": ["boolean", "null"]},
)  # fmt: skip
OPERATORS: tuple[Json, ...] = (
    {"codes": "reject@1"}, {"codes": "keep@1"}, {"codes": "other@1"}, {"date": "DD-MM-YYYY"}, {"date": "YYYYMMDD"},
    {"datetime": {"form": "DD/MM/YYYY HH:mm", "zone": "WIB"}}, {"datetime": {"form": "YYYYMMDDHHmmss", "zone": "UTC"}}, {"datetime": "rfc3339"},
    {"scale": 1000}, {"scale": 0.01}, {"scale": 0.3}, {"affix": {"prefix": "REG-"}}, {"affix": {"prefix": "0", "suffix": "1", "on": "canonical"}},
    {"pad": 6}, {"pad": {"width": 6, "with": " ", "side": "right"}}, {"pad": {"width": 8, "on": "canonical"}}, {"case": "upper"},
    {"case": {"agency": "lower", "canonical": "upper"}}, {"trim": {}}, {"trim": True}, {"number": "text"}, {"number": {"form": "text", "decimal": ",", "group": ".", "places": 2}},
    {"number": {"form": "text", "decimal": ",", "group": "."}}, {"number": "integer"}, {"number": "decimal"}, {"bool": {"yes": "L", "no": "P"}},
    {"bool": {"yes": 1, "no": 0}}, {"offset": 1900}, {"offset": -1},
    {"picture": "99-99-9999"}, {"picture": "999.999"}, {"picture": "AA-9"}, {"number": {"form": "integer", "digits": 4}}, {"number": {"form": "integer", "digits": 16}},
)  # fmt: skip
DRAWS = 60


def run_transfer(operator: Json, schema: Json, way: int) -> None:
    value = Abstraction({}).read_document(schema, "source")
    types = (
        frozenset({"integer"})
        if "integer" in str(schema)
        else frozenset({"number", "integer"})
        if "number" in str(schema)
        else frozenset({"string"})
    )
    for canonical in (frozenset({"integer"}), frozenset({"string", "number", "integer"})):
        chain, problems = build_chain([operator], (), types if way == 0 else canonical, canonical, LIBRARY)
        if problems:
            continue
        made = chain.operators[0]
        image, run = made.images[way], (made.to_canonical, made.to_agency)[way]
        if image is not None:
            hold_to_image(image(value), value, run)


def hold_to_image(image: Image, value: object, run: object) -> None:
    chance = Random(3)
    for _ in range(DRAWS):
        drawn = draw(value, chance)  # type: ignore[arg-type]
        assert drawn is not None
        try:
            result = run(drawn[0])  # type: ignore[operator]
        except MISSES:
            assert image.reason, f"{drawn[0]!r} is refused and the transfer says that nothing is"
            continue
        if isinstance(result, str):
            assert image.value.text is not None and image.value.text.accepts(result), f"{drawn[0]!r} became {result!r}"
            continue
        gap = Comparison(Budget()).find_gap(value_of(result), image.value)
        assert gap is None, f"{drawn[0]!r} became {result!r}, which is not in the image: {gap.reason}"


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_what_an_operator_takes_lands_in_its_image(operator: Json) -> None:
    """Random values of many schemas, both ways."""
    for schema in (*TEXTS, *NUMBERS):
        for way in (0, 1):
            run_transfer(operator, schema, way)
