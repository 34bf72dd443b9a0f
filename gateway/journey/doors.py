"""What can be asked of a journey that writes from outside: begin it, see how it stands, see the file, decide.

Laws: 1. The same Idempotency-Key of the same agency is the same journey. 2. How a journey stands is told to the agency that began it, and
to nobody else that there is one. 3. A decision is taken once, while it is waited for, by whom the condition lets; the same decision of the
same person again is the one that was taken.
Must not know: who runs journeys, sockets, YAML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest

from ..policy.seals import NotSealed
from ..traffic.once import digest_call, list_others
from ..translate.bind import Written
from ..translate.references import write_time
from ..values.asks import Consult, Flow, Follow, wait
from ..values.faults import Refused, refuse
from ..values.journeys import ENDS, Begun, Event, Kept
from ..values.model import Json
from ..values.route import JSON_HEADERS, Exchange
from ..values.stores import Stores
from .course import recall_steps
from .history import History, replay
from .lasting import Lasting, close_call, describe_caller, name_user, recall_exchange
from .prefer import read_preferences, tell_applied
from .state import describe_state

_ACCEPTED = 202
_WAIT, _ASYNC = b"wait", b"respond-async"
_WAIT_DIGITS_MAX = 6


@dataclass(frozen=True, slots=True)
class Beginning:
    """The supply of a journey that writes: begin it, wait for a while, tell how it stands."""

    lasting: Lasting

    def __call__(self, x: Exchange) -> Flow[None]:
        """Begin the journey, or find the one that was begun.

        Faults: OVERLOADED, IDEMPOTENCY_KEY_REUSED, STORE_UNAVAILABLE; what ended the journey.
        """
        lasting = self.lasting
        begun = self._draft(x)
        digests = self._digest_others(x)

        def begin(stores: Stores) -> Kept | None:
            found = next((found for id in digests if (found := stores.journeys.find(id)) is not None), None)
            return found or stores.journeys.begin(begun, lasting.bounds.open_max)

        kept = yield from wait(Consult(begin))
        if kept is None:
            raise refuse("OVERLOADED", reason="journeys that have not ended")
        id = kept.begun.id
        if not compare_digest(kept.begun.digest, digests.get(id, begun.digest)):
            raise refuse("IDEMPOTENCY_KEY_REUSED", reason="another call began this journey")
        if not kept.fence and not kept.events:
            x.ports.count(lasting.cells["begun"])
        asked_s, is_honoured = self._read_wait(x), True
        if kept.state in ENDS:
            x.origin = "cache"
        else:
            usual_s = 0.0 if _ASYNC in read_preferences(x.request) else lasting.bounds.wait_s
            is_honoured = yield from wait(Follow(id, usual_s if asked_s is None else asked_s))
            kept = (yield from wait(Consult(lambda stores: stores.journeys.find(id)))) or kept
        _tell_begun(_open(lasting, kept), x, kept)
        x.out_headers += tell_applied(*_list_applied(x, asked_s if is_honoured else None))

    def _draft(self, x: Exchange) -> Begun:
        lasting, caller = self.lasting, x.caller
        assert caller is not None, "place 2 has named the caller"
        id, user, due_s = lasting.seal.name("journey", x.idempotency_key), name_user(lasting, caller), x.began_s + lasting.bounds.deadline_s
        digest, sealed = digest_call(lasting.seal, x, x.idempotency_key), close_call(lasting, id, x)
        return Begun(id, lasting.id, caller.agency, user, x.purpose, digest, sealed, x.began_s, due_s)

    def _digest_others(self, x: Exchange) -> dict[str, bytes]:
        """Give the ids that the journey has where it was begun under another key, each with the digest of its call."""
        found = list_others(self.lasting.seal, x, self.lasting.id)
        return {key.name("journey", name): digest_call(key, x, name) for key, name in found}

    def _read_wait(self, x: Exchange) -> float | None:
        """Give how long the caller prefers to wait, as far as that may be; None where nothing that can be read is said of it.

        Units: seconds. Source: RFC 7240 4.3.
        """
        said = read_preferences(x.request).get(_WAIT, b"")
        return min(float(said), self.lasting.bounds.wait_max_s) if said.isdigit() and len(said) <= _WAIT_DIGITS_MAX else None


def _list_applied(x: Exchange, waited_s: float | None) -> list[bytes]:
    """Give the preferences that an answer honours: one that did not come at once is what `respond-async` asks for."""
    is_async = _ASYNC in read_preferences(x.request) and x.status == _ACCEPTED
    return [_ASYNC] * is_async + ([] if waited_s is None else [b"%s=%d" % (_WAIT, int(waited_s))])


def _tell_begun(lasting: Lasting, x: Exchange, kept: Kept) -> None:
    history = replay(kept.events, lasting.opener(kept.begun.id))
    if kept.state == "complete":
        x.answer, x.out_headers = history.answer, JSON_HEADERS
        return
    if kept.state in ENDS:
        raise Refused(lasting.make_fault(history.failing, f"journey {kept.state}"))
    x.status = _ACCEPTED
    location = f"{x.request.path}/{kept.begun.id}".encode()
    _tell_state(lasting, x, kept, history)
    x.out_headers = (*JSON_HEADERS, (b"location", location))


def _tell_state(lasting: Lasting, x: Exchange, kept: Kept, history: History) -> None:
    """Answer with how a journey stands, which is the gateway's word; of its answer what the grants leave."""
    x.answer, x.out_headers, x.origin = describe_state(lasting, kept, history), JSON_HEADERS, "gateway"
    withhold = x.withhold
    if withhold is not None and "answer" in x.answer:
        x.answer["answer"] = withhold(x.answer["answer"])
    x.withhold = None


