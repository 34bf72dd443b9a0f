"""The contract of every driver of flows."""

from __future__ import annotations

from gateway.values.asks import Ask, Flow, ReadBody, wait
from gateway.values.faults import Fault, Refused, fault
from gateway.wire.run import Answer, Run

GONE = fault("CALLER_GONE")
BODY = ReadBody(9)


class World:
    """Keeps each ask's answer until it is told."""

    def __init__(self) -> None:
        self.waiting: list[Answer] = []
        self.replies: list[object] = []
        self.late = 0

    def run(self, flow: Flow[object], at_once: bool = False) -> Run[object]:
        def perform(ask: Ask[object], answer: Answer) -> None:
            answer(b"now") if at_once else self.waiting.append(answer)

        run: Run[object] = Run(flow, perform, self.replies.append, lambda error: repr(error), self.count_late)
        run.start()
        return run

    def count_late(self) -> None:
        self.late += 1


def ask_twice() -> Flow[object]:
    first = yield from wait(BODY)
    second = yield from wait(BODY)
    return first, second


def catch() -> Flow[object]:
    try:
        return (yield from wait(BODY))
    except Refused as refused:
        return refused.fault


def test_answers_are_given_in_turn_and_the_reply_once() -> None:
    world = World()
    world.run(ask_twice())
    world.waiting[0](b"1")
    assert world.replies == []
    world.waiting[1](b"2")
    assert world.replies == [(b"1", b"2")]


def test_an_ask_is_answered_once_and_a_late_answer_is_counted_even_where_the_next_ask_is_equal() -> None:
    world = World()
    world.run(ask_twice())
    world.waiting[0](b"1")
    world.waiting[0](b"late")
    world.waiting[1](b"2")
    world.waiting[1](b"later")
    assert (world.replies, world.late) == ([(b"1", b"2")], 2)


def test_an_answer_at_once_does_not_deepen_the_stack() -> None:
    def many() -> Flow[object]:
        for _ in range(20_000):
            yield from wait(BODY)
        return "done"

    world = World()
    world.run(many(), at_once=True)
    assert world.replies == ["done"]


def test_an_interrupt_is_thrown_in_at_the_ask_that_waits() -> None:
    world = World()
    run = world.run(catch())
    assert run.interrupt(GONE)
    assert world.replies == [GONE]
    assert not run.interrupt(GONE)
    world.waiting[0](b"late")
    assert (len(world.replies), world.late) == (1, 1)


def test_a_fault_as_an_answer_is_raised() -> None:
    world = World()
    world.run(catch())
    world.waiting[0](GONE)
    assert isinstance(world.replies[0], Fault)


def test_a_defect_ends_the_run_with_what_fail_makes_of_it() -> None:
    def broken() -> Flow[object]:
        yield from wait(BODY)
        raise KeyError("NAME")

    world = World()
    run = world.run(broken())
    world.waiting[0](b"")
    assert world.replies == ["KeyError('NAME')"]
    assert not run.interrupt(GONE)


def test_an_ask_that_nobody_performs_is_a_defect_and_not_a_hang() -> None:
    def perform(ask: Ask[object], answer: Answer) -> None:
        raise LookupError("unknown ask")

    replies: list[object] = []
    Run(catch(), perform, replies.append, lambda error: type(error), lambda: None).start()
    assert replies == [LookupError]
