"""Whatever people try on cases, in whatever order: a state machine against a small model. All data are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.gate.case import Case, find_phase, fold
from gateway.catalogue.gate.deeds import Answered, Decided, Deed, Withdrawn, read_deed, write_deed
from gateway.catalogue.gate.laws import Denied
from tests.unit.catalogue.gate.people import (
    ANI,
    BUDI,
    BUILD,
    CITRA,
    DEWI,
    EKO,
    NOON,
    PROPOSED,
    PT,
    REUSE,
    RULES,
    SCREENED,
    STOPPED,
    make_desk,
)

PEOPLE = [ANI, BUDI, CITRA, DEWI, EKO, PT]
DEEDS: list[Deed] = [
    SCREENED, replace(SCREENED, moment="retiring"), replace(SCREENED, asked={}), Answered("bkn", "same", "it does"),
    Answered("karawang", "same", "ours"), REUSE, BUILD, Decided("connect", "use the service", "", ("population",)), Withdrawn("no more"),
]  # fmt: skip
tries = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DEEDS), st.integers(0, 20)), max_size=14)


@given(tries)
@settings(max_examples=150, deadline=None)
def test_a_case_is_the_fold_of_what_was_allowed_and_no_law_is_ever_broken(attempts: list[tuple[object, Deed, int]]) -> None:
    desk = make_desk(replace(RULES, moratoria=(STOPPED,)))
    id = desk.open_case(ANI, PROPOSED, NOON).id
    day, done = NOON, 1
    for by, deed, days in attempts:
        day += timedelta(days=days)
        before = desk.find_case(id)
        assert before is not None
        try:
            case = desk.act(by, id, deed, day)  # type: ignore[arg-type]
        except Denied:
            assert desk.find_case(id) == before
            continue
        done += 1
        assert case.events == done and _says_no_more_than(before, case)
        event = list(desk.store.events(id))[-1]
        assert (event.who, event.role, event.when) == (by.id, by.role, day)  # type: ignore[attr-defined]
        assert read_deed(*write_deed(event.deed)) == event.deed
        _hold_laws(before, event.deed, by.role, event.who, day.date())  # type: ignore[attr-defined]
    events = list(desk.store.events(id))
    assert fold(events) == desk.find_case(id)
    for cut in range(1, len(events)):  # what was once said stays said
        assert _says_no_more_than(fold(events[:cut]), fold(events))


def _says_no_more_than(early: Case | None, late: Case | None) -> bool:
    assert early is not None and late is not None
    pairs = zip(early.rounds, late.rounds, strict=False)
    return len(early.rounds) <= len(late.rounds) and all(
        one.screened == two.screened and dict(one.answers).items() <= dict(two.answers).items() and one.ruling in (None, two.ruling)
        for one, two in pairs
    )


def _hold_laws(before: Case, deed: Deed, role: str, who: str, day: object) -> None:
    """The laws again, written another way than the machine does."""
    last = before.round
    assert not before.withdrawn
    if isinstance(deed, Decided):
        assert last is not None and last.ruling is None and role in ("reviewer", "head") and who != "ani"
        open_terms = [one for one, due in last.asked.items() if one not in last.answers and due >= str(day)]
        assert not open_terms or role == "head"
        is_building = deed.outcome == "build" and last.screened is not None and last.screened.moment != "retiring"
        stopped = "2026-01-01" <= str(day) <= "2026-12-31"
        assert not (is_building and stopped) or role == "head"
        assert bool(open_terms) == any("answers" in one for one in deed.overrides)
        assert find_phase(before, day) in ("answering", "ready")  # type: ignore[arg-type]
    if isinstance(deed, Answered):
        assert last is not None and deed.agency in last.asked and deed.agency not in last.answers and role == "owner"
