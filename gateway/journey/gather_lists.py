"""One list made of several providers' lists, in the national form, with one cursor over all.

Two ways. Where each provider's elements are its own, the list is theirs one behind the other, and a page asks only those that it needs
(`WalkList`). Where several may have the same element, all are read whole, elements with one key are made one, and the list stands in the
order of its key (`MergeList`).
Laws: 1. The pages together are the whole: no element twice, none left out, whatever the pages' sizes. 2. A provider that fails between
pages costs nothing that others have. In a walk it is asked again at the end, where that may help; what the last page says is missing is
missing of the whole. In a merged list each page says what it lacks itself. 3. A cursor has a bound, and a walk an end: where nothing new
comes any more there is no `next`. 4. A row that comes, goes or is asked otherwise between two pages costs the others nothing.
Must not know: how a cursor is sealed, how a provider's page is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..exchange import ask_provider
from ..values.asks import Flow
from ..values.faults import CATALOGUE, Fault, Kind, Refused, fault, refuse
from ..values.model import Json
from ..values.page import START, Position
from ..values.route import Exchange, Gathered
from .gather import Check, GatherDocument, find_latest, head
from .merge import Key, Node, Part, Sources, index_by_key, merge_documents
from .provenance import describe_sources, is_wanted
from .together import Ask, Asking, Circle, Member, Outcome, Trace, describe_missing, has_answered

SIZE = 100  # of a page, where the caller names none
ASKED_MAX = 100  # pages of one provider's list that one page of ours may ask for
WALKED_MAX = 1_000_000  # elements, or pages, of one provider's list: whoever goes on for ever keeps no caller from those behind it
_FAILED = CATALOGUE["PROVIDER_FAILED"]
_TOO_MANY = fault("PROVIDER_TOO_LARGE", reason="more elements than a gather takes of one provider")
_EMPTY = fault("PROVIDER_INVALID", reason=f"paging: {ASKED_MAX} empty pages, and more should follow")

OpenState = Callable[[Exchange], "list[Json] | None"]  # what the caller's cursor holds; None = the beginning
SealState = Callable[[Exchange, "list[Json]"], "str | None"]  # None where it is longer than a cursor may be


@dataclass(frozen=True, slots=True)
class Cursors:
    """The caller's cursors of one route, and how positions are written in them."""

    open: OpenState
    seal: SealState
    write: Callable[[Position], Json]
    read: Callable[[Json], Position]
    kinds: Mapping[str, Kind]  # of faults, by the names that stand in a cursor
    elements: int  # counter of elements that callers were given


class _Chunk(NamedTuple):
    """Elements that one of a provider's pages gave, and the position that it was asked for."""

    position: Position
    items: Sequence[Json]


def _read_pages(member: Member, begin: Position, want: int, chunks: list[_Chunk]) -> Ask:
    """Make what asks one provider page by page until `want` elements are there or the list has ended."""
    turning = member.provider.turning
    assert turning is not None, "a list is gathered of lists"

    def ask(inner: Exchange) -> Flow[None]:
        if max(begin.offset, begin.steps) >= WALKED_MAX:
            raise Refused(_TOO_MANY)
        items: list[Json] = []
        position: Position | None = begin
        while position is not None and len(items) < want and len(chunks) < ASKED_MAX:
            inner.page = turning.plan(position, want - len(items))
            yield from ask_provider(member.provider, inner)
            chunks.append(_Chunk(position, inner.answer["items"]))
            items += inner.answer["items"]
            position = inner.page.next
        if position is not None and not items:
            raise Refused(_EMPTY)
        inner.answer = {"items": items}

    return ask


def _give_page(
    x: Exchange, asking: Asking, items: list[Json], following: str | None, missing: Sequence[tuple[Member, Kind]], sources: Json
) -> None:
    """Give a page in the national form, with the headers of a gathered answer."""
    x.answer = {"items": items}
    if following is not None:
        x.answer["next"] = following
    told = [describe_missing(member, kind) for member, kind in missing]
    if told:
        x.answer["missing"] = told
    x.gathered = Gathered(told, sources)
    x.out_headers = head(x, [asking.members[number] for number, _ in asking.list_came()], [member for member, _ in missing])
    asking.tell_parts()


# -- one behind the other


class _Stop(NamedTuple):
    """A provider that a walk has still to ask, from where, and how it failed before; None = it did not."""

    member: Member
    position: Position = START
    kind: Kind | None = None

    @property
    def is_hopeful(self) -> bool:
        """Say whether asking again may help."""
        return self.kind is None or self.kind.retry


@dataclass(slots=True)
class _Walked:
    """What one page of a walk came to.

    Shape: `ahead` are the providers still to be asked in their order, `left` those that failed and are asked again at the end.
    """

    items: list[Json]
    origins: list[int]
    ahead: list[_Stop]
    left: list[_Stop]
    is_moving: bool = False


