"""An indicator set, decoded strictly from its document.

Must not know: who is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ...values.model import Json
from ..entry import Text


class SetError(ValueError):
    """An indicator set or a list of scores is not in order; the text names the place."""


@dataclass(frozen=True, slots=True)
class Part:
    """A domain or an aspect. Shape: `source` where its weight was read, "" where that is unverified."""

    id: str
    title: Text
    weight: Decimal
    source: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. Shape: `sector` of the catalogue that a service indicator is about."""

    id: str
    title: Text
    aspect: str
    weight: Decimal
    source: str
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What must hold for a level: a fact of at least or at most so much, or a document that somebody attaches."""

    fact: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    evidence: str = ""


Ladder = Mapping[int, tuple[Criterion, ...]]


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """A set. Shape: `predicates` (least, name), highest first; `ladders` indicator → level → criteria; `services` those of a sector's."""

    id: str
    version: str
    title: Text
    levels: int
    source: str
    predicates: tuple[tuple[Decimal, Text], ...]
    domains: Mapping[str, Part]
    aspects: Mapping[str, Part]
    indicators: Mapping[str, Indicator]
    ladders: Mapping[str, Ladder]
    services: Ladder

    def ladder_of(self, indicator: Indicator) -> Ladder:
        """Give what the gateway can compute of an indicator; empty where it can compute nothing."""
        return self.ladders.get(indicator.id) or (self.services if indicator.sector else {})

    def name(self, index: Decimal) -> Text:
        """Give the predicate of an index."""
        return next((title for least, title in self.predicates if index >= least), Text())


_HEAD = ("set", "version", "title", "since", "source", "levels", "expects")
_KEYS = frozenset((*_HEAD, "predicates", "domains", "aspects", "indicators", "computed", "services"))


def decode_set(document: Json, where: str = "set") -> IndicatorSet:
    """Decode a set.

    Faults: SetError.
    """
    if not isinstance(document, dict) or not {"set", "version", "title", "levels", "indicators"} <= set(document) <= _KEYS:
        raise SetError(f"{where}: an indicator set has the keys {', '.join(sorted(_KEYS))}")
    predicates = [(read_decimal(one.get("least"), f"{where}: predicates"), _text(one)) for one in document.get("predicates", ())]
    domains = {key: _read_part(key, rows, f"{where}: domains.{key}") for key, rows in document.get("domains", {}).items()}
    aspects = {key: _read_part(key, rows, f"{where}: aspects.{key}") for key, rows in document.get("aspects", {}).items()}
    indicators = {key: _read_indicator(key, rows, f"{where}: indicators.{key}") for key, rows in document["indicators"].items()}
    made = IndicatorSet(
        str(document["set"]), str(document["version"]), _text(document["title"]), int(document["levels"]), str(document.get("source", "")),
        tuple(sorted(predicates, key=lambda pair: -pair[0])), domains, aspects, indicators,
        {key: _read_ladder(rows, f"{where}: computed.{key}") for key, rows in document.get("computed", {}).items()},
        _read_ladder(document.get("services", {}), f"{where}: services"),
    )  # fmt: skip
    _check(made, where)
    return made


def _check(made: IndicatorSet, where: str) -> None:
    for one in made.indicators.values():
        if one.aspect not in made.aspects:
            raise SetError(f"{where}: indicators.{one.id}: there is no aspect {one.aspect}")
    for aspect in made.aspects.values():
        if aspect.domain not in made.domains:
            raise SetError(f"{where}: aspects.{aspect.id}: there is no domain {aspect.domain}")
        total = sum((one.weight for one in made.indicators.values() if one.aspect == aspect.id), Decimal(0))
        if total != aspect.weight:
            raise SetError(f"{where}: aspects.{aspect.id}: its indicators weigh {total}, not {aspect.weight}")
    for domain in made.domains.values():
        total = sum((one.weight for one in made.aspects.values() if one.domain == domain.id), Decimal(0))
        if total != domain.weight:
            raise SetError(f"{where}: domains.{domain.id}: its aspects weigh {total}, not {domain.weight}")
    if unknown := sorted(set(made.ladders) - set(made.indicators)):
        raise SetError(f"{where}: computed: there is no indicator {', '.join(unknown)}")


def read_decimal(value: Json, where: str) -> Decimal:
    """Read an exact figure.

    Faults: SetError.
    """
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise SetError(f"{where}: no figure: {value}") from error


def _text(rows: Json) -> Text:
    return Text(str(rows.get("id", "")), str(rows.get("en", "")))


def _read_part(key: str, rows: Json, where: str) -> Part:
    return Part(key, _text(rows), read_decimal(rows.get("weight"), where), _source(rows, where), str(rows.get("domain", "")))


def _read_indicator(key: str, rows: Json, where: str) -> Indicator:
    return Indicator(
        key, _text(rows), str(rows.get("aspect", "")), read_decimal(rows.get("weight"), where), _source(rows, where), rows.get("sector", "")
    )


def _source(rows: Json, where: str) -> str:
    if ("source" in rows) == bool(rows.get("unverified")):
        raise SetError(f"{where}: says either its `source:` or `unverified: true`")
    return str(rows.get("source", ""))


def _read_ladder(rows: Json, where: str) -> Ladder:
    return {int(level): tuple(_read_criterion(one, f"{where}.{level}") for one in criteria) for level, criteria in rows.items()}


def _read_criterion(rows: Json, where: str) -> Criterion:
    if not isinstance(rows, dict) or ("fact" in rows) == ("evidence" in rows):
        raise SetError(f"{where}: a criterion is a `fact:` with `least:` or `most:`, or an `evidence:`")
    least, most = (None if key not in rows else read_decimal(rows[key], where) for key in ("least", "most"))
    return Criterion(rows.get("fact", ""), least, most, rows.get("evidence", ""))
