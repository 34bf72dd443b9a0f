"""`number`: a numeral in a text ⇄ a JSON number, on whichever side the agency has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gateway.values.model import Json

from ..prove.domain import NEVER, Value, text_of
from ..prove.ranges import Range, make_range, show_number, tempt
from ..prove.texts import Language, minus, of_whole, of_words
from ..prove.transfer import Image, Transfer, give_up, image_of_texts, is_whole_number
from .numerals import INTEGER_MAX, is_whole, read_number, write_number, write_plain
from .spec import NUMERIC, REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Operator, Spec, want_text

SPEC = Spec(
    "number",
    "The agency's form is a numeral in a text (`text`; the canonical form is a number), or an integer or decimal number (`integer`, "
    "`decimal`; the canonical form is a text). Leading zeros are refused: see `pad`.",
    (
        Argument("form", "word", "The agency's form.", "text", is_required=True, choices=("text", "integer", "decimal")),
        Argument("decimal", "string", "The decimal sign of a text.", ",", default="."),
        Argument("group", "string", "The sign between groups of three digits of a text.", ".", default=""),
        Argument("places", "integer", "How many decimals a text always has.", 2),
        Argument("digits", "integer", "The digits of an identifier that the agency has as an integer; zeros before it come back.", 16),
    ),
    "form",
    {"number": {"form": "text", "decimal": ",", "group": ".", "places": 2}},
)
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
INTEGER = frozenset({"integer"})


def _read_plain(text: str) -> Decimal:
    if _PLAIN.fullmatch(text) is None or text == "-0":
        raise ValueError("no numeral")
    return Decimal(text)


def _write_readable(value: Json, places: int | None = None) -> str:
    """Write a number that would be read back.

    Faults: ValueError where it would not.
    """
    number = read_number(value)
    write_number(number)
    return write_plain(number, places)


def _build_number(form: str) -> Operator:
    is_integer = form == "integer"

    def to_canonical(value: Json) -> Json:
        if is_integer and not is_whole(value):
            raise ValueError("no integer")
        return _write_readable(value)

    def to_agency(value: Json) -> Json:
        number = write_number(_read_plain(want_text(value)))
        if is_integer and ("." in value or type(number) is not int):
            raise ValueError("no integer")
        return number

    classes = ("I", "I") if is_integer else ("I", "Q")
    types = INTEGER if is_integer else NUMERIC
    detail = "not a number that can be written exactly"
    plain = _Numeral(".", "", None, is_integer)
    images = _make_write(plain, INTEGER_MAX, detail), _make_read(plain, detail)
    return Operator("number", to_canonical, to_agency, types, STRING, detail, classes, images=images)  # type: ignore[arg-type]


def _build_identifier(digits: int) -> Operator:
    """Make the use on a number that means its digits: exact beyond 2^53 as well."""

    def to_canonical(value: Json) -> Json:
        if type(value) is not int or not 0 <= value < 10**digits:  # a float has lost digits already, or will
            raise ValueError("no identifier")
        return str(value).zfill(digits)

    def to_agency(value: Json) -> Json:
        text = want_text(value)
        if len(text) != digits or not text.isascii() or not text.isdigit():
            raise ValueError("no identifier")
        return int(text)

    detail = f"not an identifier of {digits} digits"
    spelt, whole = of_whole(f"[0-9]{{{digits}}}"), Value(numbers=(Range(Fraction(0), Fraction(10**digits - 1), step=1),))

    def spell(value: Value) -> Image:
        if not value.numbers:
            return Image(NEVER, detail)
        top, bound = _find_top(value.numbers), Range(Fraction(0), Fraction(10**digits - 1))
        is_fit = is_whole_number(value) and top is not None and top < 10**digits and all((one.low or 0) >= 0 for one in value.numbers)
        misses = () if is_fit else tuple(show_number(guess) for one in value.numbers for guess in tempt(one, (bound,)))
        return Image(text_of(spelt), "" if is_fit else detail, misses)

    def read(value: Value) -> Image:
        found = image_of_texts(value, spelt, lambda language: language, detail)
        return Image(NEVER if found.value.text is None else whole, found.reason, found.misses)

    return Operator("number", to_canonical, to_agency, INTEGER, STRING, detail, images=(spell, read))


def _build_text(decimal: str, group: str, places: int | None, is_whole: bool) -> Operator:
    whole_part = rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})*" if group else "[1-9][0-9]*"
    fraction_part = rf"(?:{re.escape(decimal)}([0-9]+))" + ("" if places else "?")
    numeral = re.compile(rf"-?(?:0|{whole_part})" + ("" if is_whole and not places else fraction_part))

    def to_canonical(value: Json) -> Json:
        found = numeral.fullmatch(want_text(value))
        if found is None or (places and len(found.group(1)) != places):
            raise ValueError("no numeral")
        number = write_number(_read_plain((value.replace(group, "") if group else value).replace(decimal, ".")))
        if is_whole and type(number) is not int:
            raise ValueError("no integer")
        return number

    def to_agency(value: Json) -> Json:
        whole, _, fraction = _write_readable(value, places).partition(".")
        if is_whole and not places and fraction:
            raise ValueError("no integer")
        if group:
            whole = f"{int(whole):,}".replace(",", group) if whole != "-0" else whole
        return whole + decimal + fraction if fraction else whole

    types = INTEGER if is_whole else NUMERIC
    classes = ("Q" if places or not is_whole else "I", "I" if is_whole or places else "Q")  # -0,00 comes back as 0,00
    detail = "not a numeral of the agency's form"
    form = _Numeral(decimal, group, places, is_whole)
    images = _make_read(form, detail), _make_write(form, 10**15, detail)
    return Operator("number", to_canonical, to_agency, STRING, types, detail, classes, images=images)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Numeral:
    """How numbers are written. Shape: `places` None = as many as are needed."""

    decimal: str
    group: str
    places: int | None
    is_whole: bool

    def spell(self, digits: int | None, places: str, has_minus: bool = True) -> Language:
        """Give the numerals of at most so many digits before the sign (None = any number of them), as this form writes them."""
        groups = "*" if digits is None else f"{{0,{max(digits - 1, 0) // 3}}}"
        more = "*" if digits is None else f"{{0,{max(digits - 1, 0)}}}"
        whole = f"[1-9][0-9]{{0,2}}(?:{re.escape(self.group)}[0-9]{{3}}){groups}" if self.group else f"[1-9][0-9]{more}"
        return minus(of_whole(f"{'-?' if has_minus else ''}(?:0|{whole}){places}"), of_words(("-0",)))

    @property
    def fraction(self) -> str:
        """The pattern of what stands after the whole part of a number of at most 15 digits."""
        sign = re.escape(self.decimal)
        if self.places:
            return f"{sign}{'0' if self.is_whole else '[0-9]'}{{{self.places}}}"
        return "" if self.is_whole else f"(?:{sign}[0-9]{{1,6}})?"


DIGITS_MAX = 18  # of an identifier: 64 bits hold them
_NO_SIGNS = "-0123456789"
PLACES_MAX = 6  # with nine digits before them: 15 digits, which no reader rounds


def _make_read(form: _Numeral, detail: str) -> Transfer:
    """Give the transfer of reading a numeral."""
    if (form.places or 0) > PLACES_MAX:
        return lambda value: give_up("so many decimals are not followed")
    domain = form.spell(15 if not form.fraction else 9, form.fraction)

    def image(value: Value) -> Image:
        found = image_of_texts(value, domain, lambda language: language, detail)
        if found.value.text is None:
            return found
        taken = found.value.text
        digits = min(taken.max_length() or 15, 15)
        low = -(10**digits) + 1 if taken.intersects(of_whole("-.*")) else 0
        ranges = make_range(Fraction(low), Fraction(10**digits - 1), 1 if form.is_whole else 0)
        return Image(NEVER if ranges is None else Value(numbers=(ranges,)), found.reason, found.misses)

    return image


def _make_write(form: _Numeral, most: int | None, detail: str) -> Transfer:
    """Give the transfer of writing a number; `most` is the largest that is written."""
    is_fixed = form.places is not None

    def image(value: Value) -> Image:
        if not value.numbers:
            return Image(NEVER, detail)
        top, is_whole = _find_top(value.numbers), is_whole_number(value)
        spelt = text_of(_spell_range(form, value.numbers, top, is_whole))
        is_taken = is_whole or (not form.is_whole and not is_fixed and _is_number(value))
        if is_taken and (most is None or (top is not None and top <= most)):
            return Image(spelt)
        bound = Range(high=Fraction(most or 10**15))
        return Image(spelt, detail, tuple(show_number(guess) for one in value.numbers for guess in tempt(one, (bound,))))

    return image


def _spell_range(form: _Numeral, ranges: Sequence[Range], top: Fraction | None, is_whole: bool) -> Language:
    """Give the numerals of the numbers of some ranges."""
    any_places = "" if is_whole or form.is_whole else f"(?:{re.escape(form.decimal)}[0-9]+)?"
    has_minus = any(one.low is None or one.low < 0 for one in ranges)
    return form.spell(None if top is None else len(str(int(top))), any_places if form.places is None else form.fraction, has_minus)


def _find_top(ranges: Sequence[Range]) -> Fraction | None:
    """Give the greatest absolute value of some ranges; None where there is none."""
    top = Fraction(0)
    for one in ranges:
        if one.low is None or one.high is None:
            return None
        top = max(top, abs(one.low), abs(one.high))
    return top


def _is_number(value: Value) -> bool:
    return not (value.null or value.booleans or value.text is not None or value.objects or value.arrays)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    form, decimal, group, places, digits = (arguments[name] for name in ("form", "decimal", "group", "places", "digits"))
    if form != "text" and (decimal != "." or group or places is not None):
        raise ArgumentError("form", "decimal, group and places are of texts only", "number: text")
    if digits is not None:
        if form != "integer" or not 1 <= digits <= DIGITS_MAX:
            raise ArgumentError("digits", f"1 to {DIGITS_MAX} digits, of an integer", "number: {form: integer, digits: 16}")
        return _build_identifier(digits)
    if form != "text":
        return _build_number(form)
    _check_signs(decimal, group, places)
    return _build_text(decimal, group, places, flow.canonical <= INTEGER or places == 0)


def _check_signs(decimal: str, group: str, places: int | None) -> None:
    if len(decimal) != 1 or len(group) > 1 or decimal == group or decimal in _NO_SIGNS or (group and group in _NO_SIGNS):
        raise ArgumentError("decimal", "the decimal sign is one sign, another than the group's, and no digit")
    if places is not None and not 0 <= places <= 12:
        raise ArgumentError("places", "from 0 to 12 decimals")


_RUPIAH = {"form": "text", "decimal": ",", "group": ".", "places": 2}
CASES = (
    Case("text", "1250", 1250),
    Case("text", "12.5", 12.5),
    Case("text", "-3", -3),
    Case("text", "12.50", 12.5, way="to_canonical"),
    Case("text", "0125", REFUSED),
    Case("text", "1e3", REFUSED),
    Case("text", "", REFUSED),
    Case("text", "1,250", REFUSED),
    Case("text", "9171010101900001", REFUSED),
    Case("text", 5, REFUSED),
    Case(_RUPIAH, "1.250.000,50", 1250000.5),
    Case(_RUPIAH, "-1.250,00", -1250),
    Case(_RUPIAH, "0,50", 0.5),
    Case(_RUPIAH, "-0,50", -0.5),
    Case(_RUPIAH, "1250000,50", REFUSED),
    Case(_RUPIAH, "1.250,5", REFUSED),
    Case(_RUPIAH, "0,00", 0),
    Case(_RUPIAH, REFUSED, 0.125),
    Case("integer", 1250, "1250", INTEGER),
    Case("integer", 1 << 60, REFUSED, INTEGER),
    Case("integer", REFUSED, "012", INTEGER),
    Case("integer", REFUSED, "9171010101900001", INTEGER),
    Case("integer", True, REFUSED, INTEGER),
    Case({"form": "integer", "digits": 16}, 9171010101900001, "9171010101900001", INTEGER),
    Case({"form": "integer", "digits": 15}, 13456789433000, "013456789433000", INTEGER),
    Case({"form": "integer", "digits": 15}, 1 << 60, REFUSED, INTEGER),
    Case({"form": "integer", "digits": 15}, -1, REFUSED, INTEGER),
    Case({"form": "integer", "digits": 15}, 12.0, REFUSED, INTEGER),
    Case({"form": "integer", "digits": 15}, REFUSED, "13456789433000", INTEGER),
    Case("decimal", 1250.75, "1250.75", NUMERIC),
    Case("decimal", 1e21, REFUSED, NUMERIC),
    Case("text", REFUSED, 1 << 53),
    Case(_RUPIAH, "-0,00", 0, way="to_canonical"),
)
ENTRY = Entry(SPEC, build, CASES)
