"""A lab of journeys that write: one plan, stores that outlive exchanges, a clock that is told, providers that count effects by key.

All data are synthetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from gateway.cli.rehearsal import Rehearsed, Told, rehearse, run_flow
from gateway.plan.load import load_plan
from gateway.stores.sqlite_state import SqliteState
from gateway.values.asks import CallUpstream
from gateway.values.faults import Fault
from gateway.values.journeys import Event
from gateway.values.model import Caller, Reply, Request
from gateway.values.route import Plan

FOLDER = Path(__file__).parent / "writing"
NIP = "199108172015031003"
CALL = {"nip": NIP, "rank": "III/c"}
START_S = 2_000_000_000.0  # later than any clock that a command reads
Answer = Callable[[str, dict[str, Any], str], "dict[str, Any] | int | Fault | None"]


@dataclass(frozen=True, slots=True)
class Known:
    """Place 2: whoever is stated calls, as a person."""

    caller: Caller

    def recall_caller(self, request: Request, now_s: float) -> Caller:
        return self.caller

    def verify_caller(self, request: Request, now_s: float) -> Any:
        raise AssertionError("who is stated is known")


@dataclass(slots=True)
class Office:
    """The providers: each write is done once a key; `before` and `after` may say something else (a status, a fault)."""

    effects: dict[str, tuple[str, str]] = field(default_factory=dict)  # key → path and number
    asked: list[str] = field(default_factory=list)
    repeats: int = 0
    around: Callable[[Callable[[], Any]], Any] = lambda perform: perform()
    before: Answer = lambda path, body, key: None
    after: Answer = lambda path, body, key: None

    def provide(self, call: CallUpstream) -> Reply | Fault:
        found: Reply | Fault = self.around(lambda: self._provide(call))
        return found

    def _provide(self, call: CallUpstream) -> Reply | Fault:
        path, body = call.target.decode(), orjson.loads(call.body or b"{}")
        key = dict(line.split(": ", 1) for line in call.head.decode().split("\r\n") if ": " in line).get("Idempotency-Key", "").strip('"')
        self.asked.append(path)
        said = self.before(path, body, key)
        if said is None:
            done = self._do(path, body, key)
            said = self.after(path, body, key)
            said = done if said is None else said
        if isinstance(said, Fault):
            return said
        status, document = (said, {}) if isinstance(said, int) else (200, said)
        return Reply(status, {b"content-type": b"application/json"}, orjson.dumps(document))

    def _do(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        if path == "/officer":
            return {"name": "ASEP CONTOH", "unit": "U-1"}
        assert key, "a write comes with a key"
        self.repeats += key in self.effects
        number = body.get("number") or f"{path.split('/')[1]}-{len(self.effects)}"
        return {"number": self.effects.setdefault(key, (path, number))[1]}

    def standing(self) -> dict[str, int]:
        """Count what stands: writes less what took them back."""
        paths = [path for path, _ in self.effects.values()]
        pairs = {"seat": ("/seat/take", "/seat/free"), "decree": ("/decree/issue", "/decree/revoke"), "salary": ("/salary/change", "")}
        return {name: paths.count(does) - paths.count(undoes) for name, (does, undoes) in pairs.items()}


@dataclass(slots=True)
class Lab:
    """A gateway whose time is told."""

    plan: Plan
    stores: SqliteState
    office: Office = field(default_factory=Office)
    now_s: float = START_S
    told: Told = field(default_factory=Told)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        agency: str = "office",
        user: str = "budi",
        subject: str = "",
        defects: int = 0,
        **headers: str,
    ) -> Rehearsed:
        """Run one exchange; `subject` is the number of the citizen who has signed in, `defects` how many are noted."""
        named = {b"jembatan-purpose": b"promotion"} | {name.replace("_", "-").encode(): text.encode() for name, text in headers.items()}
        if body is not None:
            named[b"content-type"] = b"application/json"
        path, _, query = path.partition("?")
        request = Request(method, path, query, named, "peer", has_body=body is not None)
        known = Known(Caller(agency, "jwt", user, subject=subject))
        raw = b"" if body is None else orjson.dumps(body)
        ended = rehearse(self.plan, known, request, raw, self.office.provide, self.now_s, self.stores)
        assert len(ended.defects) == defects, ended.defects
        return ended

    def begin(self, key: str = "k-1", body: Any = None, **headers: str) -> Rehearsed:
        """Begin a promotion."""
        return self.call("POST", "/lab/v1/promotions", body or CALL, idempotency_key=key, **headers)

    def decide(self, id: str, outcome: str = "approved", agency: str = "bkn", user: str = "citra") -> Rehearsed:
        """Decide one."""
        return self.call("POST", f"/lab/v1/promotions/{id}/decision", {"outcome": outcome}, agency, user)

    def look(self, id: str, **headers: str) -> dict[str, Any]:
        """See how one stands."""
        return document(self.call("GET", f"/lab/v1/promotions/{id}", **headers))

    def run_due(self) -> int:
        """Run what is due now; give how many runs there were."""
        assert self.plan.make_runner is not None
        runner = self.plan.make_runner(self.told, lambda: False, False)
        count = 0
        while run_flow(runner.run_next(), self.office.provide, self.stores, self.told).id:
            count += 1
            assert count < 100, "a run leads to the next without end"
        assert self.told.defects == []
        return count

    def wait(self, seconds: float) -> int:
        """Let time pass, and run what is due then."""
        self.now_s += seconds
        return self.run_due()

    def add(self, id: str, kind: str) -> bool:
        """Add an event from outside, as an operator does."""

        def deed(stores: Any) -> bool:
            kept = stores.journeys.find(id)
            return bool(stores.journeys.add(id, len(kept.events), Event(kind, note="operator")))

        return self.stores.consult(deed)


@lru_cache
def read_plan(folder: Path) -> Plan:
    """Compile a federation, once: a plan is immutable."""
    return load_plan([folder], {})


def open_lab(folder: Path = FOLDER, path: Path | str = ":memory:") -> Lab:
    """Open a lab; in memory its stores are empty."""
    clock: list[Lab] = []
    stores = SqliteState(path, tell_time=lambda: clock[0].now_s if clock else START_S)
    lab = Lab(read_plan(folder), stores)
    clock.append(lab)
    return lab


def document(ended: Rehearsed) -> dict[str, Any]:
    """Give an answer's document."""
    got: dict[str, Any] = orjson.loads(ended.response.body)
    return got


def journey_of(ended: Rehearsed) -> str:
    """Give the id of the journey that a 202 tells of."""
    assert ended.response.status == 202, ended.response.body
    return str(document(ended)["journey"])


__all__ = ["CALL", "Lab", "Office", "document", "journey_of", "open_lab"]
