"""A write that is done once however often it is sent, as conversations with the caller, the provider and the store. Synthetic data."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from gateway.exchange import serve
from gateway.plan.load import load_plan
from gateway.stores.sqlite_state import SqliteState
from gateway.traffic.doubt import is_in_doubt
from gateway.values.asks import CallUpstream, Consult, ReadBody
from gateway.values.faults import CATALOGUE, Fault, Refused, fault
from gateway.values.model import Caller, Reply, Request, Response
from gateway.values.route import Exchange, Plan

from .play import Desk, problem

BASE = Path(__file__).parents[1] / "golden" / "base"
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
BODY = b'{"nik": "3215011708910003"}'
FOUND = Reply(200, {b"content-type": b"application/json"}, b'{"status": "00", "data": {"NIK": "3215011708910003", "NAMA": "ASEP CONTOH"}}')
ANSWER = {"nik": "3215011708910003", "name": "ASEP CONTOH"}


def make_plan(folder: Path, repeats: str = "{header: X-Kunci, form: bare}", kept: int = 100, masks: str = "", keys: str = "") -> Plan:
    shutil.copytree(BASE, folder)
    routes, policies = (folder / name / "base.yaml" for name in ("routes", "policies"))
    stores = f"{{path: s, kept: {kept}{f', key: {keys}' if keys else ''}}}"
    text = routes.read_text().replace("gateway: base", f"gateway: base\nsandbox: true\nstores: {stores}", 1)
    text = text.replace("dialect: {", f"dialect: {{idempotency: {repeats}, ").replace("effect: read", "effect: write-once")
    routes.write_text(text)
    policies.write_text(policies.read_text().replace("reveals: [nik, name]", f"reveals: [nik, name]{masks}"))
    return load_plan([folder], {"A": "a" * 32, "B": "b" * 32, "SIAK_URL": "http://127.0.0.1:1", "SIAK_USER": "u", "SIAK_PASSWORD": "p"})


@dataclass
class Door:
    """Place 2: who is stated."""

    caller: Caller

    def recall_caller(self, request: Request, now_s: float) -> Caller:
        return self.caller

    def verify_caller(self, request: Request, now_s: float) -> object:
        raise AssertionError


Answers = Reply | Fault | None  # None = the process dies


@dataclass
class Stage:
    """A plan over one store; its clock, and what the provider was sent."""

    plan: Plan
    now_s: float = 1_780_000_000.0
    sent: list[CallUpstream] = field(default_factory=list)
    desk: Desk = field(default_factory=Desk)

    def __post_init__(self) -> None:
        self.stores = SqliteState(tell_time=lambda: self.now_s)

    def write(
        self, reply: Answers = FOUND, body: bytes = BODY, key: bytes | None = KEY.encode(), *, agency: str = "taspen", user: str = "ani",
        failing: tuple[int, ...] = (), repeated: bool = False,
    ) -> Response | None:  # fmt: skip
        """Send a write; `failing` are the deeds, counted from 0, at which the store fails."""
        headers = {b"content-type": b"application/json", b"jembatan-purpose": b"pension-payment"}
        headers |= {b"idempotency-key": key} if key is not None else {}
        request = Request("POST", "/population/v1/persons/lookup", "", headers, "peer", (b"idempotency-key",) * repeated, has_body=True)
        x = Exchange(request, "e" * 32, self.now_s, self.desk)
        flow = serve(self.plan, Door(Caller(agency, "jwt", user)), x)  # type: ignore[arg-type]
        answer: object = None
        deeds = 0
        try:
            while True:
                ask = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
                if isinstance(ask, ReadBody):
                    answer = body
                elif isinstance(ask, CallUpstream):
                    self.sent.append(ask)
                    if reply is None:
                        return None
                    answer = reply
                elif isinstance(ask, Consult):
                    answer = fault("STORE_UNAVAILABLE") if deeds in failing else self.consult(ask)
                    deeds += 1
        except StopIteration as done:
            response: Response = done.value
            return response

    def consult(self, ask: Consult[object]) -> object:
        """Do a deed; a refusal of the store's comes back as one."""
        try:
            return self.stores.consult(ask.deed)
        except Refused as refused:
            return refused.fault

    def say(self, *args: object, **named: object) -> tuple[int, str, str]:
        """Send a write; give status, code and origin."""
        response = self.write(*args, **named)  # type: ignore[arg-type]
        assert response is not None
        is_problem = response.status >= 400
        return response.status, problem(response)["code"] if is_problem else "", response.origin

    def names(self) -> list[bytes]:
        return [line.partition(b": ")[2] for call in self.sent for line in call.head.split(b"\r\n") if line.startswith(b"X-Kunci")]

    def counted(self, outcome: str) -> int:
        cell = next(s.offset for s in self.plan.layout.series if s.family == "jembatan_write_once_total" and s.labels[1] == outcome)
        return int(self.desk.counted.get(cell, 0))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Stage]:
    numbers = iter(range(9))
    return lambda **named: Stage(make_plan(tmp_path / f"f{next(numbers)}", **named))


