"""What the gateway can know of an agency, counted: operations, who uses them, how well they answer, what the catalogue says.

Laws: 1. A fact that cannot be counted is absent, never zero. 2. Shares run from 0 to 1.
Must not know: how plan, metrics and catalogue are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..completeness import score_app
from ..entry import App


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the plan. Shape: `provider` the agency that answers; `entry` its app, "" where none is named."""

    id: str
    title: str
    method: str
    path: str
    provider: str
    entry: str
    is_enforced: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What the metrics counted. Shape: `calls` (operation, caller) → calls; `answers` operation → (answered, all)."""

    calls: Mapping[tuple[str, str], int] = field(default_factory=dict)
    answers: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known around one agency."""

    agency: str
    operations: Sequence[Operation] | None = None
    usage: Usage | None = None
    apps: Sequence[App] | None = None
    overlapping: frozenset[str] | None = None

    def own(self) -> list[Operation]:
        """Give the operations that the agency answers."""
        return [one for one in self.operations or () if one.provider == self.agency]


def count_facts(known: Known) -> dict[str, Decimal]:
    """Count what can be counted."""
    facts: dict[str, Decimal] = {}
    if known.operations is not None:
        facts |= _count_operations(known)
    if known.apps is not None:
        facts |= _count_apps(known, [app for app in known.apps if app.owner == known.agency])
    if known.usage is not None and known.operations is not None:
        facts |= _count_usage(known, known.usage)
    return facts


def _count_operations(known: Known) -> dict[str, Decimal]:
    own = known.own()
    facts = {"operations": Decimal(len(own))}
    if own:
        facts["operations_enforced_share"] = _share(sum(one.is_enforced for one in own), len(own))
    return facts


def _count_apps(known: Known, own: Sequence[App]) -> dict[str, Decimal]:
    facts = {"apps": Decimal(len(own)), "masters": Decimal(sum(len(app.masters) for app in own))}
    for sector, number in Counter(app.sector for app in own).items():
        facts[f"sector_apps:{sector}"] = Decimal(number)
    if not own:
        return facts
    facts["completeness"] = (Decimal(sum(score_app(app).score for app in own)) / len(own)).quantize(Decimal("0.1"))
    facts["apps_screened_share"] = _share(sum(app.decided is not None for app in own), len(own))
    if known.overlapping is not None:
        facts["apps_overlapping_share"] = _share(sum(app.id in known.overlapping for app in own), len(own))
    return facts | _count_connected(known, [app for app in own if app.lifecycle == "live"])


def _count_connected(known: Known, live: Sequence[App]) -> dict[str, Decimal]:
    if not live or known.operations is None:
        return {}
    entries = {one.entry for one in known.own()}
    return {"apps_connected_share": _share(sum(app.id in entries for app in live), len(live))}


def _count_usage(known: Known, usage: Usage) -> dict[str, Decimal]:
    own = {one.id: one for one in known.own()}
    callers = {pair for pair in usage.calls if pair[0] in own and pair[1] not in ("", known.agency, "_other")}
    answered, total = (sum(usage.answers.get(name, (0, 0))[place] for name in own) for place in (0, 1))
    facts = {"calls": Decimal(total), "foreign_agencies": Decimal(len({caller for _, caller in callers}))}
    if total:
        facts["answered_share"] = _share(answered, total)
    return facts | _count_sectors(known, own, callers)


def _count_sectors(known: Known, own: Mapping[str, Operation], callers: Collection[tuple[str, str]]) -> dict[str, Decimal]:
    sectors = {app.id: app.sector for app in known.apps or () if app.sector}
    homes = {name: sectors[one.entry] for name, one in own.items() if one.entry in sectors}
    facts: dict[str, Decimal] = {}
    for sector, number in Counter(homes.values()).items():
        facts[f"sector_operations:{sector}"] = Decimal(number)
        facts[f"sector_foreign_agencies:{sector}"] = Decimal(len({caller for name, caller in callers if homes.get(name) == sector}))
    return facts


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.001"))
