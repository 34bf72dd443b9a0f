"""A score: levels that were entered or counted, the index that they make, what is missing for the next level.

Laws: 1. The index is the sum of weight × level over the sum of weights, exactly. 2. What nobody entered and nothing counts stands at the
lowest level, and is listed. 3. A level that was entered above what is counted needs evidence, and is listed where it has none.
Must not know: where facts and scores are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from ...values.model import Json
from ..entry import Text
from .sets import Criterion, Indicator, IndicatorSet, Ladder, SetError

LOWEST = 1
CATEGORIES = ("ministry", "province", "city", "regency")


@dataclass(frozen=True, slots=True)
class Entered:
    """A level that somebody entered. Shape: `evidence` documents, `attached` kinds of evidence that a ladder asks for."""

    level: int
    evidence: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was entered for an agency and a year."""

    agency: str
    year: int
    set: str
    category: str = ""
    scores: Mapping[str, Entered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one indicator stands.

    Shape: `origin` entered, counted or nobody; `counted` the level that the facts bear out, None where nothing is counted; `missing` for
    the next level; `basis` the facts with their values.
    """

    indicator: Indicator
    level: int
    origin: str
    counted: int | None
    evidence: tuple[str, ...]
    basis: tuple[tuple[str, Decimal], ...]
    missing: tuple[str, ...]

    @property
    def is_bare(self) -> bool:
        """Whether its level was entered above what is counted, without evidence."""
        return self.origin == "entered" and not self.evidence and self.level > max(LOWEST, self.counted or LOWEST)


@dataclass(frozen=True, slots=True)
class Score:
    """A score. Shape: `index` to two places; `parts` domain and aspect → index; `notes` what a reader must know."""

    sheet: Sheet
    set: IndicatorSet
    index: Decimal
    predicate: Text
    domains: Mapping[str, Decimal]
    aspects: Mapping[str, Decimal]
    standings: tuple[Standing, ...]
    notes: tuple[str, ...]


def score_agency(sheet: Sheet, set_: IndicatorSet, facts: Mapping[str, Decimal]) -> Score:
    """Score an agency.

    Faults: SetError where the set has no indicators, or the sheet names one that it has not.
    """
    if not set_.indicators:
        raise SetError(f"{set_.id} is an outline without indicators: nothing can be scored by it yet")
    if unknown := sorted(set(sheet.scores) - set(set_.indicators)):
        raise SetError(f"{set_.id} has no indicator {', '.join(unknown)}")
    standings = tuple(_stand(one, set_, sheet.scores.get(one.id), facts) for one in set_.indicators.values())
    index = _mean(standings)
    domains = {key: _mean([one for one in standings if set_.aspects[one.indicator.aspect].domain == key]) for key in set_.domains}
    aspects = {key: _mean([one for one in standings if one.indicator.aspect == key]) for key in set_.aspects}
    notes = tuple(_note(set_, standings))
    return Score(sheet, set_, index, set_.name(index), domains, aspects, standings, notes)


def _mean(standings: Iterable[Standing]) -> Decimal:
    rows = [(one.indicator.weight, one.level) for one in standings]
    weights = sum((weight for weight, _ in rows), Decimal(0))
    total = sum((weight * level for weight, level in rows), Decimal(0))
    return (total / weights).quantize(Decimal("0.01"), ROUND_HALF_UP) if weights else Decimal(0)


def _stand(indicator: Indicator, set_: IndicatorSet, entered: Entered | None, facts: Mapping[str, Decimal]) -> Standing:
    ladder = set_.ladder_of(indicator)
    given = entered or Entered(0)
    attached = frozenset(given.attached)
    known = {name: _find_fact(name, indicator, facts) for name in _facts_of(ladder)}
    basis = tuple((name, value) for name, value in known.items() if value is not None)
    counted = _climb(ladder, known, attached) if basis else None
    level = given.level or counted or LOWEST
    origin = "entered" if entered else "counted" if counted else "nobody"
    missing = tuple(_say(one, known) for one in ladder.get(level + 1, ()) if not _holds(one, known, attached))
    if origin == "nobody" and not ladder:
        missing = ("a level that somebody enters, with evidence",)
    return Standing(indicator, level, origin, counted, given.evidence, basis, missing)


def _facts_of(ladder: Ladder) -> list[str]:
    return list(dict.fromkeys(one.fact for criteria in ladder.values() for one in criteria if one.fact))


def _find_fact(name: str, indicator: Indicator, facts: Mapping[str, Decimal]) -> Decimal | None:
    if name.startswith("sector_"):
        return facts.get(f"{name}:{indicator.sector}", facts.get(name))
    return facts.get(name)


def _climb(ladder: Ladder, known: Mapping[str, Decimal | None], attached: frozenset[str]) -> int:
    level = LOWEST
    while level + 1 in ladder and all(_holds(one, known, attached) for one in ladder[level + 1]):
        level += 1
    return level


def _holds(one: Criterion, known: Mapping[str, Decimal | None], attached: frozenset[str]) -> bool:
    if one.evidence:
        return one.evidence in attached
    value = known.get(one.fact)
    return value is not None and (one.least is None or value >= one.least) and (one.most is None or value <= one.most)


def _say(one: Criterion, known: Mapping[str, Decimal | None]) -> str:
    if one.evidence:
        return f"evidence: {one.evidence}"
    bound = f"at least {one.least}" if one.least is not None else f"at most {one.most}"
    value = known.get(one.fact)
    return f"{one.fact.replace('_', ' ')} {bound}, is {'not known' if value is None else value.normalize()}"


_NOTES: tuple[tuple[str, Callable[[Standing], bool]], ...] = (
    ("weights and titles are unverified of indicators", lambda one: not one.indicator.source),
    ("nobody entered, so that they stand at the lowest level: indicators", lambda one: one.origin == "nobody"),
    ("entered without evidence: indicators", lambda one: one.is_bare),
    (
        "entered above what is counted: indicators",
        lambda one: one.origin == "entered" and one.counted is not None and one.level > one.counted,
    ),
)


def _note(set_: IndicatorSet, standings: Sequence[Standing]) -> Iterator[str]:
    parts = [f"domain {key}" for key, part in set_.domains.items() if not part.source]
    parts += [f"aspect {key}" for key, part in set_.aspects.items() if not part.source]
    if parts:
        yield f"weights are unverified of {', '.join(parts)}"
    for text, holds in _NOTES:
        if named := [one.indicator.id for one in standings if holds(one)]:
            yield f"{text} {'all' if len(named) == len(standings) else ', '.join(named)}"


def decode_sheet(document: Json, levels: int, where: str = "scores") -> Sheet:
    """Decode what was entered.

    Faults: SetError.
    """
    keys = {"agency", "year", "set", "category", "scores", "synthetic"}
    if not isinstance(document, dict) or not {"agency", "year", "set"} <= set(document) <= keys:
        raise SetError(f"{where}: a sheet has the keys {', '.join(sorted(keys))}")
    if document.get("category", "") not in ("", *CATEGORIES):
        raise SetError(f"{where}: category: one of {', '.join(CATEGORIES)}")
    if not isinstance(document["year"], int) or not document["agency"]:
        raise SetError(f"{where}: agency is an id, year a number")
    scores = {str(key): _decode_entered(rows, levels, f"{where}: scores.{key}") for key, rows in (document.get("scores") or {}).items()}
    return Sheet(str(document["agency"]), document["year"], str(document["set"]), str(document.get("category", "")), scores)


def _decode_entered(rows: Json, levels: int, where: str) -> Entered:
    if not isinstance(rows, dict) or not set(rows) <= {"level", "evidence", "attached"}:
        raise SetError(f"{where}: level, evidence, attached")
    level = rows.get("level")
    if not isinstance(level, int) or isinstance(level, bool) or not LOWEST <= level <= levels:
        raise SetError(f"{where}: level: {LOWEST} to {levels}")
    return Entered(level, tuple(map(str, rows.get("evidence", ()))), tuple(map(str, rows.get("attached", ()))))
