"""One of many providers, chosen by what a call says.

Laws: 1. The row that the call's key leads to, and no other, answers. 2. A key that leads nowhere, to a row that does not hold today, or
to a family without a line here, is refused with the field that says it, before anybody is asked. 3. Every choice is counted by its family.
Must not know: where rows come from, how a provider is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..exchange import ask_provider
from ..traffic.tables import Find, choose_row
from ..values.asks import Flow
from ..values.faults import Fault, Finding, Kind, Refused, fault
from ..values.model import Json, Upstream
from ..values.route import Exchange, Provider, Row, Step

Trace = Callable[[str, Step], Step]


@dataclass(frozen=True, slots=True)
class Counts:
    """Where choices are counted: by the family's index, and for keys that lead to none."""

    chosen: Mapping[int, int]
    uncovered: Mapping[int, int]
    unknown: int
    outside: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The supply of a route whose provider is chosen by a key.

    Shape: `providers` stands by the index of rows; None = the row's family has no line, which is refused as `uncovered`. `pointer` and
    `part` say where the key stands in the call. `upstreams` are the families that have a line, `rows` all of the table.
    """

    table: str
    key: str
    part: str
    pointer: str
    read: Callable[[Exchange], Json]
    find: Find
    providers: Sequence[Provider | None]
    uncovered: Kind | None
    counts: Counts
    upstreams: tuple[Upstream, ...] = ()
    rows: Sequence[Row] = ()

    def __call__(self, x: Exchange) -> Flow[None]:
        """Choose, and run places 5 to 7 over the provider that was chosen."""
        yield from ask_provider(self.choose(x), x)

    def choose(self, x: Exchange) -> Provider:
        """Find the provider of a call, and keep its row.

        Faults: NO_PROVIDER; what stands for a family without a line.
        """
        rows = self.find(self.read(x))
        row = choose_row(rows, x.began_s)
        if row is None:
            raise self._refuse_key(x, bool(rows))
        x.row = row
        provider = self.providers[row.index]
        if provider is None:
            raise self._refuse_family(x, row)
        x.ports.count(self.counts.chosen[provider.upstream.index])
        return provider

    def _refuse_key(self, x: Exchange, is_known: bool) -> Refused:
        x.ports.count(self.counts.outside if is_known else self.counts.unknown)
        word, detail = ("valid", "its provider does not hold today") if is_known else ("choose", "no provider is registered for this value")
        return Refused(fault("NO_PROVIDER", Finding(self.pointer, word, detail, self.part), reason=f"table {self.table}: {word}"))

    def _refuse_family(self, x: Exchange, row: Row) -> Refused:
        upstream = row.upstream
        kind = self.uncovered
        assert upstream is not None and kind is not None, "a route that leaves families out says what is answered"
        x.ports.count(self.counts.uncovered[upstream.index])
        detail = "its provider does not offer this operation"
        return Refused(Fault(kind, (Finding(self.pointer, "choose", detail, self.part),), reason=f"family {upstream.id}"))

    def trace(self, trace: Trace) -> Choice:
        """Give the same choice with every step of its providers told of; steps that several share are told of once made."""
        made: dict[int, Provider] = {}
        for provider in self.providers:
            if provider is not None and id(provider) not in made:
                inward = tuple(trace("inward", step) for step in provider.inward)
                made[id(provider)] = replace(provider, inward=inward, judge=tuple(trace("judge", step) for step in provider.judge))
        return replace(self, providers=[None if each is None else made[id(each)] for each in self.providers])
