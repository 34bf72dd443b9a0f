"""What an import does to the catalogue: each draft beside the entry that stands there.

Laws: 1. What a file does not say takes nothing away. 2. What a person decided stays; what the file says instead is reported. 3. Of an id
that comes twice in one import the first holds, unless both say the same or describe different interfaces. 4. A preview goes the same
way as the import, to its last step.
Must not know: stores, formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...values.model import Json
from ..entry import App
from ..form import Malformed, read_app, write_app
from ..port import Event
from .draft import HOLDERS, Draft, Understood
from .findings import FINDINGS_MAX, Finding, Place, Weight


@dataclass(frozen=True, slots=True)
class Kept:
    """A key that a person decided and the file says otherwise."""

    place: Place
    app: str
    key: str
    who: str
    said: Json


@dataclass(slots=True)
class Report:
    """What an import understood and did. Shape: `changed` app → keys; findings beyond the bound are counted only."""

    columns: list[Understood] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[Weight, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "remark": 0})
    new: int = 0
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    same: int = 0
    refused: int = 0
    kept: list[Kept] = field(default_factory=list)

    def note(self, finding: Finding) -> None:
        """Keep a finding, or count it where there are too many."""
        self.counts[finding.weight] += 1
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(finding)


Held = Mapping[str, Mapping[str, Event]]


def find_held(events: Iterable[Event]) -> dict[str, dict[str, Event]]:
    """Give what persons decided: app → key → the last event that says so. Shape: the events of persons, in their order."""
    held: dict[str, dict[str, Event]] = {}
    for event in events:
        held.setdefault(event.app, {}).update(dict.fromkeys(event.change, event))
    return held


class Merge:
    """One import: takes what the readers give, gives the entries to write, and keeps the report."""

    __slots__ = ("_get", "_held", "_joined", "_seen", "report")

    def __init__(self, get: Callable[[str], App | None], held: Held) -> None:
        self._get, self._held = get, held
        self._seen: dict[str, tuple[Place, int]] = {}
        self._joined: dict[str, App] = {}
        self.report = Report()

    def run(self, read: Iterable[Draft | Finding | Understood]) -> Iterator[App]:
        """Give each entry that is new or changes."""
        for each in read:
            if isinstance(each, Understood):
                self.report.columns.append(each)
            elif isinstance(each, Finding):
                self.report.note(each)
                self.report.refused += each.weight == "error"
            elif (app := self._take(each)) is not None:
                yield app

    def _take(self, draft: Draft) -> App | None:
        id = str(draft.rows.get("app", ""))
        if not draft.joins and self._is_twice(id, draft):
            return None
        old = self._joined.get(id) or self._get(id)
        rows = _merge_rows({} if old is None else write_app(old), draft)
        for key in self._held.get(id, {}).keys() & rows.keys():
            self._keep(draft, id, key, old, rows)
        try:
            app = read_app(rows)
        except Malformed as wrong:
            missing = wrong.detail == "missing" and old is None
            hint = "no such app stands in the catalogue yet: say --owner" if missing else ""
            self._refuse(draft.place, wrong.pointer, wrong.detail, hint)
            return None
        if draft.joins:
            self._joined[id] = app
        return self._count(app, old)

    def _count(self, app: App, old: App | None) -> App | None:
        if old is None:
            self.report.new += 1
        elif app == old:
            self.report.same += 1
            return None
        else:
            before, after = write_app(old), write_app(app)
            self.report.changed[app.id] = tuple(key for key in after if before.get(key) != after[key])
        return app

    def _is_twice(self, id: str, draft: Draft) -> bool:
        """Say whether an id came before in this import; it is refused where it says something else."""
        print_of = hash(repr(sorted(draft.rows.items())))
        place, known = self._seen.setdefault(id, (draft.place, print_of))
        if place is draft.place:
            return False
        if known == print_of:
            self.report.note(Finding("remark", draft.place, f"{id} stands twice and says the same", f"first in {place.show()}"))
        else:
            self._refuse(draft.place, "", f"the id {id} stands twice and says something else", f"first in {place.show()}, which is kept")
        return True

    def _keep(self, draft: Draft, id: str, key: str, old: App | None, rows: dict[str, Json]) -> None:
        """Put back what a person decided."""
        decided = {} if old is None else write_app(old)
        if rows.get(key) == decided.get(key):
            return
        self.report.kept.append(Kept(draft.place, id, key, self._held[id][key].who, draft.rows.get(key)))
        if key in decided:
            rows[key] = decided[key]
        else:
            del rows[key]

    def _refuse(self, place: Place, cell: str, message: str, hint: str = "") -> None:
        self.report.refused += 1
        self.report.note(Finding("error", Place(place.file, place.line, place.row, cell or place.cell), message, hint))


_NAMES: dict[str, Callable[[dict[str, Json]], Json]] = {
    "fields": lambda each: (each.get("group", ""), each["name"]),
    "interfaces": lambda each: next(iter(each.items())),
}


def _merge_rows(old: dict[str, Json], draft: Draft) -> dict[str, Json]:
    rows = dict(old)
    for key, value in draft.rows.items():
        if key in HOLDERS and isinstance(value, dict):
            rows[key] = _join_parts(rows.get(key, {}), value, draft.joins)
        elif key == "interfaces" or (key in _NAMES and draft.joins):
            rows[key] = _join_lists(rows.get(key, []), value, _NAMES[key])
        elif not draft.joins or key not in rows:
            rows[key] = value
    return rows


def _join_parts(old: dict[str, Json], new: dict[str, Json], joins: bool) -> dict[str, Json]:
    """Join the parts of a map: a description of an interface only fills what is not said yet."""
    return {**new, **old} if joins else {**old, **new}


def _join_lists(old: list[Json], new: list[Json], name_of: Callable[[dict[str, Json]], Json]) -> list[Json]:
    joined = {name_of(each): each for each in old}
    for each in new:
        joined[name_of(each)] = {**joined.get(name_of(each), {}), **each}
    return list(joined.values())