def _open(lasting: Lasting, kept: Kept) -> Lasting:
    """Give a journey with the key of the one that was found.

    Faults: STORE_KEY_UNKNOWN.
    """
    try:
        return lasting.with_key_of(kept)
    except NotSealed as error:
        raise refuse("STORE_KEY_UNKNOWN", reason="a journey does not open") from error


def _find(lasting: Lasting, x: Exchange) -> Flow[tuple[Lasting, Kept]]:
    """Find the journey that a path names, and give it with its key.

    Faults: JOURNEY_UNKNOWN, also for one of another operation; STORE_KEY_UNKNOWN; STORE_UNAVAILABLE.
    """
    id = x.path["journey"]
    kept = yield from wait(Consult(lambda stores: stores.journeys.find(id)))
    if kept is None or kept.begun.operation != lasting.id:
        raise refuse("JOURNEY_UNKNOWN")
    return _open(lasting, kept), kept


@dataclass(frozen=True, slots=True)
class Standing:
    """The supply of `GET …/{journey}`: how a journey stands, to the agency that began it, for the purpose that it was begun for."""

    lasting: Lasting

    def __call__(self, x: Exchange) -> Flow[None]:
        """Tell how the journey stands.

        Faults: JOURNEY_UNKNOWN.
        """
        lasting, kept = yield from _find(self.lasting, x)
        begun, caller = kept.begun, x.caller
        if caller is None or (begun.agency, begun.purpose) != (caller.agency, x.purpose):
            raise refuse("JOURNEY_UNKNOWN")
        if caller.subject and begun.user != name_user(lasting, caller):  # another citizen's
            raise refuse("JOURNEY_UNKNOWN")
        _tell_state(lasting, x, kept, replay(kept.events, lasting.opener(kept.begun.id)))


