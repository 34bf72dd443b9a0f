"""The citizen as caller, through the installed command and real sockets: asked, consenting, seeing, withdrawing. All data are synthetic."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.sandbox.identity import load_key, mint_citizen_token, mint_token

from .talk import COMMAND, ROOT, Answer, Served, check_problem

SITI, ASEP = "3215014502930002", "3215011708910003"
PERSON, MEMBER = "/population/v1/persons/lookup", "/insurance/v1/memberships/check"
CONSENTS = "/citizen/v1/consents"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("demo"), [COMMAND, "demo", "--workers", "2"])
    yield made
    made.end()


class Portal:
    """The citizens' portal, where one of them has signed in."""

    def __init__(self, served: Served, citizen: str, state: str = "state") -> None:
        self.served = served
        self.citizen = citizen
        self.token = mint_citizen_token(load_key(served.place / state), "portal-warga", citizen)

    def ask(self, method: str, path: str, purpose: str, body: object = None, token: str = "") -> Answer:
        headers = {"authorization": f"Bearer {token or self.token}", "jembatan-purpose": purpose}
        if body is not None:
            headers["content-type"] = "application/json"
        return self.served.ask(method, path, headers, None if body is None else json.dumps(body))

    def look(self, about: str = "", token: str = "") -> Answer:
        return self.ask("POST", PERSON, "own-data", {"nik": about or self.citizen}, token)

    def offer(self) -> Any:
        return self.ask("POST", CONSENTS + "/offer", "own-affairs", {"purpose": "own-data"}).json

    def give(self) -> Answer:
        return self.ask("POST", CONSENTS, "own-affairs", {"purpose": "own-data", "shown": self.offer()["shown"]})

    def list(self) -> list[Any]:
        found: list[Any] = self.ask("GET", CONSENTS, "own-affairs").json["consents"]
        return found

    def withdraw(self, number: int) -> Answer:
        return self.ask("POST", CONSENTS + "/withdraw", "own-affairs", {"number": number})


@pytest.fixture
def siti(served: Served) -> Iterator[Portal]:
    portal = Portal(served, SITI)
    yield portal
    for each in portal.list():
        portal.withdraw(each["number"])


def refused(answer: Answer, fault: str) -> None:
    assert (answer.status, check_problem(answer, "caller")["code"]) == (404 if fault.endswith("FOUND") else 403, fault)


def test_a_citizen_is_shown_what_would_be_asked_consents_sees_it_and_withdraws(siti: Portal) -> None:
    offer = siti.offer()
    asked = {each["operation"]: each for each in offer["asks"]}
    assert asked["population.person.lookup"]["owner"] == "dukcapil"
    assert "member.card:last4" in asked["insurance.membership.check"]["fields"]
    refused(siti.look(), "CONSENT_MISSING")
    given = siti.give()
    assert (given.status, given.json["state"], given.json["purpose"]) == (201, "given", "own-data")
    seen = siti.look()
    assert (seen.status, seen.json["name"]) == (200, {"full": "SITI CONTOH"})
    assert "identifiers" not in seen.json, "the grant does not reveal them"
    assert siti.ask("POST", MEMBER, "own-data", {"nik": SITI, "on": "2026-11-02"}).status == 200, "one consent a purpose"
    assert next(each["state"] for each in siti.list()) == "given"
    assert siti.withdraw(given.json["number"]).json["state"] == "withdrawn"
    refused(siti.look(), "CONSENT_MISSING")
    assert siti.list()[0]["ended_at"]


def test_a_withdrawal_stops_the_next_call_in_every_worker(siti: Portal) -> None:
    number = siti.give().json["number"]
    assert {siti.look().status for _ in range(12)} == {200}
    siti.withdraw(number)
    assert {siti.look().status for _ in range(12)} == {403}


def test_a_portal_acts_for_nobody_whose_sign_in_it_does_not_present(served: Served, siti: Portal) -> None:
    siti.give()
    refused(siti.look(about=ASEP), "CITIZEN_MISMATCH")
    key = load_key(served.place / "state")
    refused(siti.look(token=mint_token(key, "portal-warga")), "CITIZEN_MISSING")
    refused(siti.look(token=mint_token(key, "portal-warga", SITI)), "CITIZEN_MISSING")  # a user is no citizen
    other = Portal(served, ASEP)
    refused(other.look(), "CONSENT_MISSING")
    assert other.list() == []
    refused(other.withdraw(1), "CONSENT_NOT_FOUND")
    assert siti.look().status == 200