@pytest.fixture
def stage(make: Callable[..., Stage]) -> Stage:
    return make()


DONE = (200, "", "provider")
AGAIN = (200, "", "cache")


def test_a_repeat_gets_the_first_answer_again_and_its_provider_is_not_asked(stage: Stage) -> None:
    first, second = stage.write(), stage.write(PROVIDER_DOWN)
    assert first is not None and second is not None
    assert (first.status, first.origin, orjson.loads(first.body)) == (200, "provider", ANSWER)
    assert (second.status, second.origin, second.body) == (200, "cache", first.body)
    assert second.headers == first.headers
    assert (len(stage.sent), stage.counted("kept"), stage.counted("replayed")) == (1, 1, 1)


PROVIDER_DOWN = fault("PROVIDER_UNREACHABLE")


def test_the_name_that_the_provider_gets_is_not_the_callers_key_and_the_store_has_neither_key_nor_answer(stage: Stage) -> None:
    stage.write()
    (name,) = stage.names()
    assert KEY.encode() not in name and len(name) == 36
    kept = stage.stores._db.execute("SELECT * FROM kept").fetchall()
    assert len(kept) == 1
    assert all(text not in repr(kept) for text in (KEY, "CONTOH", "3215011708910003"))


def test_what_was_kept_is_withheld_anew_by_the_grants_of_today(make: Callable[..., Stage]) -> None:
    stage, stricter = make(), make(masks="\n    masks: {nik: last4}")
    stage.write()
    stage.plan = stricter.plan
    repeat = stage.write()
    assert repeat is not None
    assert (repeat.origin, orjson.loads(repeat.body)) == ("cache", {"nik": "************0003", "name": "ASEP CONTOH"})


def test_a_key_stands_for_one_call_of_one_person_however_it_is_spelled(stage: Stage) -> None:
    assert stage.say() == DONE
    assert stage.say(body=b' {\n"nik":"3215011708910003" } ') == AGAIN
    assert stage.say(key=b'"%b"' % KEY.encode()) == AGAIN
    assert stage.say(body=b'{"nik": "3215014502930002"}') == (422, "IDEMPOTENCY_KEY_REUSED", "gateway")
    assert stage.say(user="budi") == (422, "IDEMPOTENCY_KEY_REUSED", "gateway")
    assert stage.say(key=b"another") == DONE
    assert (len(set(stage.names())), stage.counted("other")) == (2, 2)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "IDEMPOTENCY_KEY_MISSING"), (b"", "IDEMPOTENCY_KEY_INVALID"), (b"a b", "IDEMPOTENCY_KEY_INVALID"),
        (b'"', "IDEMPOTENCY_KEY_INVALID"), (b'""', "IDEMPOTENCY_KEY_INVALID"), (b'"a', "IDEMPOTENCY_KEY_INVALID"),
        (b'"a b"', "IDEMPOTENCY_KEY_INVALID"), (b'"a";p=1', "IDEMPOTENCY_KEY_INVALID"), (b'"a\\b"', "IDEMPOTENCY_KEY_INVALID"),
        (b"\xc3\xa9", "IDEMPOTENCY_KEY_INVALID"), (b"x" * 256, "IDEMPOTENCY_KEY_INVALID"),
        (b'"%b"' % (b'\\"' * 256), "IDEMPOTENCY_KEY_INVALID"),
    ],
)  # fmt: skip
def test_a_write_without_a_key_that_is_one_is_refused_before_anybody_is_asked(stage: Stage, key: bytes | None, code: str) -> None:
    assert stage.say(key=key) == (400, code, "gateway")
    assert stage.sent == []


