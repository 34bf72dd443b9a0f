"""May this caller do this, for this purpose: grants, compiled for one operation.

Laws: 1. No grant, no access: a caller without a valid grant for the operation gets ACCESS_DENIED, one with grants for other purposes
only (or without a purpose) PURPOSE_DENIED. 2. The union of the grants that are valid now decides what is revealed. 3. Days of
`valid` are whole days in Asia/Jakarta, both ends included; they are weighed when a call comes, never when a plan loads. 4. A
decision costs the same however many callers and grants there are. 5. A decision names the grants that made it.
Must not know: YAML, who the caller was proved by.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from functools import reduce
from typing import Literal

from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Expiry
from gateway.values.route import Exchange

from .disclosure import NOTHING, Tree, Withhold, compile_tree, plant_tree, unite_trees

JAKARTA = timezone(timedelta(hours=7), "WIB")  # no daylight saving, so no table of zones is needed


@dataclass(frozen=True, slots=True)
class ClassOf:
    """All agencies of a class: `{class: state_company}` among a grant's callers."""

    name: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant of a policy, its operations expanded.

    Shape: `reveals` None = all; `since` and `until` None = without that end; `where` is file:line.
    """

    policy: str
    index: int
    operations: frozenset[str]
    callers: tuple[str | ClassOf, ...]
    purposes: tuple[str, ...]
    reveals: tuple[str, ...] | None
    masks: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    where: str = ""

    @property
    def since_s(self) -> float:
        """When it begins, Unix seconds."""
        return _begin_day(self.since) if self.since is not None else -math.inf

    @property
    def until_s(self) -> float:
        """The first moment at which it holds no more, Unix seconds."""
        if self.until is None:
            return math.inf
        return _begin_day(self.until) + timedelta(days=1).total_seconds()


def _begin_day(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=JAKARTA).astimezone(UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the grants say of one caller, operation, purpose and moment, and which of them said so.

    Shape: `withhold` None = all is shown; `tree` is the same as data.
    """

    outcome: Literal["granted", "ACCESS_DENIED", "PURPOSE_DENIED"]
    grants: tuple[Grant, ...] = ()
    tree: Tree = NOTHING
    withhold: Withhold | None = None


_FAULTS: dict[str, Fault] = {name: fault(name) for name in ("ACCESS_DENIED", "PURPOSE_DENIED")}