@pytest.mark.parametrize("claims", [{"nik": "1234"}, {"nik": int(SITI)}, {"nik": ""}, {"nik": SITI, "lifetime_s": 7200}, {"nik": [SITI]}])
def test_a_token_whose_citizen_cannot_be_told_or_that_lives_too_long_is_none(served: Served, siti: Portal, claims: dict[str, Any]) -> None:
    token = mint_token(load_key(served.place / "state"), "portal-warga", "someone", **claims)
    answer = siti.look(token=token)
    assert (answer.status, answer.fault) == (401, "CREDENTIAL_INVALID")


def test_consent_is_given_to_what_was_shown_only(siti: Portal) -> None:
    answer = siti.ask("POST", CONSENTS, "own-affairs", {"purpose": "own-data", "shown": "0" * 64})
    assert (answer.status, answer.fault) == (409, "CONSENT_OUTDATED")
    refused(siti.look(), "CONSENT_MISSING")


def test_refusals_speak_indonesian_where_that_is_asked(siti: Portal) -> None:
    headers = {
        "authorization": f"Bearer {siti.token}",
        "jembatan-purpose": "own-data",
        "content-type": "application/json",
        "accept-language": "id",
    }
    answer = siti.served.ask("POST", PERSON, headers, json.dumps({"nik": SITI}))
    assert "Persetujuan" in answer.json["title"]


def test_what_is_kept_counted_and_logged_names_no_citizen(served: Served, siti: Portal) -> None:
    before = served.metric("jembatan_consent_checks_total", purpose="own-data", outcome="given")
    siti.give()
    siti.look()
    siti.look(about=ASEP)
    served.count(before + 1, "jembatan_consent_checks_total", purpose="own-data", outcome="given")
    assert served.metric("jembatan_consents_total", purpose="own-data", event="given") > 0
    told = served.get("/metrics").body.decode() + json.dumps(served.log_lines(1)) + served.errors.read_text(encoding="utf-8")
    files = b"".join(path.read_bytes() for path in (served.place / "state").glob("state.db*"))
    assert files
    for number in (SITI, ASEP):
        assert number not in told
        assert number.encode() not in files


def test_a_withdrawal_that_is_sent_again_is_counted_once(served: Served, siti: Portal) -> None:
    number = siti.give().json["number"]
    before = served.metric("jembatan_consents_total", purpose="own-data", event="withdrawn")
    assert {siti.withdraw(number).status for _ in range(3)} == {200}
    served.count(before + 1, "jembatan_consents_total", purpose="own-data", event="withdrawn")


def test_evidence_of_consents_is_neither_changed_nor_taken_away(served: Served, siti: Portal) -> None:
    siti.give()
    with sqlite3.connect(served.place / "state" / "state.db") as db:
        for statement in ("DELETE FROM consent", "UPDATE consent SET fields = 'all'", "UPDATE consent SET given = 0"):
            with pytest.raises(sqlite3.IntegrityError, match="evidence"):
                db.execute(statement)
    db.close()


def test_an_auditor_finds_a_citizens_consent_and_the_calls_that_gave_and_ended_it(served: Served, siti: Portal) -> None:
    calls = [siti.give(), siti.withdraw(siti.list()[0]["number"])]

    def look(*words: str) -> Any:
        command = [COMMAND, "consent", *words, ROOT, "--state", served.place / "state", "--format", "json"]
        done = subprocess.run(command, input=SITI, capture_output=True, text=True, check=True)
        assert SITI not in done.stdout + done.stderr
        return json.loads(done.stdout)

    found = look("ls", "--citizen", "-")[-1]
    assert (found["agency"], found["purpose"], found["state"]) == ("portal-warga", "own-data", "withdrawn")
    [shown] = look("show", found["consent"])
    assert [each["exchange"] for each in shown["events"]] == [call.headers["jembatan-exchange"] for call in calls]
    assert "member.card" in {each["field"] for each in shown["fields"] if each["shown"] == "last4"}


def test_where_the_store_cannot_be_used_nobody_is_asked(served: Served, siti: Portal) -> None:
    """Stands last: the store is taken away under the running gateway."""
    siti.give()
    asked = served.metric("jembatan_upstream_attempts_total", upstream="dukcapil.siak")
    lock = sqlite3.connect(served.place / "state" / "state.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        answer = siti.look()
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert (answer.status, check_problem(answer, "gateway")["code"]) == (503, "STORE_UNAVAILABLE")
    assert served.metric("jembatan_upstream_attempts_total", upstream="dukcapil.siak") == asked
    assert siti.look().status == 200, "once it is back"
