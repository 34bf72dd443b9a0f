"""Several flows side by side: width, order, enough, faults, cancelling, nesting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from gateway.values.asks import Branch, CallUpstream, Consult, Flow, ReadBody, Together, wait
from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Effect, Reply, Upstream
from gateway.wire.attempt import Answered, Attempt
from gateway.wire.deadlines import Wheel
from gateway.wire.run import Answer
from gateway.wire.together import Bundle, Means

UPSTREAM = Upstream("lab.main", 0, "127.0.0.1", 1)
BUSY = fault("PROVIDER_BUSY")
GONE = fault("CALLER_GONE")


class Carrier:
    """A connection that took the call."""

    def push_piece(self, piece: bytes) -> None: ...
    def end_upload(self) -> None: ...
    def start_relay(self, sink: object) -> None: ...
    def pause_relay(self) -> None: ...
    def resume_relay(self) -> None: ...
    def abort(self, outcome: str) -> None: ...


class Stage:
    """Upstreams that answer when the test says so; what was started and which defects were noted."""

    def __init__(self, at_once: bool = False) -> None:
        self.attempts: list[Attempt] = []
        self.defects: list[Exception] = []
        self.answers: list[object] = []
        self.deeds: list[Callable[[], None]] = []  # each ends the deed that waits
        self.at_once = at_once
        self.wheel = Wheel(0.0)
        self.open_most = self.late = 0

    def make(self, call: CallUpstream, answered: Answered) -> Attempt:
        return Attempt(call, b"", answered, None)

    def start(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        attempt.carrier = Carrier()
        self.open_most = max(self.open_most, sum(not each.is_done for each in self.attempts))
        if self.at_once:
            attempt.finish(Reply(200, {}, attempt.call.target))

    def note_late(self) -> None:
        self.late += 1

    def consult(self, ask: Consult[object], answer: Answer) -> None:
        self.deeds.append(partial(answer, "done"))

    def means(self) -> Means:
        return Means(
            self.make, self.start, lambda ask, answer: answer(BUSY), self.consult, self.defects.append, self.note_late, self.wheel
        )  # fmt: skip

    def run(self, *flows: Flow[object], width: int = 8, good: int = 0, within_s: float = 1e9) -> Bundle:
        bundle = Bundle(Together([Branch(flow, within_s) for flow in flows], width, good), self.means(), self.answers.append)
        bundle.start()
        return bundle

    def reply(self, name: str, got: Reply | Fault | None = None) -> None:
        attempt = next(each for each in self.attempts if each.call.target == name.encode() and not each.is_done)
        attempt.finish(Reply(200, {}, name.encode()) if got is None else got)

    def names(self) -> list[str]:
        return [attempt.call.target.decode() for attempt in self.attempts]


def call(name: str, effect: Effect = "read") -> Flow[object]:
    reply = yield from wait(CallUpstream(UPSTREAM, effect, b"POST", name.encode(), b"", b""))
    return reply.body.decode()


def test_results_stand_in_the_order_of_the_branches_not_of_the_answers() -> None:
    stage = Stage()
    stage.run(call("a"), call("b"), call("c"))
    for name in ("c", "a", "b"):
        stage.reply(name)
    assert stage.answers == [("a", "b", "c")]


def test_no_more_than_the_width_run_at_a_time_and_they_start_in_order() -> None:
    stage = Stage()
    stage.run(*(call(name) for name in "abcd"), width=2)
    assert stage.names() == ["a", "b"]
    stage.reply("b")
    assert stage.names() == ["a", "b", "c"]
    for name in ("a", "c", "d"):
        stage.reply(name)
    assert stage.answers == [("a", "b", "c", "d")]
    assert stage.open_most == 2


def test_one_fault_costs_its_own_branch_only() -> None:
    stage = Stage()
    stage.run(call("a"), call("b"))
    stage.reply("a", BUSY)
    stage.reply("b")
    assert stage.answers == [(BUSY, "b")]


def test_once_enough_are_good_the_reads_are_cancelled_and_the_rest_is_not_started() -> None:
    stage = Stage()
    stage.run(*(call(name) for name in "abcd"), width=3, good=1)
    stage.reply("a", BUSY)
    stage.reply("b")
    assert stage.answers == [(BUSY, "b", None, None)]
    assert [attempt.is_done for attempt in stage.attempts] == [True] * len(stage.attempts)


def test_a_write_that_was_sent_runs_to_its_end_before_the_answer() -> None:
    stage = Stage()
    stage.run(call("a"), call("b", "write"), good=1)
    stage.reply("a")
    assert stage.answers == []
    stage.reply("b")
    assert stage.answers == [("a", "b")]


def test_a_caller_who_leaves_ends_the_reads_and_the_fault_is_the_answer() -> None:
    stage = Stage()
    bundle = stage.run(call("a"), call("b", "write"), call("c"), width=2)
    bundle.interrupt(GONE, False)
    assert stage.answers == []
    stage.reply("b")
    assert stage.answers == [GONE]
    assert stage.names() == ["a", "b"]


def test_a_deadline_ends_writes_too() -> None:
    stage = Stage()
    bundle = stage.run(call("a"), call("b", "write"))
    bundle.interrupt(BUSY, True)
    assert stage.answers == [BUSY]


def test_a_branch_has_its_own_deadline_and_the_others_go_on() -> None:
    stage = Stage()
    means = Means(
        stage.make, stage.start, lambda ask, answer: answer(BUSY), stage.consult, stage.defects.append, stage.note_late, stage.wheel
    )
    Bundle(Together([Branch(call("a"), 1.0), Branch(call("b"))], 2), means, stage.answers.append).start()
    for timer in stage.wheel.take_due(1e12):
        timer.expire()
    stage.reply("b")
    [(first, second)] = [answer for answer in stage.answers if isinstance(answer, tuple)]
    assert isinstance(first, Fault) and first.kind.name == "PROVIDER_TIMEOUT"
    assert second == "b"


def test_a_branch_may_run_branches_and_is_ended_with_them() -> None:
    def nested() -> Flow[object]:
        found = yield from wait(Together([Branch(call("x")), Branch(call("y"))], 2))
        return found

    stage = Stage()
    bundle = stage.run(nested(), call("b"))
    stage.reply("x")
    stage.reply("b")
    bundle.interrupt(GONE, False)
    assert stage.answers == [GONE]
    assert all(attempt.is_done for attempt in stage.attempts)


def test_a_defect_in_a_branch_is_noted_and_is_its_own() -> None:
    def broken() -> Flow[object]:
        yield from call("a")
        raise ZeroDivisionError

    stage = Stage(at_once=True)
    stage.run(broken(), call("b"))
    [(first, second)] = [answer for answer in stage.answers if isinstance(answer, tuple)]
    assert isinstance(first, Fault) and first.kind.name == "INTERNAL" and second == "b"
    assert [type(error) for error in stage.defects] == [ZeroDivisionError]


def test_a_branch_cannot_wait_for_the_callers_body() -> None:
    def reads() -> Flow[object]:
        return (yield from wait(ReadBody(1)))

    stage = Stage()
    stage.run(reads())
    assert [type(error) for error in stage.defects] == [TypeError]


def test_a_deed_over_the_stores_is_done_once_begun_and_what_follows_it_is_refused() -> None:
    """So that what a write did is kept, whoever has left meanwhile."""
    for is_over in (False, True):
        stage = Stage()

        def consult_twice() -> Flow[object]:
            first = yield from wait(Consult(lambda _: "first"))
            second = yield from wait(Consult(lambda _: "second"))
            return [first, second, (yield from call("a"))]

        bundle = stage.run(consult_twice())
        bundle.interrupt(GONE, is_over)
        assert (len(stage.deeds), stage.answers) == (1, [])
        stage.deeds[0]()
        stage.deeds[1]()  # the next deed is done too
        assert (stage.attempts, stage.answers) == ([], [GONE])


def test_a_thousand_branches_that_are_answered_at_once_do_not_deepen_the_stack() -> None:
    stage = Stage(at_once=True)
    stage.run(*(call(str(number)) for number in range(5_000)), width=1)
    assert stage.answers == [tuple(str(number) for number in range(5_000))]


def test_a_branch_may_catch_its_fault_and_go_another_way() -> None:
    def falls_back() -> Flow[object]:
        try:
            return (yield from call("a"))
        except Refused:
            return (yield from call("b"))

    stage = Stage()
    stage.run(falls_back())
    stage.reply("a", BUSY)
    stage.reply("b")
    assert stage.answers == [("b",)]


def test_what_follows_from_a_result_runs_behind_the_rest_as_soon_as_that_result_is_there() -> None:
    stage = Stage()
    means = Means(
        stage.make, stage.start, lambda ask, answer: answer(BUSY), stage.consult, stage.defects.append, stage.note_late, stage.wheel
    )
    then = {0: [Branch(call("a2"))], 2: [Branch(call("a3"))]}
    Bundle(
        Together([Branch(call("a")), Branch(call("b"))], 8, 0, lambda index, _: then.get(index, ())), means, stage.answers.append
    ).start()
    stage.reply("a")
    assert stage.names() == ["a", "b", "a2"]
    for name in ("a2", "b", "a3"):
        stage.reply(name)
    assert stage.answers == [("a", "b", "a2", "a3")]


def test_a_result_after_which_nothing_is_needed_ends_the_rest() -> None:
    stage = Stage()
    means = Means(
        stage.make, stage.start, lambda ask, answer: answer(BUSY), stage.consult, stage.defects.append, stage.note_late, stage.wheel
    )
    ask = Together([Branch(call("a")), Branch(call("b"))], 8, 0, lambda index, got: None if isinstance(got, Fault) else ())
    Bundle(ask, means, stage.answers.append).start()
    stage.reply("b", BUSY)
    assert stage.answers == [(None, BUSY)]


@given(st.data())
def test_every_branch_is_accounted_for_whatever_the_order_of_events(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    width, good = data.draw(st.integers(1, 4)), data.draw(st.integers(0, count))
    effects = data.draw(st.lists(st.sampled_from(["read", "write"]), min_size=count, max_size=count))
    stage = Stage()
    bundle = stage.run(*(call(str(number), effect) for number, effect in enumerate(effects)), width=width, good=good)  # type: ignore[arg-type]
    is_interrupted = False
    while any(not attempt.is_done for attempt in stage.attempts):
        waiting = [attempt for attempt in stage.attempts if not attempt.is_done]
        if not is_interrupted and data.draw(st.booleans()) and data.draw(st.booleans()):
            is_interrupted = True
            bundle.interrupt(GONE, data.draw(st.booleans()))
            continue
        attempt = data.draw(st.sampled_from(waiting))
        attempt.finish(BUSY if data.draw(st.booleans()) else Reply(200, {}, attempt.call.target))
    [answer] = stage.answers
    assert stage.open_most <= width
    if is_interrupted:
        assert answer is GONE
        return
    assert isinstance(answer, tuple) and len(answer) == count
    enough = [each for each in answer if isinstance(each, str)]
    assert all(each is None or each is BUSY or each == str(number) for number, each in enumerate(answer))
    assert len(enough) >= good if good and None in answer else True
    assert None not in answer or good
