"""The desk: people do deeds on cases, by the laws, into the store.

Laws: 1. A deed is written only after its check, over the events that the check saw. 2. A number is given once: K-YEAR-0001 and on.
Must not know: which store, screenings' inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ...plan.days import find_day
from ..form import ID
from .case import Case, fold, fold_people, take
from .deeds import PEOPLE, Deed, Joined, Left, Proposed, Requested
from .laws import Ask, Denied, check_deed
from .people import ROLES, Person, digest_token, find_person
from .port import CaseStore, Stale
from .rules import Rules, RulesError, read_day

_TRIES = 20
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class Desk:
    """Cases over a store, by rules."""

    store: CaseStore
    rules: Rules

    def find_case(self, id: str) -> Case | None:
        """Give a case as it stands."""
        return fold(self.store.events(id)) if id and id != PEOPLE else None

    def list_cases(self) -> list[Case]:
        """Give all cases, the newest first."""
        found: dict[str, Case | None] = {}
        for event in self.store.events():
            found[event.case] = take(found.get(event.case), event)
        return [case for _, case in sorted(found.items(), reverse=True) if case is not None]

    def check_opening(self, by: Person, deed: Proposed | Requested, when: datetime) -> Deed:
        """Give the deed that would open a case, as it would be written.

        Faults: Denied.
        """
        return check_deed(Ask(None, deed, by, when, self.rules))

    def open_case(self, by: Person, deed: Proposed | Requested, when: datetime) -> Case:
        """Open a case.

        Faults: Denied.
        """
        checked = self.check_opening(by, deed, when)
        for _ in range(_TRIES):
            id = next_id(find_day(when).year, self.store.cases())
            try:
                self.store.append(id, 0, by.id, by.role, when, checked)
            except Stale:
                continue
            return cast(Case, self.find_case(id))
        raise Stale

    def act(self, by: Person, id: str, deed: Deed, when: datetime) -> Case:
        """Do a deed on a case.

        Faults: Denied; Stale where somebody else was faster.
        """
        case = self.find_case(id)
        if case is None:
            raise Denied("phase", f"there is no case {id}")
        checked = check_deed(Ask(case, deed, by, when, self.rules))
        self.store.append(id, case.events, by.id, by.role, when, checked)
        return cast(Case, self.find_case(id))

    def list_people(self) -> tuple[Person, ...]:
        """Give who takes part."""
        return fold_people(self.store.events(PEOPLE))

    def recognise(self, token: str, when: datetime) -> Person | None:
        """Give whose token it is."""
        return self.recall(digest_token(token), when)

    def recall(self, digest: str, when: datetime) -> Person | None:
        """Give whose token has a digest."""
        return find_person(self.list_people(), digest, find_day(when))

    def admit(self, who: str, deed: Joined, when: datetime) -> None:
        """Let somebody take part; who stands there already gets a new role and token.

        Faults: Denied.
        """
        if deed.role not in ROLES:
            raise Denied("content", f"{deed.role}: no role; roles: {', '.join(ROLES)}")
        if _NAME.fullmatch(deed.person) is None or ID.fullmatch(deed.agency) is None:
            raise Denied("content", f"{deed.person} of {deed.agency}: names are small letters, digits, hyphens, dots")
        try:
            read_day("until", deed.until) if deed.until else None
        except RulesError as error:
            raise Denied("content", str(error)) from None
        self._write_people(who, deed, when)

    def dismiss(self, who: str, deed: Left, when: datetime) -> None:
        """End somebody's part.

        Faults: Denied.
        """
        if deed.person not in {one.id for one in self.list_people()}:
            raise Denied("content", f"{deed.person} takes no part")
        self._write_people(who, deed, when)

    def _write_people(self, who: str, deed: Joined | Left, when: datetime) -> None:
        self.store.append(PEOPLE, sum(1 for _ in self.store.events(PEOPLE)), who, "operator", when, deed)


def next_id(year: int, ids: Iterable[str]) -> str:
    """Give the next number of a year."""
    taken = [int(id.rpartition("-")[2]) for id in ids if id.startswith(f"K-{year}-")]
    return f"K-{year}-{max(taken, default=0) + 1:04d}"