@pytest.mark.parametrize("key", [b"!", b"x" * 255, b'"%b"' % (b"x" * 255), b'"%b"' % (b'\\"' * 255), b'a"b', b":YWI=:"])
def test_every_key_of_visible_ascii_is_one(stage: Stage, key: bytes) -> None:
    assert [stage.say(key=key), stage.say(key=key)] == [DONE, AGAIN]


def test_a_key_that_comes_twice_is_none(stage: Stage) -> None:
    assert stage.say(repeated=True) == (400, "IDEMPOTENCY_KEY_INVALID", "gateway")


def test_an_escaped_key_is_the_same_as_a_bare_one(stage: Stage) -> None:
    assert [stage.say(key=b'a"b\\c'), stage.say(key=b'"a\\"b\\\\c"')] == [DONE, AGAIN]


def test_while_one_runs_the_others_are_told_so_and_when_to_come_again(stage: Stage) -> None:
    assert stage.write(None) is None
    response = stage.write()
    assert response is not None
    assert (response.status, problem(response)["code"], problem(response)["retry"]) == (409, "WRITE_RUNNING", True)
    assert dict(response.headers)[b"retry-after"] == b"5"
    assert len(stage.sent) == 1


def test_what_a_process_left_that_died_is_sent_again_under_the_same_name_once_its_lease_has_ended(stage: Stage) -> None:
    stage.write(None)
    stage.now_s += 60
    assert [stage.say(), stage.say()] == [DONE, AGAIN]
    assert len(stage.names()) == 2 and len(set(stage.names())) == 1
    assert stage.counted("resent") == 1


SENT = sorted(set(CATALOGUE) - {"INTERNAL"})


@pytest.mark.parametrize("kind", SENT)
def test_what_surely_was_not_done_frees_its_key_and_what_nobody_knows_keeps_it(stage: Stage, kind: str) -> None:
    """Freed, it may stand for another call; unsure, it is sent again as the same call only."""
    is_free = not is_in_doubt(fault(kind))
    assert stage.say(fault(kind))[:2] == (CATALOGUE[kind].status, kind)
    assert (stage.counted("freed"), stage.counted("unsure")) == (is_free, not is_free)
    other = stage.say(body=b'{"nik": "3215014502930002"}')
    assert other == (DONE if is_free else (422, "IDEMPOTENCY_KEY_REUSED", "gateway"))
    if not is_free:
        assert stage.say() == DONE
        assert len(stage.names()) == 2 and len(set(stage.names())) == 1


def test_only_where_the_provider_said_no_or_was_never_reached_it_surely_did_nothing() -> None:
    for kind in ("PROVIDER_TIMEOUT", "PROVIDER_TRUNCATED", "PROVIDER_INVALID", "PROVIDER_PROTOCOL", "CALLER_GONE"):
        assert is_in_doubt(fault(kind))
    assert is_in_doubt(fault("PROVIDER_FAILED", reason="status 500"))


