"""What speaks for a pair of leaves apart from names: can the values of one become those of the other, through which operators?

Laws: 1. A pair that no operator joins has no evidence at all. 2. Each row of the tables adds or takes a stated amount, and says why.
Must not know: names, other pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.values.model import Json

from ..paths import SCALARS
from .dates import MIDNIGHT, find_notation, is_midnight
from .leaves import Leaf
from .patterns import read_picture, read_prefix
from .values import OPEN, CodeGuess, Lists, guess_bool, guess_codes

DIGITS_OF: Mapping[str, int] = {"nik": 16, "nkk": 16, "npwp": 16, "nib": 13, "bpjs-card": 13, "nisn": 10}
RARE = 0.35  # for a format or pattern that says what a thing is
_PLAIN_FORMATS = frozenset({"date", "date-time", "time", "email", "uri"})
_NUMERAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TIMES: Mapping[str, int] = {"thousand": 1000, "million": 1_000_000}


@dataclass(slots=True)
class Evidence:
    """What was found for one pair: operators, an amount, and the reasons; `doubt` where a person must look whatever the score."""

    via: list[Json] = field(default_factory=list)
    amount: float = 0.0
    reasons: list[str] = field(default_factory=list)
    doubt: str = ""
    codes: CodeGuess | None = None
    cases: dict[str, str] = field(default_factory=dict)
    has_form: bool = False  # both are of one form that few things have

    def add(self, amount: float, reason: str) -> None:
        """Note one thing that was seen."""
        self.amount += amount
        if reason:
            self.reasons.append(reason)


def weigh_pair(agency: Leaf, canonical: Leaf, concepts: frozenset[str], lists: Lists) -> Evidence | None:
    """Weigh a pair; None where no operator makes one from the other. `concepts` are those of the agency field's name."""
    found = Evidence()
    is_possible = _weigh_types(agency, canonical, concepts, lists, found)
    if not is_possible:
        return None
    _weigh_words(agency, canonical, found)
    if agency.samples and not found.via:
        _weigh_samples(agency, canonical, found)
    found.has_form = canonical.format == "date" or (agency.format == canonical.format and agency.format not in ("", *_PLAIN_FORMATS))
    if agency.nothing and not (agency.nothing == (None,) and "null" in canonical.types):
        found.via.insert(0, {"null_as": agency.nothing[0]})
    return found


def _weigh_types(agency: Leaf, canonical: Leaf, concepts: frozenset[str], lists: Lists, found: Evidence) -> bool:
    theirs, ours = agency.types - {"null"}, canonical.types - {"null"}
    if {"array"} in (ours, theirs):
        found.add(0.15, "both are lists")
        return theirs == ours
    if not ours & SCALARS or not theirs & SCALARS:
        return False
    if canonical.format in ("date", "date-time"):
        return _weigh_dates(agency, canonical, found)
    if ours == {"boolean"}:
        return _weigh_booleans(agency, lists, found)
    if ours <= {"integer", "number"}:
        return _weigh_numbers(agency, concepts, found)
    return _weigh_texts(agency, canonical, lists, found)


def _weigh_dates(agency: Leaf, canonical: Leaf, found: Evidence) -> bool:
    if agency.format == canonical.format:
        found.add(0.25, f"both are {canonical.format}")
        return True
    return _weigh_midnight(agency, canonical, found) or _weigh_notation(agency, canonical, found)


def _weigh_midnight(agency: Leaf, canonical: Leaf, found: Evidence) -> bool:
    if canonical.format != "date" or not is_midnight(agency):
        return False
    found.via.append({"affix": {"suffix": MIDNIGHT}})
    found.add(0.25, "the format says midnights")
    return True


def _weigh_notation(agency: Leaf, canonical: Leaf, found: Evidence) -> bool:
    notation = find_notation(agency)
    if not notation or ("HH" in notation) != (canonical.format == "date-time"):
        return False
    seen, verb = ("samples", "say") if agency.samples else ("the format" if agency.format else "the pattern", "says")
    if canonical.format == "date-time":
        found.via.append({"datetime": {"form": notation, "zone": "WIB"}})
        found.doubt = "which zone do the agency's clocks show?"
    else:
        found.via.append({"date": notation})
    found.add(0.25, f"{seen} {verb} {notation}")
    if "-" not in notation and "/" not in notation and not (agency.samples or agency.format):
        found.doubt = "the pattern leaves open which digits are the year"
    return True


