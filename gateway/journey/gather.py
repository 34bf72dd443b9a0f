"""One document made of what several providers say: the first good one, or all of them merged.

Laws: 1. What is missing is said in the answer, never left out in silence. 2. Where the parts that came cannot make an answer, the fault of
a part that failed is the answer's; that nobody knows the subject is said only where all have said so.
Must not know: who is asked, how fields are merged, where an answer is from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..exchange import ask_provider
from ..values.asks import Flow
from ..values.faults import Refused, refuse
from ..values.model import Json
from ..values.route import JSON_HEADERS, Exchange, Gathered
from .merge import Node, Part, Sources, merge_documents
from .provenance import APPLIED, describe_sources, is_wanted, write_header
from .together import NOT_FOUND, Ask, Asking, Circle, Member, Outcome, Trace, describe_missing

Check = Callable[[Exchange, Json], Json]
_AHEAD_S = 86_400.0


@dataclass(frozen=True, slots=True)
class GatherDocument:
    """The supply of a route that answers with one document.

    Shape: `check` holds what was merged to the answer's schema, None where that is proved; `problems` is the field that lists what is
    missing. Where it `is_first`, the first good answer is the answer.
    """

    circle: Circle
    merge: Node
    check: Check | None = None
    problems: tuple[str, ...] = ()
    is_first: bool = False

    def __call__(self, x: Exchange) -> Flow[None]:
        """Ask, merge, and say what is missing.

        Faults: NO_PROVIDER, SUBJECT_NOT_FOUND, TOO_FEW_ANSWERS; of a part that failed, where no answer can be made without it.
        """
        circle = self.circle
        members = circle.select(x)
        asking = Asking(circle, members, x)
        yield from asking.run([_make_ask(member) for member in members], is_good if self.is_first else asking.is_quorum)
        with circle.counting(x):
            self._answer(x, asking)

    def _answer(self, x: Exchange, asking: Asking) -> None:
        failed = asking.list_failed()
        if not self.is_first:
            asking.hold_to_least()
        came = asking.list_came()
        if not came:
            raise Refused(failed[0][1]) if failed else refuse(NOT_FOUND)
        sources: Sources | None = {} if is_wanted(x) else None
        x.answer = self._merge(x, asking.members, came, sources)
        missing = [] if self.is_first else [describe_missing(member, fault.kind) for member, fault in failed]
        x.gathered = Gathered(missing, None if sources is None else describe_sources(asking.members, sources, x.began_s))
        if missing:
            put_at(x.answer, self.problems, missing)
        x.out_headers = head(x, [asking.members[number] for number, _ in came], [member for member, _ in failed])
        asking.tell_parts()

    def _merge(self, x: Exchange, members: Sequence[Member], came: Sequence[tuple[int, Exchange]], sources: Sources | None) -> Json:
        if self.is_first:
            number, inner = came[0]
            if sources is not None:
                sources[number] = []
            return inner.answer
        if len(came) > 1:
            x.ports.count(self.circle.cells.merged)
        answer = merge_documents(
            self.merge, [Part(number, members[number].line, inner.answer) for number, inner in came], sources, find_latest(x)
        )
        return answer if self.check is None else self.check(x, answer)

    def trace(self, trace: Trace) -> GatherDocument:
        """Give the same with every step of its providers told of."""
        return replace(self, circle=self.circle.trace(trace))


def _make_ask(member: Member) -> Ask:
    return lambda inner: ask_provider(member.provider, inner)


def find_latest(x: Exchange) -> float:
    """Give the latest moment that an answer may speak of: a day on, for clocks and zones. Units: Unix seconds."""
    return x.began_s + _AHEAD_S


def is_good(outcome: Outcome) -> bool:
    """Say whether a part gave something."""
    return isinstance(outcome, Exchange)


def head(x: Exchange, came: Sequence[Member], failed: Sequence[Member]) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers of a gathered answer."""
    applied = APPLIED if is_wanted(x) else ()
    return (*JSON_HEADERS, write_header(came, failed, x.began_s), *applied)


def put_at(document: Json, path: Sequence[str], value: Json) -> None:
    """Put a value at a path of a document of ours."""
    for name in path[:-1]:
        document = document.setdefault(name, {})
    document[path[-1]] = value
