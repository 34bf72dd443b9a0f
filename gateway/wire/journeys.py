"""The journeys that this worker runs: looked for now and then, woken at once by whoever begins or decides one.

Laws: 1. At most so many run at a time. 2. Who follows a journey is answered once: when it goes no further by itself, whoever runs it, or
when the time is over; that nobody here waits any longer is said. 3. Who is told to leave takes no journey more; what runs comes to where
it can be handed back. 4. Nothing that fails here ends the looking.
Must not know: what a journey does, where it is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from time import monotonic

from ..values.asks import Branch, Flow, Follow, Together
from ..values.route import MakeRunner, Ports, Ran, RunJourneys
from .deadlines import Timer
from .together import Bundle, Means

RUNS_MAX = 32
LOOK_S = 1.0
SWEEP_S = 5.0

Answer = Callable[[object], None]


class Journeys:
    """Runs journeys and answers `Follow`."""

    __slots__ = ("_asked", "_bundles", "_followers", "_idle", "_is_leaving", "_look", "_means", "_runner", "_sweep")

    def __init__(self, means: Means) -> None:
        """Begin with no runner: what is followed is answered at once."""
        self._means = means
        self._runner: RunJourneys | None = None
        self._bundles: set[Bundle] = set()
        self._followers: dict[str, list[_Follower]] = {}
        self._asked: set[str] = set()  # journeys that a run was begun for
        self._is_leaving = False
        self._idle: asyncio.Future[None] | None = None
        self._look = Timer(self._look_around)
        self._sweep = Timer(self._sweep_up)

    def is_leaving(self) -> bool:
        """Say whether nothing new is to be begun."""
        return self._is_leaving

    def open(self, make_runner: MakeRunner | None, ports: Ports, *, has_gauges: bool) -> None:
        """Begin to look for journeys, where the plan has any that write."""
        if make_runner is None:
            return
        self._runner = make_runner(ports, self.is_leaving, has_gauges)
        self._look_around()
        self._sweep_up()

    def follow(self, ask: Follow, answer: Answer) -> None:
        """Run a journey; `answer` is told once, whether it was followed to where it goes no further or the time was over."""
        if self._runner is None or self._is_leaving:
            answer(False)
            return
        follower = _Follower(answer)
        if ask.within_s <= 0:
            follower.tell(True)
        else:
            self._followers.setdefault(ask.journey, []).append(follower)
            follower.timer.expire = partial(self._give_up, ask.journey, follower)
            self._means.wheel.set_timer(follower.timer, monotonic() + ask.within_s)
        self._run(ask.journey)

    async def leave(self) -> None:
        """Take no journey more, and wait for the end of those that run."""
        self._is_leaving = True
        self._look.retire()
        self._sweep.retire()
        for id in list(self._followers):
            for follower in self._followers.pop(id):
                follower.tell(False)
        if self._bundles:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def _look_around(self) -> None:
        if self._runner is None or self._is_leaving:
            return
        self._means.wheel.set_timer(self._look, monotonic() + LOOK_S)
        for id in ("", *self._followers):
            self._run(id)

    def _run(self, id: str) -> None:
        """Run the journey named, or the one that is due; who follows one that cannot be run now is looked after again."""
        if self._runner is None or self._is_leaving or len(self._bundles) >= RUNS_MAX or id in self._asked:
            return
        if id:
            self._asked.add(id)
        self._start(self._runner.run_next(id), partial(self._ran, id))

    def _sweep_up(self) -> None:
        if self._runner is None or self._is_leaving:
            return
        self._means.wheel.set_timer(self._sweep, monotonic() + SWEEP_S)
        self._start(self._runner.sweep(), lambda _: None)

    def _start(self, flow: Flow[object], ended: Callable[[object], None]) -> None:
        def answer(results: object) -> None:
            self._bundles.discard(bundle)
            ended(results[0] if isinstance(results, tuple) else results)
            if self._idle is not None and not self._bundles and not self._idle.done():
                self._idle.set_result(None)

        bundle = Bundle(Together((Branch(flow),), 1), self._means, answer)
        self._bundles.add(bundle)
        bundle.start()

    def _ran(self, asked: str, found: object) -> None:
        """Tell who follows, unless it goes on soon; and look whether there is more to do: where one was due, another may be."""
        self._asked.discard(asked)
        ran = found if isinstance(found, Ran) else Ran()
        if self._is_leaving or not ran.goes_on:
            for id in {asked, ran.id} - {""}:
                for follower in self._followers.pop(id, ()):
                    follower.tell(isinstance(found, Ran) and not self._is_leaving)
        if ran.id and not asked:
            self._run("")

    def _give_up(self, id: str, follower: _Follower) -> None:
        followers = self._followers.get(id, [])
        if follower in followers:
            followers.remove(follower)
            if not followers:
                del self._followers[id]
        follower.tell(True)


class _Follower:
    """One who waits for a journey."""

    __slots__ = ("_answer", "timer")

    def __init__(self, answer: Answer) -> None:
        self._answer: Answer | None = answer
        self.timer = Timer(lambda: None)

    def tell(self, is_followed: bool) -> None:
        """Answer, once."""
        answer, self._answer = self._answer, None
        self.timer.retire()
        if answer is not None:
            answer(is_followed)
