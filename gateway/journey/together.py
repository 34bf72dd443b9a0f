"""Several providers asked together: who is asked, on what terms, what became of each.

Laws: 1. No more are asked at a time than the width allows, and none for longer than its deadline and that of all together. 2. One that is
slow, lies or fails costs its own part. 3. Whoever gives what is not his to give, or not what was asked, gives nothing. 4. Each is counted
once, by how it ended.
Must not know: how a provider is asked, what its answer becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..values.asks import Branch, Flow, Together, wait
from ..values.faults import Fault, Finding, Kind, Refused, fault, refuse
from ..values.model import Json
from ..values.route import Exchange, Provider, Row, Step
from ..values.told import join_told, write_told

Outcome: TypeAlias = "Exchange | Fault | None"  # the exchange of a part that came; None where nobody waited for it any more
Read: TypeAlias = Callable[[Exchange], Json]
Ask: TypeAlias = Callable[[Exchange], Flow[None]]
Trace: TypeAlias = Callable[[str, Step], Step]
NOT_FOUND = "SUBJECT_NOT_FOUND"
PART_OUTCOMES = ("answered", "absent", "failed", "unneeded")
_LATE = fault("PROVIDER_TIMEOUT", reason="deadline of all together")


@dataclass(frozen=True, slots=True)
class Member:
    """One provider that may be asked: its places 5 to 7, and the row where it stands in a table.

    Shape: `line` is the number of its line in the route; `cells` count its ends by outcome. `uncovered` is what is said instead of asking
    where its family has no line.
    """

    provider: Provider
    line: int
    agency: str
    cells: Mapping[str, int]
    row: Row | None = None
    is_required: bool = False
    uncovered: Fault | None = None

    @property
    def key(self) -> str:
        """Give the key of its row; "" where it has none."""
        return "" if self.row is None else self.row.key


Select: TypeAlias = Callable[[Exchange], Sequence[Member]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a table whose columns equal values of a call.

    Shape: `index` gives the rows by these values in the order of their keys; `part` and `pointer` say where the first of them stands.
    """

    table: str
    index: Mapping[tuple[Json, ...], Sequence[Member]]
    reads: tuple[Read, ...]
    part: str
    pointer: str
    unknown: int

    def __call__(self, x: Exchange) -> Sequence[Member]:
        """Give the rows that a call means and that hold now.

        Faults: NO_PROVIDER.
        """
        found = self.index.get(tuple(read(x) for read in self.reads), ())
        now_s = x.began_s
        holding = [member for member in found if member.row is not None and member.row.since_s <= now_s < member.row.until_s]
        if holding:
            return holding
        x.ports.count(self.unknown)
        word, detail = ("valid", "no provider of it holds today") if found else ("choose", "no provider is registered for this value")
        raise Refused(fault("NO_PROVIDER", Finding(self.pointer, word, detail, self.part), reason=f"table {self.table}: {word}"))