def test_a_caller_may_try_again_after_a_timeout_with_the_same_key(stage: Stage) -> None:
    response = stage.write(fault("PROVIDER_TIMEOUT"))
    assert response is not None and problem(response)["retry"] is True
    assert [stage.say(), stage.say()] == [DONE, AGAIN]


def test_a_repeat_in_doubt_that_was_not_sent_leaves_the_doubt(stage: Stage) -> None:
    stage.write(fault("PROVIDER_TIMEOUT"))
    assert stage.say(PROVIDER_DOWN)[1] == "PROVIDER_UNREACHABLE"
    assert stage.say(body=b'{"nik": "3215014502930002"}')[1] == "IDEMPOTENCY_KEY_REUSED"
    assert stage.say() == DONE


def test_a_provider_that_knows_no_repeat_is_never_asked_twice(make: Callable[..., Stage]) -> None:
    stage = make(repeats="none")
    response = stage.write(fault("PROVIDER_TIMEOUT"))
    assert response is not None and problem(response)["retry"] is False
    assert [stage.say(), stage.say()] == [(409, "WRITE_UNSURE", "provider")] * 2
    assert (len(stage.sent), stage.names()) == (1, [])
    assert [stage.say(key=b"new"), stage.say(key=b"new")] == [DONE, AGAIN]


def test_a_provider_may_have_the_key_as_a_string_in_quotes(make: Callable[..., Stage]) -> None:
    stage = make(repeats="{header: X-Kunci}")
    stage.write()
    (name,) = stage.names()
    assert (name[:1], name[-1:], len(name)) == (b'"', b'"', 38)


def test_without_the_store_nothing_is_written(stage: Stage) -> None:
    assert stage.say(failing=(0,)) == (503, "STORE_UNAVAILABLE", "gateway")
    assert stage.sent == []
    assert stage.say() == DONE


def test_what_was_done_and_could_not_be_kept_is_answered_and_a_repeat_is_sent_under_the_same_name(stage: Stage) -> None:
    assert stage.say(failing=(1,)) == DONE
    assert stage.counted("unkept") == 1
    stage.now_s += 60
    assert stage.say() == DONE
    assert len(stage.names()) == 2 and len(set(stage.names())) == 1


def test_what_failed_and_could_not_be_noted_is_told_as_it_is(stage: Stage) -> None:
    assert stage.say(fault("PROVIDER_TIMEOUT"), failing=(1,))[1] == "PROVIDER_TIMEOUT"
    assert stage.say()[1] == "WRITE_RUNNING"


def test_what_is_kept_ends_with_its_time(stage: Stage) -> None:
    stage.write()
    stage.now_s += 86_399
    assert stage.say() == AGAIN
    stage.now_s += 1
    assert stage.say() == DONE


def test_a_caller_has_so_many_keys_and_no_more(make: Callable[..., Stage]) -> None:
    stage = make(kept=2)
    assert [stage.say(key=key) for key in (b"a", b"b")] == [DONE, DONE]
    response = stage.write(key=b"c")
    assert response is not None
    assert (response.status, problem(response)["code"]) == (429, "IDEMPOTENCY_KEYS_SPENT")
    assert stage.say(key=b"a") == AGAIN
    assert stage.counted("full") == 1


def test_an_answer_that_breaks_its_schema_may_have_been_done(stage: Stage) -> None:
    broken = Reply(200, {b"content-type": b"application/json"}, b'{"status": "00", "data": {"NIK": 1}}')
    assert stage.say(broken)[1] == "PROVIDER_INVALID"
    assert stage.counted("unsure") == 1


def test_a_store_sealed_with_another_key_gives_nothing_away(stage: Stage) -> None:
    stage.write()
    stage.stores._db.execute("UPDATE kept SET answer = zeroblob(64)")
    assert stage.say() == (503, "STORE_UNAVAILABLE", "gateway")
    assert len(stage.sent) == 1