@dataclass(frozen=True, slots=True)
class Showing:
    """The supply of `GET` where a decision is taken: the file, as far as the grants on the decision reveal it."""

    lasting: Lasting
    step: str
    write: Callable[[Exchange], Written]

    def __call__(self, x: Exchange) -> Flow[None]:
        """Show the file.

        Faults: JOURNEY_UNKNOWN, DECISION_CLOSED.
        """
        lasting, kept = yield from _find(self.lasting, x)
        history = _hold_open(lasting, self.step, kept, x.began_s)
        origin = recall_exchange(lasting, kept, x.ports)
        recall_steps(lasting, history, origin)
        x.answer, x.out_headers, x.origin = self.write(origin)[2], JSON_HEADERS, "gateway"


@dataclass(frozen=True, slots=True)
class Deciding:
    """The supply of the operation that takes a decision. Shape: `when` says who may, beside the grants; None = all of them."""

    lasting: Lasting
    step: str
    when: Callable[[Exchange], bool] | None = None

    def __call__(self, x: Exchange) -> Flow[None]:
        """Take a decision, and tell how the journey stands.

        Faults: JOURNEY_UNKNOWN, DECISION_CLOSED, DECISION_DENIED, STORE_UNAVAILABLE.
        """
        caller = x.caller
        assert caller is not None, "place 2 has named the caller"
        lasting, kept = yield from _find(self.lasting, x)
        document = {**x.body, "caller": describe_caller(caller.agency, caller.user), "at": write_time(x.began_s)}
        if not self._has_taken(lasting, kept, document):
            self._hold_to_when(lasting, kept, x)
            kept = yield from self._take(lasting, kept, document, x)
        x.withhold = None
        _tell_state(lasting, x, kept, replace(replay(kept.events, lasting.opener(kept.begun.id)), answer=None))  # that is its caller's

    def _hold_to_when(self, lasting: Lasting, kept: Kept, x: Exchange) -> None:
        history = _hold_open(lasting, self.step, kept, x.began_s)
        x.journey = recall_exchange(lasting, kept, x.ports).journey
        recall_steps(lasting, history, x)
        if self.when is not None and not self.when(x):
            raise refuse("DECISION_DENIED")

    def _take(self, lasting: Lasting, kept: Kept, document: Json, x: Exchange) -> Flow[Kept]:
        """Keep the decision and let the journey run; give it as it is then. What else has happened to it meanwhile does not matter."""
        id, seen = kept.begun.id, len(kept.events)
        event = Event("done", self.step, 0, "", lasting.close(id, "done", self.step, 0, document))

        def decide(stores: Stores) -> tuple[Kept, bool]:
            now = stores.journeys.find(id) or kept
            if len(now.events) != seen:
                if self._has_taken(lasting, now, document):
                    return now, False
                _hold_open(lasting, self.step, now, x.began_s)
            if not stores.journeys.add(id, len(now.events), event):
                raise refuse("DECISION_CLOSED", reason="the journey has ended")
            return replace(stores.journeys.find(id) or now, state="running"), True

        now, is_first = yield from wait(Consult(decide))
        if is_first:
            x.ports.count(lasting.steps[self.step, "done"])
            yield from wait(Follow(id, 0.0))
        return now

    def _has_taken(self, lasting: Lasting, kept: Kept, document: Json) -> bool:
        """Say whether this decision was taken before, by the same person: whose answer was lost sends it again."""
        taken = replay(kept.events, lasting.opener(kept.begun.id)).results.get((self.step, 0))
        return taken is not None and "user" in document["caller"] and {**taken, "at": ""} == {**document, "at": ""}


def _hold_open(lasting: Lasting, step: str, kept: Kept, now_s: float) -> History:
    """Give the history of a journey that waits for this decision.

    Faults: DECISION_CLOSED.
    """
    history = replay(kept.events, lasting.opener(kept.begun.id))
    is_late = history.is_waiting(step) and now_s >= history.since_s[step] + lasting.waits[step].within_s
    if kept.state in ENDS or is_late or not history.is_waiting(step):
        raise refuse("DECISION_CLOSED")
    return history