@dataclass(frozen=True, slots=True)
class WalkList:
    """The supply of a list whose elements are each one provider's own."""

    circle: Circle
    cursors: Cursors

    def __call__(self, x: Exchange) -> Flow[None]:
        """Ask those that the page needs; give their elements, the cursor, and who is owed.

        Faults: NO_PROVIDER, CURSOR_INVALID, CURSOR_EXPIRED; of the first that failed where a first page brings nothing.
        """
        circle = self.circle
        members = circle.select(x)
        state = self.cursors.open(x)
        ahead, left = self._find_stops(members, state)
        size = x.query.get("size") or SIZE
        stops = ahead or [stop for stop in left if stop.is_hopeful]
        chunks: list[list[_Chunk]] = [[] for _ in stops]
        asking = Asking(circle, [stop.member for stop in stops], x)
        asks = [_read_pages(stop.member, stop.position, size, own) for stop, own in zip(stops, chunks, strict=True)]
        yield from asking.run(asks, _Filling(asking, size))
        walked = _cut(asking, stops, chunks, size)
        if ahead:
            walked.left = left + walked.left
        else:  # they are asked once more: whoever is not reached stays owed
            walked.left = [*(stop for stop in left if not stop.is_hopeful), *walked.ahead, *walked.left]
            walked.ahead = []
        with circle.counting(x):
            if state is None and not asking.count_answered():
                asking.hold_to_least()
            self._answer(x, asking, walked)

    def _find_stops(self, members: Sequence[Member], state: list[Json] | None) -> tuple[list[_Stop], list[_Stop]]:
        """Give who is still to be asked, and who is owed.

        Shape: `members` in the order of their keys, so that a walk goes on behind a row that holds no more.
        Faults: CURSOR_EXPIRED where a row in the midst of which it stands is asked otherwise now.
        """
        if state is None:
            return [_Stop(member) for member in members], []
        begin, position, owed = state
        places = {member.key: place for place, member in enumerate(members)}
        left = [
            _Stop(members[places[key]], self._read(members[places[key]], where), self.cursors.kinds.get(code))
            for code, each in owed.items()
            for key, where in ((one, None) if isinstance(one, str) else one for one in each)
            if key in places
        ]
        if begin is None:
            return [], left
        ahead = [_Stop(member) for member in members if member.key > begin]
        if begin in places:
            member = members[places[begin]]
            ahead.insert(0, _Stop(member, self._read(member, position)))
        return ahead, left

    def _read(self, member: Member, written: Json) -> Position:
        if written is None:
            return START
        name, *position = written
        if member.provider.turning is None or member.provider.turning.name != name:
            raise refuse("CURSOR_EXPIRED", reason="the row that comes next is asked otherwise now")
        return self.cursors.read(position)

    def _write(self, stop: _Stop) -> Json:
        turning = stop.member.provider.turning
        return None if stop.position == START or turning is None else [turning.name, *self.cursors.write(stop.position)]

    def _answer(self, x: Exchange, asking: Asking, walked: _Walked) -> None:
        has_next = walked.ahead or (walked.is_moving and any(stop.is_hopeful for stop in walked.left))
        sources = None
        if is_wanted(x):
            by_origin = {number: describe_sources(asking.members, {number: []}, x.began_s) for number in set(walked.origins)}
            sources = [by_origin[number] for number in walked.origins]
        missing = [(stop.member, stop.kind or _FAILED) for stop in walked.left]
        _give_page(x, asking, walked.items, self._seal(x, walked) if has_next else None, missing, sources)
        x.ports.count(self.cursors.elements, len(walked.items))

    def _seal(self, x: Exchange, walked: _Walked) -> str:
        begin = walked.ahead[0] if walked.ahead else None
        owed: dict[str, list[Json]] = {}
        for stop in walked.left:
            key, where = stop.member.key, self._write(stop)
            owed.setdefault((stop.kind or _FAILED).name, []).append(key if where is None else [key, where])
        state = [None, None, owed] if begin is None else [begin.member.key, self._write(begin), owed]
        text = self.cursors.seal(x, state)
        if text is None:
            raise refuse("TOO_FEW_ANSWERS", reason="more providers failed than a cursor holds")
        return text

    def trace(self, trace: Trace) -> WalkList:
        """Give the same with every step of its providers told of."""
        return replace(self, circle=self.circle.trace(trace))


class _Filling:
    """Says when a page is full: those at the head of the order have ended and hold enough."""

    __slots__ = ("_asking", "_count", "_place", "_size")

    def __init__(self, asking: Asking, size: int) -> None:
        self._asking = asking
        self._size = size
        self._place = 0
        self._count = 0

    def __call__(self, _: Outcome) -> bool:
        outcomes = self._asking.outcomes
        while self._place < len(outcomes) and (outcome := outcomes[self._place]) is not None:
            if isinstance(outcome, Exchange):
                self._count += len(outcome.answer["items"])
            self._place += 1
        return self._count >= self._size


