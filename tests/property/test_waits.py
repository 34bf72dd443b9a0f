"""What the stores say waits is what a journey's events say, whatever happened to it and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from gateway.journey.history import KINDS, replay
from gateway.stores.sqlite_state import SqliteState
from gateway.values.journeys import Begun, Event, Waiting

STEPS = ("decision", "receipt")
HAPPENED = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(STEPS)), max_size=12)


@contextmanager
def opened() -> Iterator[SqliteState]:
    with SqliteState(":memory:", lambda: 1000.0) as state:
        yield state


@given(st.lists(HAPPENED, min_size=1, max_size=4))
def test_the_list_of_what_waits_is_what_the_events_say(journeys: list[list[tuple[str, str]]]) -> None:
    with opened() as state:
        for number, happened in enumerate(journeys):
            begun = Begun(str(number), "lab.promotion", "office", "", "promotion", b"", b"", 1000.0, 2000.0)
            state.consult(lambda stores, begun=begun: stores.journeys.begin(begun, 9))  # type: ignore[misc]
            for seen, (kind, step) in enumerate(happened):
                event = Event(kind, step)
                assert state.consult(lambda stores, id=begun.id, seen=seen, event=event: stores.journeys.add(id, seen, event))  # type: ignore[misc]
        histories = {str(number): replay((Event(*each) for each in happened), lambda _: None) for number, happened in enumerate(journeys)}
        counted = {step: count for _, step, count in state.consult(lambda stores: stores.journeys.tally_waiting())}
        for step in STEPS:
            listed = state.consult(lambda stores, step=step: stores.journeys.list_waiting("lab.promotion", step, Waiting(0, ""), 9))  # type: ignore[misc]
            assert [each.journey for each in listed] == [id for id, history in histories.items() if history.is_waiting(step)]
            assert counted.get(step, 0) == len(listed)
