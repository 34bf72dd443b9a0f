"""A journey that writes, compiled: what its steps need beside their calls so that it can be resumed, and taken back.

Laws: 1. Every write has an undo, or is the one that is final. 2. What is kept of a journey opens only for its own place in it.
Must not know: YAML, stores, how a run goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..policy.seals import Seal
from ..schema.text import decode_json, encode_json
from ..values.faults import CATALOGUE, Fault, Kind
from ..values.journeys import Event, Kept
from ..values.model import Caller, Json, Request
from ..values.route import Exchange, Ports
from .flow import Journey, Step
from .inner import Inner

BACKOFF_MAX_S = 300.0
MARGIN_S = 10.0  # of a lease over the longest call
OTHER = "_other"  # what the plan no longer knows, to metrics
Otherwise = Literal["cancel", "refuse", "continue"]


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes a write back. Units: within_s seconds."""

    inner: Inner
    within_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """A decision that is waited for. Shape: `otherwise` is what follows where none has come. Units: within_s seconds."""

    operation: str
    within_s: float
    otherwise: Otherwise


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one journey may cost: tries of a call that fails for now, journeys that have not ended, seconds in all, and that it is kept."""

    tries: int = 6
    open_max: int = 100_000
    deadline_s: float = 86_400.0 * 30
    keep_s: float = 86_400.0 * 30
    wait_s: float = 5.0  # for which a caller waits who does not say
    wait_max_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Lasting:
    """A journey that writes.

    Shape: `undos` by step; `final` is the step that nothing undoes, "" = none; `kinds` are all faults by code; `cells` counts journeys by
    what became of them, `steps` the ends of steps by step and outcome; `gauges` show those that have not ended by state, and the `oldest`;
    `waiting` shows how many wait at a step, or at one that the plan no longer knows.
    """

    journey: Journey
    undos: Mapping[str, Undo]
    final: str
    waits: Mapping[str, Wait]
    seal: Seal
    kinds: Mapping[str, Kind]
    bounds: Bounds = Bounds()
    cells: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gauges: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Give the operation's id."""
        return self.journey.id

    @property
    def lease_s(self) -> float:
        """Give how long who runs a journey may be silent: longer than its longest call."""
        bounds = [step.within_s for step in self.journey.steps if step.inner is not None]
        return max(bounds + [undo.within_s for undo in self.undos.values()]) + MARGIN_S

    def find_step(self, name: str) -> Step | None:
        """Give a step by its name."""
        return next((step for step in self.journey.steps if step.name == name), None)

    def make_fault(self, code: str, reason: str = "") -> Fault:
        """Give the fault of a code that was kept; one that is known no more is a defect's."""
        return Fault(self.kinds.get(code) or CATALOGUE["INTERNAL"], reason=reason)

    def with_key_of(self, kept: Kept) -> Lasting:
        """Give this journey with the key that one was begun under: all that is sealed and named of it is with that one, to its end.

        Faults: NotSealed.
        """
        key, _ = self.seal.find(kept.begun.sealed, _place(kept.begun.id, "begun", "", 0))
        return self if key is self.seal else replace(self, seal=key)

    def close(self, id: str, kind: str, step: str, element: int, document: Json) -> bytes:
        """Seal what an event holds, for its place in this journey."""
        return self.seal.close(encode_json(document), _place(id, kind, step, element))

    def opener(self, id: str) -> Callable[[Event], Json]:
        """Give what opens the events of a journey."""
        return lambda event: decode_json(self.seal.open(event.sealed, _place(id, event.kind, event.step, event.element)), big_integers=True)

    def backoff_s(self, tries: int) -> float:
        """Give how long to wait after so many tries that failed. Units: seconds."""
        return float(min(2.0 ** (tries - 1), BACKOFF_MAX_S))


def _place(id: str, kind: str, step: str, element: int) -> bytes:
    return f"journey\0{id}\0{kind}\0{step}\0{element}".encode()


def recall_exchange(lasting: Lasting, kept: Kept, ports: Ports) -> Exchange:
    """Make the exchange that a journey's bindings read, from what was kept: the call and the caller that began it, then as now."""
    begun = kept.begun
    call = decode_json(lasting.seal.open(begun.sealed, _place(begun.id, "begun", "", 0)), big_integers=True)
    x = Exchange(Request("POST", "", "", {}, ""), begun.id.replace("-", ""), begun.begun_s, ports)
    x.caller = Caller(begun.agency, "journey", call["user"])
    x.purpose = begun.purpose
    x.path, x.query, x.headers, x.body = (call[part] for part in ("path", "query", "header", "body"))
    x.journey = {"id": begun.id, "caller": describe_caller(begun.agency, call["user"])}
    x.steps = {}
    return x


def close_call(lasting: Lasting, id: str, x: Exchange) -> bytes:
    """Seal the call that begins a journey, and who makes it."""
    user = "" if x.caller is None else x.caller.user
    call = {"user": user, "path": x.path, "query": x.query, "header": x.headers, "body": x.body}
    return lasting.seal.close(encode_json(call), _place(id, "begun", "", 0))


def name_user(lasting: Lasting, caller: Caller) -> str:
    """Name who begins a journey so that it is known again and the name says nothing: a user may be called by a number of a person."""
    if caller.subject:  # tokens of two citizens may name the same client as their user
        return lasting.seal.name("journey citizen", caller.agency, caller.subject)
    return lasting.seal.name("journey user", caller.agency, caller.user) if caller.user else ""


def describe_caller(agency: str, user: str) -> Json:
    """Give a caller as it stands below `journey.` and in decisions."""
    return {"agency": agency} | ({"user": user} if user else {})