def _cut(asking: Asking, stops: Sequence[_Stop], chunks: Sequence[Sequence[_Chunk]], size: int) -> _Walked:
    """Take a page's elements in the order of the providers; say where each of them stands then."""
    walked = _Walked([], [], [], [])
    for number, (stop, outcome) in enumerate(zip(stops, asking.outcomes, strict=True)):
        if outcome is None or len(walked.items) == size:
            walked.ahead = list(stops[number:])
            return walked
        walked.is_moving |= has_answered(outcome)
        if isinstance(outcome, Fault):
            if not has_answered(outcome):
                walked.left.append(stop._replace(kind=outcome.kind))
            continue
        room = size - len(walked.items)
        given = outcome.answer["items"][:room]
        walked.items += given
        walked.origins += [number] * len(given)
        position = _find_position(stop.member, chunks[number], len(given), outcome)
        if position is not None:
            walked.ahead = [stop._replace(position=position), *stops[number + 1 :]]
            return walked
    return walked


def _find_position(member: Member, chunks: Sequence[_Chunk], given: int, outcome: Exchange) -> Position | None:
    """Give the position behind the elements that were given of one provider; None where nothing follows."""
    turning, page = member.provider.turning, outcome.page
    assert turning is not None and page is not None
    for chunk in chunks:
        if given < len(chunk.items):
            return turning.advance(chunk.position, given) if given else chunk.position
        given -= len(chunk.items)
    return page.next


# -- made one by a key


@dataclass(frozen=True, slots=True)
class MergeList:
    """The supply of a list of which several providers may have the same element.

    Shape: `most` is the most elements that one of them may hold; `check` holds a merged element to the schema, None where that is proved.
    """

    circle: Circle
    cursors: Cursors
    merge: Node
    read_key: Callable[[Json], Key]
    most: int
    check: Check | None = None

    def __call__(self, x: Exchange) -> Flow[None]:
        """Read all lists whole, make elements with one key one, and give the page behind the cursor.

        Faults: NO_PROVIDER, CURSOR_INVALID, CURSOR_EXPIRED, TOO_FEW_ANSWERS; of a part that failed, where no answer can be made without it.
        """
        members = self.circle.select(x)
        state = self.cursors.open(x)
        asking = Asking(self.circle, members, x)
        yield from asking.run([self._read_whole(member) for member in members], asking.is_quorum)
        with self.circle.counting(x):
            asking.hold_to_least()
            self._answer(x, asking, None if state is None else tuple(state))

    def _read_whole(self, member: Member) -> Ask:
        read = _read_pages(member, START, self.most, [])

        def ask(inner: Exchange) -> Flow[None]:
            yield from read(inner)
            if inner.page is not None and inner.page.next is not None:
                raise Refused(_TOO_MANY)

        return ask

    def _answer(self, x: Exchange, asking: Asking, behind: Key | None) -> None:
        size = x.query.get("size") or SIZE
        parts = [Part(number, asking.members[number].line, inner.answer["items"]) for number, inner in asking.list_came()]
        whole = index_by_key(parts, self.read_key)
        page = [one for one in whole if behind is None or one[0] > behind]
        taken = page[:size]
        items, told = self._merge_all(x, asking, [same for _, same in taken])
        following = self._seal(x, taken[-1][0]) if len(page) > size else None
        missing = [(member, fault.kind) for member, fault in asking.list_failed()]
        _give_page(x, asking, items, following, missing, told)
        x.ports.count(self.cursors.elements, len(items))

    def _merge_all(self, x: Exchange, asking: Asking, elements: Sequence[Sequence[Part]]) -> tuple[list[Json], Json]:
        if not is_wanted(x):
            return [self._merge(x, same, None) for same in elements], None
        own: list[Sources] = [{} for _ in elements]
        items = [self._merge(x, same, sources) for same, sources in zip(elements, own, strict=True)]
        return items, [describe_sources(asking.members, sources, x.began_s) for sources in own]

    def _merge(self, x: Exchange, same: Sequence[Part], sources: Sources | None) -> Json:
        if len(same) > 1:
            x.ports.count(self.circle.cells.merged)
        element = merge_documents(self.merge, same, sources, find_latest(x))
        return element if self.check is None else self.check(x, element)

    def _seal(self, x: Exchange, key: Key) -> str:
        text = self.cursors.seal(x, list(key))
        if text is None:
            raise refuse("PROVIDER_INVALID", reason="a key longer than a cursor holds")
        return text

    def trace(self, trace: Trace) -> MergeList:
        """Give the same with every step of its providers told of."""
        return replace(self, circle=self.circle.trace(trace))


GATHERS = (GatherDocument, WalkList, MergeList)


def make_key_reader(paths: Sequence[tuple[str, ...]]) -> Callable[[Json], Key]:
    """Make what reads the key of an element; its schema requires it to be there."""

    def follow(element: Mapping[str, Json], path: tuple[str, ...]) -> Json:
        value: Json = element
        for name in path:
            value = value[name]
        return value

    return lambda element: tuple(follow(element, path) for path in paths)
