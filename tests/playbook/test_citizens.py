"""A citizen's consent as a conversation: what is looked up before whom, and what follows where it cannot be."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.cli.rehearsal import StatedCaller
from gateway.exchange import serve
from gateway.plan.load import read_and_build
from gateway.stores.sqlite_state import SqliteState
from gateway.values.asks import Ask, CallUpstream, Consult, ReadBody
from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Reply, Request, Response
from gateway.values.route import Exchange, Plan

from .play import Desk

BASE = Path(__file__).parents[1] / "golden" / "base"
SITI, ASEP = "3215014502930002", "3215011708910003"
NOW_S = 1_790_000_000.0
CHANGES = (
    ("jwks.json}", "jwks.json}\nclaims: {subject: nik}"),
    ("gateway: base", 'gateway: base\nstores: {path: state.db, key: "${env:STORE_KEY}"}'),
    ("effect: read", "effect: read\nabout: body.nik"),
    ("purposes: [pension-payment]", "purposes: [own]"),
)
OWN = """\
purpose: own
title: {id: Sendiri, en: Own}
legal_basis: [UU 27/2022]
citizen: consent
lasts: 10d
---
policy: consents
title: {id: Persetujuan, en: Consents}
operations: [population.consent.give]
classes: [public, personal, sensitive]
grants: [{callers: [taspen], purposes: [pension-payment], reveals: all}]
"""
ROUTES = """\
route: population.consent.give
title: {id: Setuju, en: Consent}
call: {method: POST, path: /population/v1/consents, body: giving@1}
answer: receipt@1
effect: write
consents: {do: give}
---
schema: giving@1
version: 1.0.0
type: object
required: [purpose, shown]
properties: {purpose: {type: string}, shown: {type: string}}
---
schema: receipt@1
version: 1.0.0
type: object
required: [number]
properties: {number: {type: integer}}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    place = tmp_path_factory.mktemp("federation")
    shutil.copytree(BASE, place, dirs_exist_ok=True)
    for path in place.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for old, new in CHANGES:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    (place / "policies" / "own.yaml").write_text(OWN, encoding="utf-8")
    (place / "routes" / "consents.yaml").write_text(ROUTES, encoding="utf-8")
    built = read_and_build([place])[1]
    assert built.plan is not None, [each.message for each in built.diagnostics]
    return built.plan


@dataclass
class Told:
    """How an exchange went: its asks in order, and its end."""

    asks: list[type[Ask[object]]]
    response: Response
    x: Exchange

    @property
    def code(self) -> str:
        return str(json.loads(self.response.body).get("code", ""))


def run(plan: Plan, state: SqliteState | Fault, about: str = SITI, citizen: str = SITI, path: str = "", body: object = None) -> Told:
    """Play the world: the stores (or what they say instead), a provider that answers."""
    headers = {b"content-type": b"application/json", b"jembatan-purpose": b"pension-payment" if path else b"own"}
    request = Request("POST", path or "/population/v1/persons/lookup", "", headers, "peer", has_body=True)
    x = Exchange(request, "e" * 32, NOW_S, Desk())
    flow = serve(plan, StatedCaller("taspen", citizen), x)
    asks: list[type[Ask[object]]] = []
    answer: object = None
    try:
        while True:
            ask = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
            asks.append(type(ask))
            answer = _answer(ask, state, body or {"nik": about})
    except StopIteration as done:
        return Told(asks, done.value, x)


def _answer(ask: Ask[object], state: SqliteState | Fault, body: object) -> object:
    if isinstance(ask, ReadBody):
        return json.dumps(body).encode()
    if isinstance(ask, Consult):
        return state if isinstance(state, Fault) else state.consult(ask.deed)
    assert isinstance(ask, CallUpstream)
    data = {"status": "00", "data": {"NIK": SITI, "NAMA": "SITI CONTOH"}}
    return Reply(200, {b"content-type": b"application/json"}, json.dumps(data).encode())


def give(plan: Plan, state: SqliteState, citizen: str = SITI) -> Told:
    """Give what is asked for; the first try learns nothing, so the digest is the offer's own."""
    route = next(each for each in plan.routes if each.id == "population.consent.give")
    supply = route.supply
    assert supply is not None
    desk = next(cell.cell_contents for cell in supply.__closure__ or () if hasattr(cell.cell_contents, "make_offer"))  # type: ignore[attr-defined]
    shown = desk.make_offer("taspen", "own", NOW_S)[0]["shown"]
    return run(plan, state, citizen=citizen, path="/population/v1/consents", body={"purpose": "own", "shown": shown})


def test_the_consent_is_looked_up_before_anybody_is_asked(plan: Plan) -> None:
    with SqliteState(tell_time=lambda: NOW_S) as state:
        before = run(plan, state)
        assert (before.asks, before.code) == ([ReadBody, Consult], "CONSENT_MISSING")
        assert give(plan, state).response.status == 200
        after = run(plan, state)
        assert (after.asks, after.response.status) == ([ReadBody, Consult, CallUpstream], 200)


@pytest.mark.parametrize(("about", "citizen", "code"), [(SITI, "", "CITIZEN_MISSING"), (ASEP, SITI, "CITIZEN_MISMATCH")])
def test_who_is_not_the_citizen_is_refused_before_the_stores_are_asked(plan: Plan, about: str, citizen: str, code: str) -> None:
    told = run(plan, fault("INTERNAL"), about, citizen)
    assert (told.asks, told.code, told.response.status) == ([ReadBody], code, 403)


@pytest.mark.parametrize("kind", ["STORE_UNAVAILABLE", "CALLER_GONE", "PROVIDER_TIMEOUT", "INTERNAL"])
def test_whatever_ends_the_look_up_nobody_is_asked(plan: Plan, kind: str) -> None:
    told = run(plan, fault(kind))
    assert told.asks == [ReadBody, Consult]
    assert told.x.fault is not None
    assert told.x.fault.kind.name == kind


def test_one_citizens_consent_is_no_others(plan: Plan) -> None:
    with SqliteState(tell_time=lambda: NOW_S) as state:
        give(plan, state)
        assert run(plan, state, ASEP, ASEP).code == "CONSENT_MISSING"


def test_a_withdrawn_consent_stops_the_next_call(plan: Plan) -> None:
    with SqliteState(tell_time=lambda: NOW_S) as state:
        number = json.loads(give(plan, state).response.body)["number"]
        kept: list[bytes] = []

        def note(stores: object) -> None:
            kept.append(state._db.execute("SELECT subject FROM consent").fetchone()[0])

        state.consult(note)
        state.consult(lambda stores: stores.consents.withdraw(kept[0], "", number, "taspen", "x"))
        assert run(plan, state).code == "CONSENT_MISSING"


def test_giving_what_was_not_shown_keeps_nothing(plan: Plan) -> None:
    told = run(plan, fault("INTERNAL"), path="/population/v1/consents", body={"purpose": "own", "shown": "0" * 64})
    assert (told.asks, told.code) == ([ReadBody], "CONSENT_OUTDATED")


def test_nothing_that_an_exchange_shows_of_its_caller_holds_the_citizens_number(plan: Plan) -> None:
    told = run(plan, fault("STORE_UNAVAILABLE"))
    assert SITI not in repr(told.x.caller)
    assert SITI.encode() not in told.response.body
