"""`date`: a calendar date in the agency's form ⇄ RFC 3339 full-date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from gateway.values.model import Json

from ..prove.texts import Language, of_format, reorder
from ..prove.transfer import Transfer, give_up, image_of_texts
from .spec import REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Names, Operator, Spec, want_text

SPEC = Spec(
    "date",
    "A date in the agency's form. Only dates of the calendar are taken, from year 0001 to 9999.",
    (Argument("form", "string", "YYYY, MM and DD once each, with any signs between.", "DD-MM-YYYY", is_required=True),),
    "form",
    {"date": "DD-MM-YYYY"},
)
TOKENS = re.compile(r"YYYY|MM|DD|HH|mm|ss")
_ISO = "YYYY-MM-DD"


def find_slices(form: str, tokens: tuple[str, ...]) -> tuple[dict[str, int], dict[int, str]]:
    """Give where each token of a form begins, and the sign at every other place.

    Faults: ArgumentError where a token is missing, repeated or strange.
    """
    starts: dict[str, int] = {}
    for found in TOKENS.finditer(form):
        if found.group() in starts or found.group() not in tokens:
            raise ArgumentError("form", f"`{found.group()}` does not belong there", f"each of {' '.join(tokens)} once")
        starts[found.group()] = found.start()
    missing = sorted(set(tokens) - starts.keys())
    if missing:
        raise ArgumentError("form", f"the form has no {' and no '.join(missing)}", f"for example {SPEC.example['date']}")
    taken = {at + offset for token, at in starts.items() for offset in range(len(token))}
    signs = {at: sign for at, sign in enumerate(form) if at not in taken}
    if re.search(r"[^\W_T]", "".join(signs.values())):
        raise ArgumentError("form", "letters and digits other than the tokens do not belong there", "tokens: YYYY MM DD HH mm ss")
    return starts, signs


def emit_slices(template: str, starts: Mapping[str, int], source: str) -> str:
    """Write the expression that puts a text's slices in another order, with the signs of `template` between."""
    parts: list[str] = []
    at = 0
    for found in TOKENS.finditer(template):
        if found.start() > at:
            parts.append(repr(template[at : found.start()]))
        begin = starts[found.group()]
        parts.append(f"{source}[{begin}:{begin + len(found.group())}]")
        at = found.end()
    if at < len(template):
        parts.append(repr(template[at:]))
    return " + ".join(parts)


def emit_guard(form: str, signs: Mapping[int, str], source: str) -> str:
    """Write the statement that refuses a text without the form's length and signs."""
    tests = [f"len({source}) != {len(form)}", *(f"{source}[{at}] != {sign!r}" for at, sign in signs.items())]
    return f"if {' or '.join(tests)}: raise ValueError"


def change_form(value: str, old: str, new: str) -> str:
    """Give a text's tokens in another form, where it has the old form's length and signs.

    Faults: ValueError.
    """
    if len(value) != len(old):
        raise ValueError("length")
    starts = {found.group(): found.start() for found in TOKENS.finditer(old)}
    plain = TOKENS.sub(lambda found: "\0" * len(found.group()), old)
    if any(sign != "\0" and value[at] != sign for at, sign in enumerate(plain)):
        raise ValueError("signs")
    return TOKENS.sub(lambda found: value[starts[found.group()] : starts[found.group()] + len(found.group())], new)


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    form: str = arguments["form"]
    starts, signs = find_slices(form, ("YYYY", "MM", "DD"))
    iso_starts, iso_signs = find_slices(_ISO, ("YYYY", "MM", "DD"))

    def to_canonical(value: Json) -> Json:
        iso = change_form(want_text(value), form, _ISO)
        date.fromisoformat(iso)
        return iso

    def to_agency(value: Json) -> Json:
        change_form(want_text(value), _ISO, _ISO)
        date.fromisoformat(value)
        return change_form(value, _ISO, form)

    def emit_to_canonical(source: str, out: str, names: Names) -> tuple[str, ...]:
        read = names.name_constant(date.fromisoformat)
        return (emit_guard(form, signs, source), f"{out} = {emit_slices(_ISO, starts, source)}", f"{read}({out})")

    def emit_to_agency(source: str, out: str, names: Names) -> tuple[str, ...]:
        read = names.name_constant(date.fromisoformat)
        return (emit_guard(_ISO, iso_signs, source), f"{read}({source})", f"{out} = {emit_slices(form, iso_starts, source)}")

    detail = f"not a date of the calendar (the agency's form is {form})"
    emits = (emit_to_canonical, emit_to_agency)
    images = make_images(of_format("date"), _ISO, form, detail)
    return Operator("date", to_canonical, to_agency, STRING, STRING, detail, ("I", "I"), *emits, images)


def reorder_tokens(language: Language, old: str, new: str) -> Language | None:
    """Give the words of one form in another, sign by sign; None where the words have not the old form's length."""
    starts = {found.group(): found.start() for found in TOKENS.finditer(old)}
    tokens = [found.group() for found in TOKENS.finditer(new)]
    return reorder(language, [(starts[token], len(token)) for token in tokens], TOKENS.split(new))


def make_images(domain: Language | None, full: str, form: str, detail: str) -> tuple[Transfer, Transfer]:
    """Give the transfers between a form and the full one, of which all of `domain` are taken, and nothing else."""

    def transfer(old: str, new: str) -> Transfer:
        taken = None if domain is None else reorder_tokens(domain, full, old)
        if taken is None:
            return lambda value: give_up("the calendar of this form is not followed")
        return lambda value: image_of_texts(value, taken, lambda language: reorder_tokens(language, old, new) or language, detail)

    return transfer(form, full), transfer(full, form)


CASES = (
    Case("DD-MM-YYYY", "17-08-1991", "1991-08-17"),
    Case("YYYYMMDD", "19910817", "1991-08-17"),
    Case("DD/MM/YYYY", "29/02/2000", "2000-02-29"),
    Case("DD-MM-YYYY", "29-02-1900", REFUSED),
    Case("DD-MM-YYYY", "01-01-0000", REFUSED),
    Case("DD-MM-YYYY", "17/08/1991", REFUSED),
    Case("DD-MM-YYYY", "17-08-199１", REFUSED),
    Case("DD-MM-YYYY", 17081991, REFUSED),
    Case("DD-MM-YYYY", " 7-08-1991", REFUSED),
    Case("DD-MM-YYYY", REFUSED, "1991-8-17"),
    Case("DD-MM-YYYY", REFUSED, "1991-W33-6"),
    Case("DD-MM-YYYY", REFUSED, "2021-02-29"),
)
ENTRY = Entry(SPEC, build, CASES)