def _weigh_booleans(agency: Leaf, lists: Lists, found: Evidence) -> bool:
    if agency.types - {"null"} == {"boolean"}:
        found.add(0.2, "both are booleans")
        return True
    guess = guess_bool(_values_of(agency), lists)
    if guess is None:
        return False
    found.via.append({"bool": {"yes": guess.yes, "no": guess.no}})
    found.add(0.2 if guess.is_known else 0.15, f"two values, {guess.yes} and {guess.no}")
    found.doubt = "" if guess.is_known else f"which of {guess.yes} and {guess.no} means yes?"
    return True


def _weigh_numbers(agency: Leaf, concepts: frozenset[str], found: Evidence) -> bool:
    theirs = agency.types - {"null"}
    if not theirs <= {"integer", "number"}:
        texts = [value for value in agency.samples if isinstance(value, str)]
        is_numeral = bool(texts) and all(_NUMERAL.fullmatch(text) for text in texts)
        if theirs != {"string"} or not (is_numeral or re.fullmatch(r"\^[(]?0\|.*|\^\[0-9\]\+\$", agency.pattern)):
            return False
        found.via.append({"number": "text"})
        found.add(0.15, "numerals in a text")
    else:
        found.add(0.12, "both are numbers")
    for concept, times in _TIMES.items():
        if concept in concepts:
            found.via.append({"scale": times})
            found.add(0.1, f"the name says {concept}s")
    return True


def _weigh_texts(agency: Leaf, canonical: Leaf, lists: Lists, found: Evidence) -> bool:
    theirs = agency.types - {"null"}
    if canonical.values is not None and theirs in ({"boolean"}, {"integer"}):
        return _weigh_cases(agency, canonical, found)
    if "string" not in theirs:
        if not theirs & {"integer"} or canonical.values is not None:
            return False
        found.via.append({"number": "integer"})
        found.add(-0.1, "a number there, a text here")
        return True
    wanted = lists.find_canonical(canonical)
    if wanted is not None or canonical.values is not None:
        return _weigh_codes(agency, canonical, lists, found)
    if not _weigh_signs(agency, canonical, found):
        _weigh_kinds(agency, found)
    return True


def _weigh_kinds(agency: Leaf, found: Evidence) -> None:
    if agency.values is not None:
        found.add(-0.1, "a closed list there, any text here")
    if find_notation(agency) or agency.format in ("date", "date-time"):
        found.add(-0.3, "a date there, not here")


def _weigh_cases(agency: Leaf, canonical: Leaf, found: Evidence) -> bool:
    """Weigh tags that are no texts: numbers say nothing of themselves, a truth value what its name says."""
    ours = [str(value) for value in canonical.values or ()]
    if agency.types - {"null"} == {"boolean"}:
        _weigh_truth(agency, ours, found)
    elif agency.values is not None and len(agency.values) == len(ours):
        found.cases = {str(value): OPEN for value in agency.values}
        found.add(0.1, "two closed lists")
    found.doubt = "what the tags mean" if OPEN in found.cases.values() else ""
    return bool(found.cases)


def _weigh_truth(agency: Leaf, ours: Sequence[str], found: Evidence) -> None:
    if len(ours) != 2:
        return
    words = [word.lower() for word in _WORDS.findall(agency.path[-1])]
    named = [value for value in ours if value in words]
    true, false = (named[0], next(value for value in ours if value != named[0])) if named else (OPEN, OPEN)
    found.cases = {"true": true, "false": false}
    found.add(0.5 if named else 0.1, f"true is {true}, by its name" if named else "two values")


