"""The rules of the gate as data: terms, how long decisions hold, moratoria.

Laws: 1. A moratorium is dated: it holds from its first day to its last, both included; without a last day, until it is taken out. 2. What
is not in order is refused with the key. Must not know: where the rules stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ...values.model import Json
from ..entry import Text

_KEYS = frozenset({"gate", "answer_days", "access_days", "decision_days", "decision_days_max", "moratoria"})
_DAYS = (1, 3_660)


class RulesError(ValueError):
    """The rules are not in order; the text says where."""


@dataclass(frozen=True, slots=True)
class Moratorium:
    """A time in which building is for the head of the review to allow. Shape: `until` None = without an end."""

    begins: date
    until: date | None
    title: Text
    source: str

    def holds(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.begins <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules. Units: days."""

    version: str
    answer_days: int
    access_days: int
    decision_days: int
    decision_days_max: int
    moratoria: tuple[Moratorium, ...] = ()

    def find_moratorium(self, day: date) -> Moratorium | None:
        """Give the moratorium that holds on a day."""
        return next((one for one in self.moratoria if one.holds(day)), None)


def decode_rules(document: Json) -> Rules:
    """Decode rules.

    Faults: RulesError.
    """
    if not isinstance(document, dict):
        raise RulesError("the rules of the gate are an object")
    for key in document:
        if key not in _KEYS:
            raise RulesError(f"{key}: no key of the gate's rules; keys: {', '.join(sorted(_KEYS))}")
    listed = document.get("moratoria", [])
    if not isinstance(listed, list):
        raise RulesError("moratoria: a list")
    answer, access, holds, most = (_days(document, key) for key in ("answer_days", "access_days", "decision_days", "decision_days_max"))
    if holds > most:
        raise RulesError("decision_days: more than decision_days_max")
    moratoria = tuple(_moratorium(f"moratoria.{at}", one) for at, one in enumerate(listed))
    return Rules(str(document.get("gate", "")), answer, access, holds, most, moratoria)


def _days(document: Mapping[str, Json], key: str) -> int:
    value = document.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not _DAYS[0] <= value <= _DAYS[1]:
        raise RulesError(f"{key}: a number of days from {_DAYS[0]} to {_DAYS[1]:,}")
    return value


def _moratorium(at: str, value: Json) -> Moratorium:
    if not isinstance(value, dict) or not value.keys() <= {"from", "until", "title", "source"}:
        raise RulesError(f"{at}: an object of from, until, title, source")
    title = value.get("title")
    if not isinstance(title, dict) or not title.get("id") or not title.get("en"):
        raise RulesError(f"{at}.title: id and en")
    begins, until = read_day(f"{at}.from", value.get("from")), value.get("until")
    last = None if until is None else read_day(f"{at}.until", until)
    if last is not None and last < begins:
        raise RulesError(f"{at}.until: before its first day")
    return Moratorium(begins, last, Text(str(title["id"]), str(title["en"])), str(value.get("source") or "unverified"))


def read_day(at: str, value: Json) -> date:
    """Read a day.

    Faults: RulesError.
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RulesError(f"{at}: a day, written YYYY-MM-DD") from None