@dataclass(frozen=True, slots=True)
class GatherCells:
    """Where gathers are counted by how they ended, and the things that several providers had."""

    complete: int
    partial: int
    failed: int
    merged: int


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is asked together, and on what terms.

    Shape: `quorum` is how many that have answered are enough, 0 = all are waited for; `least` how many must have answered; `same` are
    fields of an answer, each with what reads the value that it must equal. `source` says for people where `members`, all that may be asked,
    come from. Units: `deadline_s` seconds for all together.
    """

    select: Select
    width: int
    deadline_s: float
    cells: GatherCells
    quorum: int = 0
    least: int = 1
    same: tuple[tuple[tuple[str, ...], Read], ...] = ()
    source: str = ""
    members: tuple[Member, ...] = ()

    @contextmanager
    def counting(self, x: Exchange) -> Iterator[None]:
        """Count a gather by how it ends, while its answer is made."""
        try:
            yield
        except Refused:
            x.ports.count(self.cells.failed)
            raise
        x.ports.count(self.cells.partial if x.gathered is not None and x.gathered.missing else self.cells.complete)

    def trace(self, trace: Trace) -> Circle:
        """Give the same circle with every step of its members told of; steps that several share are told of once made."""
        made: dict[int, Provider] = {}

        def traced(member: Member) -> Member:
            provider = member.provider
            if id(provider) not in made:
                inward = tuple(trace("inward", step) for step in provider.inward)
                made[id(provider)] = replace(provider, inward=inward, judge=tuple(trace("judge", step) for step in provider.judge))
            return replace(member, provider=made[id(provider)])

        select = self.select
        return replace(self, select=lambda x: [traced(member) for member in select(x)])


class Asking:
    """One asking of a circle: whom, and what became of each."""

    __slots__ = ("_circle", "_enough", "_is_late", "_x", "members", "outcomes", "started")

    def __init__(self, circle: Circle, members: Sequence[Member], x: Exchange) -> None:
        self.members = members
        self.outcomes: list[Outcome] = [None] * len(members)
        self.started = 0
        self._circle = circle
        self._x = x
        self._is_late = False
        self._enough: Callable[[Outcome], bool] = self.is_quorum

    def run(self, asks: Sequence[Ask], enough: Callable[[Outcome], bool]) -> Flow[None]:
        """Ask each member what `asks` has for it, until `enough` says so of an outcome, all have ended, or the deadline passes."""
        circle = self._circle
        self._enough = enough
        is_wide = len(asks) <= circle.width  # then all begin at once, and the deadline of all is each one's
        branches = [Branch(self._ask(number, ask), self._within(number, is_wide)) for number, ask in enumerate(asks)]
        together = Together(branches, circle.width, 0, self._take)
        if is_wide:
            yield from wait(together)
        else:
            ended = yield from wait(Together((Branch(_wait_all(together), circle.deadline_s),), 1))
            self._is_late = isinstance(ended[0], Fault)
        self._settle()

    def _within(self, number: int, is_wide: bool) -> float:
        own, whole = self.members[number].provider.deadline_s, self._circle.deadline_s
        return min(own or whole, whole) if is_wide else own or whole

    def _ask(self, number: int, ask: Ask) -> Flow[object]:
        """Ask one member, over an exchange of its own."""
        self.started = number + 1  # they start in their order
        member = self.members[number]
        if member.uncovered is not None:
            raise Refused(member.uncovered)
        inner = _fork(self._x, member.row)
        yield from ask(inner)
        if self._circle.same:
            self._hold_to_own(inner)
        return inner

    def _hold_to_own(self, inner: Exchange) -> None:
        """Hold law 3.

        Faults: PROVIDER_INVALID.
        """
        elements = (inner.answer,) if inner.page is None else inner.answer["items"]
        for path, read in self._circle.same:
            wanted = read(inner)
            for element in elements:
                if read_at(element, path) != wanted:
                    finding = Finding("/" + "/".join(path), "same", "is not what this provider was asked for, or may say")
                    raise refuse("PROVIDER_INVALID", finding, reason="same")

    def _take(self, number: int, result: object) -> Sequence[Branch] | None:
        assert isinstance(result, Exchange | Fault)
        self.outcomes[number] = result
        return None if self._enough(result) else ()

    def is_quorum(self, _: Outcome) -> bool:
        """Say whether as many have answered as are waited for."""
        quorum = self._circle.quorum
        return bool(quorum) and self.count_answered() >= quorum

    def _settle(self) -> None:
        """Count every member by its end; what the deadline cut off is late."""
        count = self._x.ports.count
        for number, member in enumerate(self.members):
            if self.outcomes[number] is None and self._is_late and number < self.started:
                self.outcomes[number] = _LATE
            count(member.cells[_name_end(self.outcomes[number])])

    # -- what came of it

    def count_answered(self) -> int:
        """Give how many have answered, be it that they know nothing of the subject."""
        return sum(map(has_answered, self.outcomes))

    def list_came(self) -> list[tuple[int, Exchange]]:
        """Give the members that gave something, by number."""
        return [(number, outcome) for number, outcome in enumerate(self.outcomes) if isinstance(outcome, Exchange)]

    def list_failed(self) -> list[tuple[Member, Fault]]:
        """Give the members that failed, in their order, and those for whom no time was left."""
        found = []
        for member, outcome in zip(self.members, self.outcomes, strict=True):
            outcome = _LATE if outcome is None and self._is_late else outcome
            if isinstance(outcome, Fault) and outcome.kind.name != NOT_FOUND:
                found.append((member, outcome))
        return found

    def hold_to_least(self) -> None:
        """Hold what came to what no answer can do without.

        Faults: of a required member that failed or knows nothing, of the first that failed where none has answered; TOO_FEW_ANSWERS.
        """
        answered = self.count_answered()
        wanting = [fault for member, fault in self.list_failed() if member.is_required or not answered]
        ends = zip(self.members, self.outcomes, strict=True)
        wanting += [each for member, each in ends if member.is_required and isinstance(each, Fault)]
        if wanting:
            raise Refused(wanting[0])
        if answered < self._circle.least:
            raise refuse("TOO_FEW_ANSWERS", reason=f"{answered} of {self._circle.least}")

    def tell_parts(self) -> None:
        """Tell beside the answer what translations of its parts left behind."""
        for _, inner in self.list_came():
            join_told(self._x, inner.told)
        write_told(self._x)


def _wait_all(together: Together) -> Flow[object]:
    return (yield from wait(together))


def has_answered(outcome: Outcome) -> bool:
    """Say whether a member has answered: with something, or that it knows nothing of the subject."""
    return isinstance(outcome, Exchange) or (isinstance(outcome, Fault) and outcome.kind.name == NOT_FOUND)


def _name_end(outcome: Outcome) -> str:
    if outcome is None:
        return "unneeded"
    return "answered" if isinstance(outcome, Exchange) else "absent" if outcome.kind.name == NOT_FOUND else "failed"


def _fork(x: Exchange, row: Row | None) -> Exchange:
    """Make the exchange of one part: the same call by the same caller, with places 5 to 7 of its own."""
    inner = Exchange(x.request, x.id, x.began_s, x.ports, x.traceparent, x.route, x.parameters, x.caller, x.purpose)
    inner.raw, inner.path, inner.query, inner.headers, inner.body, inner.row = x.raw, x.path, x.query, x.headers, x.body, row
    return inner


def read_at(document: Json, path: Iterable[str]) -> Json:
    """Give what stands at a path; None where nothing does."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def describe_missing(member: Member, kind: Kind) -> Json:
    """Give a part that is missing as it stands in an answer: whose, which row, why, whether asking again helps."""
    row = {"row": member.key} if member.row is not None else {}
    return {"agency": member.agency, **row, "code": kind.name, "status": kind.status, "retry": kind.retry}