def _weigh_signs(agency: Leaf, canonical: Leaf, found: Evidence) -> bool:
    """Weigh an identifier that the agency writes with signs in it, or with a word before it."""
    digits = canonical.digits or DIGITS_OF.get(canonical.format, 0)
    picture, prefix = read_picture(agency.pattern), read_prefix(agency.pattern)
    if picture and picture.count("9") == digits:
        found.via.append({"picture": picture})
        found.add(RARE - 0.05, f"{digits} digits with signs between")
    elif prefix and prefix[1] == digits:
        found.via.append({"affix": {"prefix": prefix[0]}})
        found.add(RARE - 0.05, f"{digits} digits behind {prefix[0]}")
        found.doubt = f"do the digits keep to the format {canonical.format}? (`assume`)" if canonical.format else ""
    return bool(found.via)


def _weigh_codes(agency: Leaf, canonical: Leaf, lists: Lists, found: Evidence) -> bool:
    theirs = _values_of(agency)
    ours = canonical.values
    if theirs and ours is not None and set(theirs) <= set(ours):
        found.add(RARE, "the same values")
        return True
    if ours is None and agency.values is None and not agency.digits and agency.pattern != canonical.pattern and not agency.samples:
        return False
    if not theirs and not agency.digits:
        return False
    guess = guess_codes(theirs, canonical, lists)
    found.codes = guess
    found.via.append({"codes": ""})
    if guess.known:
        found.add(0.15 + 0.2 * guess.share, f"{guess.known} of {len(theirs)} codes are known by their words")
    else:
        found.add(0.1 if theirs else 0.0, "two closed lists" if theirs else "codes")
    found.doubt = "" if guess.share == 1.0 else "what the other codes mean"
    return True


def _values_of(leaf: Leaf) -> tuple[Json, ...]:
    if leaf.values is not None:
        return leaf.values
    seen = tuple(dict.fromkeys(value for value in leaf.samples if isinstance(value, str)))
    return seen if len(seen) <= max(2, len(leaf.samples) // 3) else ()


def _weigh_words(agency: Leaf, canonical: Leaf, found: Evidence) -> None:
    """Weigh formats, patterns, lengths and ranges where nothing converts."""
    if found.via:
        return
    if agency.format and agency.format == canonical.format and agency.format not in _PLAIN_FORMATS:
        found.add(RARE, f"both are {agency.format}")
    elif agency.pattern and agency.pattern == canonical.pattern:
        found.add(RARE - 0.05, "the same pattern")
    elif agency.format == canonical.format == "email":
        found.add(0.25, "both are email")
    else:
        _weigh_apart(agency, canonical, found)
    for low, high in (("minLength", "maxLength"), ("minimum", "maximum")):
        if any(word in agency.said for word in (low, high)) and _pair(agency, low, high) == _pair(canonical, low, high):
            found.add(0.12, "the same bounds")


def _weigh_apart(agency: Leaf, canonical: Leaf, found: Evidence) -> None:
    if agency.format and canonical.format and agency.format != canonical.format:
        found.add(-0.5, f"{agency.format} there, {canonical.format} here")
    elif agency.digits and canonical.digits and agency.digits != canonical.digits:
        found.add(-0.5, f"{agency.digits} digits there, {canonical.digits} here")
    elif bool(agency.format or agency.pattern) != bool(canonical.format or canonical.pattern):
        found.add(-0.05, "only one of them has a pattern")
    elif agency.types & canonical.types & {"string"}:
        found.add(0.1, "both are texts" if not agency.pattern else "")


def _pair(leaf: Leaf, low: str, high: str) -> tuple[Json, Json]:
    return leaf.said.get(low), leaf.said.get(high)


def _weigh_samples(agency: Leaf, canonical: Leaf, found: Evidence) -> None:
    """Weigh how many of the samples' values the canonical field could hold."""
    if not canonical.pattern and canonical.values is None:
        return
    fits = sum(_is_fitting(value, canonical) for value in agency.samples) / len(agency.samples)
    found.add(0.1 if fits == 1.0 else -0.4 * (1.0 - fits), f"{fits:.0%} of the samples' values fit")


def _is_fitting(value: Json, canonical: Leaf) -> bool:
    if canonical.values is not None and value not in canonical.values:
        return False
    return not canonical.pattern or (isinstance(value, str) and re.search(canonical.pattern, value) is not None)


def list_concepts(words: Iterable[frozenset[str]]) -> frozenset[str]:
    """Give all concepts of some words."""
    return frozenset().union(*words)