_NO_ACCESS = Decision("ACCESS_DENIED")


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Decisions over time: `decisions[i]` holds from `starts[i - 1]` on; None = no grant is valid then."""

    purpose: str
    starts: tuple[float, ...]
    decisions: tuple[Decision | None, ...]

    def decide(self, now_s: float) -> Decision | None:
        return self.decisions[bisect_right(self.starts, now_s)]


_Entry = Mapping[bytes, _Timeline]  # by the purpose, as it comes in the header


class Permit:
    """Place 3 for one operation: a `Step`, and the same engine for `explain`."""

    __slots__ = ("_by_agency", "_by_class", "_classes", "operation")

    def __init__(self, operation: str, by_agency: Mapping[str, _Entry], by_class: Mapping[str, _Entry], classes: Mapping[str, str]) -> None:
        self.operation = operation
        self._by_agency = by_agency
        self._by_class = by_class
        self._classes = classes

    def __call__(self, exchange: Exchange) -> None:
        """Set what may be revealed and the purpose, a name that grants know.

        Faults: ACCESS_DENIED, PURPOSE_DENIED.
        """
        caller = exchange.caller
        if caller is None:
            raise Refused(_FAULTS["ACCESS_DENIED"])
        request = exchange.request
        said = request.headers.get(b"jembatan-purpose", b"")
        timeline = self._find_entry(caller.agency).get(said)
        decision = timeline.decide(exchange.began_s) if timeline is not None else None
        if timeline is None or decision is None or (request.repeated and b"jembatan-purpose" in request.repeated):
            raise Refused(_FAULTS[self._deny(caller.agency, exchange.began_s).outcome])
        exchange.purpose = timeline.purpose
        exchange.withhold = decision.withhold

    def decide(self, agency: str, purpose: str, now_s: float) -> Decision:
        """Give the decision and its grants; of a denial for the purpose those that are valid for other purposes."""
        timeline = self._find_entry(agency).get(purpose.encode())
        decision = timeline.decide(now_s) if timeline is not None else None
        return decision if decision is not None else self._deny(agency, now_s)

    def _find_entry(self, agency: str) -> _Entry:
        entry = self._by_agency.get(agency)
        if entry is None:
            entry = self._by_class.get(self._classes.get(agency, ""), _NO_ENTRY)
        return entry

    def _deny(self, agency: str, now_s: float) -> Decision:
        decisions = (timeline.decide(now_s) for timeline in self._find_entry(agency).values())
        others = {_place(grant): grant for decision in decisions if decision is not None for grant in decision.grants}
        if not others:
            return _NO_ACCESS
        return Decision("PURPOSE_DENIED", tuple(others[key] for key in sorted(others)))


_NO_ENTRY: _Entry = {}


_CompileEntry = Callable[[Sequence[Grant]], _Entry]


def compile_permit(operation: str, grants: Iterable[Grant], classes: Mapping[str, str]) -> Permit:
    """Compile the grants that concern one operation; of many, `compile_permits` is faster."""
    return compile_permits((operation,), grants, classes)[operation]


def compile_permits(operations: Iterable[str], grants: Iterable[Grant], classes: Mapping[str, str]) -> dict[str, Permit]:
    """Compile the grants for each operation; `classes` gives each agency's class, one mapping for all.

    Shape: callers that are named have an entry each, classes one each, so the size does not grow with the agencies of a class;
    equal sets of grants are compiled once.
    """
    by_operation: dict[str, list[Grant]] = {operation: [] for operation in operations}
    for grant in sorted(grants, key=_place):
        for operation in grant.operations & by_operation.keys():
            by_operation[operation].append(grant)
    compile_entry = _make_entry_compiler()
    return {operation: _compile_operation(operation, ours, classes, compile_entry) for operation, ours in by_operation.items()}


def _place(grant: Grant) -> tuple[str, int]:
    return grant.policy, grant.index


def _compile_operation(operation: str, ours: Sequence[Grant], classes: Mapping[str, str], compile_entry: _CompileEntry) -> Permit:
    by_name: dict[str, list[Grant]] = {}
    by_class: dict[str, list[Grant]] = {}
    for grant in ours:
        for caller in dict.fromkeys(grant.callers):
            if isinstance(caller, ClassOf):
                by_class.setdefault(caller.name, []).append(grant)
            else:
                by_name.setdefault(caller, []).append(grant)
    for agency, named in by_name.items():
        held = {_place(grant) for grant in named}
        named += [grant for grant in by_class.get(classes.get(agency, ""), ()) if _place(grant) not in held]
    return Permit(
        operation,
        {agency: compile_entry(named) for agency, named in by_name.items()},
        {name: compile_entry(its) for name, its in by_class.items()},
        classes,
    )


def _make_entry_compiler() -> _CompileEntry:
    """Make a compiler of entries that compiles equal grants once, however many callers share them."""
    known: dict[tuple[tuple[str, int], ...], _Entry] = {}

    def compile_entry(grants: Sequence[Grant]) -> _Entry:
        ordered = sorted(grants, key=_place)
        key = tuple(_place(grant) for grant in ordered)
        if key not in known:
            purposes = dict.fromkeys(purpose for grant in ordered for purpose in grant.purposes)
            known[key] = {
                purpose.encode(): _compile_timeline(purpose, [grant for grant in ordered if purpose in grant.purposes])
                for purpose in purposes
            }
        return known[key]

    return compile_entry


def _compile_timeline(purpose: str, grants: Sequence[Grant]) -> _Timeline:
    starts = sorted({moment for grant in grants for moment in (grant.since_s, grant.until_s) if math.isfinite(moment)})
    moments = [-math.inf, *starts]
    valid = [tuple(grant for grant in grants if grant.since_s <= moment < grant.until_s) for moment in moments]
    return _Timeline(purpose, tuple(starts), tuple(_unite_grants(its) if its else None for its in valid))


def _unite_grants(grants: tuple[Grant, ...]) -> Decision:
    tree = reduce(unite_trees, (plant_tree(grant.reveals, grant.masks) for grant in grants))
    return Decision("granted", grants, tree, compile_tree(tree))


def list_expiries(grants: Iterable[Grant]) -> tuple[Expiry, ...]:
    """List the ends of grants, for the metric that warns before."""
    return tuple(Expiry("grant", f"{grant.policy}#{grant.index}", grant.until_s) for grant in grants if grant.until is not None)
