"""The list of the decisions that wait: for whoever may take one, who waits longest first.

Laws: 1. What stands in it waits now, and this caller may decide it. 2. Of a file it shows what the document says and the grants on the
decision reveal, nothing more. 3. A page costs as much as it looks at, which has a bound; one that is short says where it goes on. 4. An
element keeps its place while others are decided or come. 5. One that cannot be shown costs its own place, never the others'.
Must not know: how what waits is found, YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..policy.seals import NotSealed
from ..translate.bind import Written
from ..translate.paths import Segments
from ..translate.references import write_time
from ..values.asks import Consult, Flow, wait
from ..values.faults import Refused
from ..values.journeys import Kept, Waiting
from ..values.model import Json
from ..values.route import JSON_HEADERS, Exchange
from ..values.stores import Stores
from .course import recall_steps
from .gather import put_at
from .history import replay
from .lasting import Lasting, recall_exchange

_SIZE, _SIZE_MAX = 50, 100  # of a page: where nobody says, and at most
_LOOKED_MAX = 1000  # journeys that a page looks at, some at a time: where a caller may decide few of many, its pages are short
_LAST = "~"  # behind every id

Found = Sequence[tuple[Waiting, Kept]]


@dataclass(frozen=True, slots=True)
class Cursors:
    """The callers' cursors of this list: `open` gives where a call goes on, None = at the beginning."""

    open: Callable[[Exchange], Waiting | None]
    seal: Callable[[Exchange, Waiting], str]


@dataclass(frozen=True, slots=True)
class Extract:
    """What stands in the list of each file. Shape: `write` writes the whole file, `fields` are the paths that are shown of it."""

    write: Callable[[Exchange], Written]
    fields: tuple[Segments, ...]


@dataclass(frozen=True, slots=True)
class Awaiting:
    """The supply of `GET` at a decision's `list:`.

    Shape: `path` is the template of the decision's own; `when` says who may decide, None = all who are granted; `reads_steps` that it asks
    what the steps gave. `elements` is the counter of what callers were given.
    """

    lasting: Lasting
    step: str
    path: str
    cursors: Cursors
    elements: int
    when: Callable[[Exchange], bool] | None = None
    extract: Extract | None = None
    reads_steps: bool = False

    def __call__(self, x: Exchange) -> Flow[None]:
        """Give one page.

        Faults: CURSOR_INVALID, CURSOR_EXPIRED, STORE_KEY_UNKNOWN, STORE_UNAVAILABLE.
        """
        size, show = min(x.query.get("size") or _SIZE, _SIZE_MAX), x.withhold
        overdue = Waiting(x.began_s - self.lasting.waits[self.step].within_s, _LAST)
        last = max(self.cursors.open(x) or overdue, overdue)
        items: list[Json] = []
        looked, has_more = 0, True
        while has_more and len(items) < size and looked < _LOOKED_MAX:
            most = min(_SIZE_MAX if looked else size, _LOOKED_MAX - looked)
            found, has_more = yield from wait(Consult(self._make_look(last, most)))
            for waiting, kept in found:
                if len(items) == size:
                    has_more = True
                    break
                last = waiting
                items += self._describe(x, waiting, kept, show)
            looked += most
        x.ports.count(self.elements, len(items))
        x.answer, x.out_headers, x.withhold, x.origin = {"items": items}, JSON_HEADERS, None, "gateway"
        if has_more:
            x.answer["next"] = self.cursors.seal(x, last)

    def _make_look(self, after: Waiting, most: int) -> Callable[[Stores], tuple[Found, bool]]:
        """Make the deed that finds the next of those that wait, and whether more do."""

        def look(stores: Stores) -> tuple[Found, bool]:
            listed = stores.journeys.list_waiting(self.lasting.id, self.step, after, most + 1)
            found = [(each, stores.journeys.find(each.journey)) for each in listed[:most]]
            return [(each, kept) for each, kept in found if kept is not None], len(listed) > most

        return look

    def _describe(self, x: Exchange, waiting: Waiting, kept: Kept, show: Callable[[Json], Json] | None) -> Sequence[Json]:
        """Give the element of a journey; nothing where this caller may not decide it, or nobody can read it any more."""
        try:
            lasting = self.lasting.with_key_of(kept)
            origin = recall_exchange(lasting, kept, x.ports)
            if self.reads_steps:
                _recall(lasting, kept, origin)
            x.journey, x.steps = origin.journey, origin.steps
            if self.when is not None and not self.when(x):
                return ()
            if self.extract is not None and not self.reads_steps:
                _recall(lasting, kept, origin)
            file = _describe_file(self.extract, origin, show)
        except NotSealed:  # whoever runs it sets it aside for an operator
            return ()
        except Exception as error:  # what was kept no longer fits: its own place is lost, not the list
            x.ports.note_defect(x, error)
            return ()
        names = {name: quote(str(value), safe="") for name, value in (origin.path or {}).items()} | {"journey": kept.begun.id}
        element = {
            "journey": kept.begun.id,
            "decision": self.path.format_map(names),
            "since": write_time(waiting.since_s),
            "until": write_time(waiting.since_s + lasting.waits[self.step].within_s),
        }
        return (element | file,)


def _recall(lasting: Lasting, kept: Kept, origin: Exchange) -> None:
    recall_steps(lasting, replay(kept.events, lasting.opener(kept.begun.id)), origin)


def _describe_file(extract: Extract | None, origin: Exchange, show: Callable[[Json], Json] | None) -> Json:
    """Give what the list shows of a file, as far as the grants reveal it; of one that cannot be written, what is wrong is said there."""
    if extract is None:
        return {}
    try:
        document = extract.write(origin)[2]
    except Refused:
        return {}
    whole = document if show is None else show(document)
    file: dict[str, Json] = {}
    for path in extract.fields:
        value = whole
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            put_at(file, path, value)
    return {"file": file}
