"""Providers asked together: one that is slow, lies or fails costs its own part and never the others', and what is missing is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli.rehearsal import Rehearsed, StatedCaller, rehearse
from gateway.journey.gather import GatherDocument
from gateway.journey.merge import Field, Node
from gateway.journey.together import Circle, GatherCells, Member
from gateway.plan.load import load_plan
from gateway.values.asks import CallUpstream
from gateway.values.faults import CATALOGUE, Fault, Refused, fault
from gateway.values.model import Reply, Request, Upstream
from gateway.values.route import Exchange, Plan, Provider

from .play import Desk
from .side_by_side import Stage

GOLDEN = Path(__file__).parents[1] / "golden"
NIK = "3215011708910003"
FAULTS = ["PROVIDER_TIMEOUT", "PROVIDER_UNREACHABLE", "PROVIDER_TRUNCATED", "PROVIDER_PROTOCOL", "PROVIDER_TOO_LARGE", "OVERLOADED"]
PEOPLE = ({"n": 1, "name": "A"}, {"n": 1, "name": "B", "at": 1}, {"n": 1, "name": "C", "at": 2, "home": "c"})
CELLS = GatherCells(complete=11, partial=12, failed=13, merged=14)


def make_member(number: int, *, required: bool = False) -> Member:
    upstream = Upstream(f"u{number}", number, "", 0)

    def set_call(x: Exchange) -> None:
        x.call = CallUpstream(upstream, "read", b"GET", b"/%d" % number, b"", None)

    def judge(x: Exchange) -> None:
        assert x.reply is not None
        x.answer = orjson.loads(x.reply.body)

    cells = {outcome: 100 * (number + 1) + place for place, outcome in enumerate(("answered", "absent", "failed", "unneeded"))}
    return Member(Provider(upstream, (set_call,), (judge,)), number, f"agency-{number}", cells, is_required=required)


def make_gather(members: list[Member] | None = None, *, first: bool = False, **terms: Any) -> GatherDocument:
    asked = members or [make_member(number) for number in range(3)]
    circle = Circle(lambda x: asked, terms.pop("width", 3), 1.0, CELLS, same=((("n",), lambda x: 1),), **terms)
    merge = Node({"at": Field("at", (0, 1, 2), lambda document: document.get("at", 0))}, (0, 1, 2))
    return GatherDocument(circle, merge, None, ("missing",), first)


def begin(prefer: str = "") -> Exchange:
    return Exchange(Request("POST", "/", "", {b"prefer": prefer.encode()} if prefer else {}, "peer"), "e" * 32, 1000.0, Desk())


Say = Callable[[int], "Reply | Fault"]


def tell(number: int) -> Reply | Fault:
    return Reply(200, {}, orjson.dumps(PEOPLE[number]))


def play(gather: GatherDocument, say: Say = tell, x: Exchange | None = None, **stage: Any) -> tuple[Exchange, Stage]:
    x = x or begin()
    played = Stage(lambda call: say(int(call.target[1:])), **stage)
    played.run(gather(x))
    return x, played


def counted(x: Exchange) -> dict[int, float]:
    found: dict[int, float] = x.ports.counted  # type: ignore[attr-defined]
    return found


def test_all_are_asked_and_each_field_is_whose_it_is() -> None:
    x, stage = play(make_gather())
    assert x.answer == {"n": 1, "name": "A", "at": 2, "home": "c"}
    assert (stage.widest, len(stage.calls)) == (3, 3)
    assert counted(x) == {100: 1, 200: 1, 300: 1, 11: 1, 14: 1}


@pytest.mark.parametrize("order", [(0, 0, 0), (2, 1, 0), (1, 1, 0)])
def test_the_order_of_answers_decides_nothing(order: tuple[int, ...]) -> None:
    turns = iter(order)
    x, _ = play(make_gather(), choose=lambda count: min(next(turns), count - 1))
    assert x.answer == {"n": 1, "name": "A", "at": 2, "home": "c"}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("victim", [0, 1, 2])
@pytest.mark.parametrize("width", [1, 3])
def test_every_fault_at_every_provider_costs_its_part_alone_and_is_said(kind: str, victim: int, width: int) -> None:
    x, _ = play(make_gather(width=width), lambda number: fault(kind) if number == victim else tell(number))
    left = [number for number in range(3) if number != victim]
    whole = {name: value for number in reversed(left) for name, value in PEOPLE[number].items()}
    newest = max(PEOPLE[number].get("at", 0) for number in left)
    row = CATALOGUE[kind]
    assert x.answer.pop("missing") == [{"agency": f"agency-{victim}", "code": kind, "status": row.status, "retry": row.retry}]
    assert x.answer == {**whole, "at": newest}
    assert (counted(x)[12], counted(x)[100 * (victim + 1) + 2]) == (1, 1)


@pytest.mark.parametrize("victim", [0, 1, 2])
def test_one_that_lies_gives_nothing(victim: int) -> None:
    x, _ = play(make_gather(), lambda number: Reply(200, {}, b'{"n":2,"name":"LIE","at":9}') if number == victim else tell(number))
    assert x.answer["name"] != "LIE"
    assert [part["code"] for part in x.answer["missing"]] == ["PROVIDER_INVALID"]


def test_a_defect_of_ours_in_one_part_is_that_parts_too() -> None:
    members = [make_member(number) for number in range(3)]

    def break_down(x: Exchange) -> None:
        raise Refused(fault("INTERNAL"))

    members[1] = replace(members[1], provider=replace(members[1].provider, judge=(break_down,)))
    x, _ = play(make_gather(members))
    assert [part["code"] for part in x.answer["missing"]] == ["INTERNAL"]


def test_one_that_knows_nothing_has_answered_and_is_not_missing() -> None:
    x, _ = play(make_gather(), lambda number: fault("SUBJECT_NOT_FOUND") if number == 0 else tell(number))
    assert x.answer == {"n": 1, "name": "B", "at": 2, "home": "c"}
    assert counted(x)[101] == 1


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        (("SUBJECT_NOT_FOUND",) * 3, "SUBJECT_NOT_FOUND"),
        (("SUBJECT_NOT_FOUND", "PROVIDER_BUSY", "SUBJECT_NOT_FOUND"), "PROVIDER_BUSY"),
        (("PROVIDER_TIMEOUT", "PROVIDER_BUSY", "PROVIDER_INVALID"), "PROVIDER_TIMEOUT"),
    ],
)
def test_where_nothing_came_it_is_said_that_nobody_knows_only_where_all_have_said_so(ends: tuple[str, ...], code: str) -> None:
    x = begin()
    with pytest.raises(Refused) as refused:
        play(make_gather(), lambda number: fault(ends[number]), x)
    assert refused.value.fault.kind.name == code
    assert counted(x)[13] == 1


@pytest.mark.parametrize("kind", ["PROVIDER_BUSY", "SUBJECT_NOT_FOUND"])
def test_without_a_required_one_there_is_no_answer(kind: str) -> None:
    members = [make_member(number, required=number == 1) for number in range(3)]
    with pytest.raises(Refused) as refused:
        play(make_gather(members), lambda number: fault(kind) if number == 1 else tell(number))
    assert refused.value.fault.kind.name == kind


def test_fewer_than_needed_are_too_few() -> None:
    with pytest.raises(Refused) as refused:
        play(make_gather(least=2), lambda number: fault("PROVIDER_BUSY") if number else tell(number))
    assert refused.value.fault.kind.name == "TOO_FEW_ANSWERS"


def test_a_quorum_is_enough_and_the_rest_is_not_waited_for() -> None:
    x, stage = play(make_gather(quorum=2, least=2), choose=lambda count: count - 1)
    assert x.answer == {"n": 1, "name": "B", "at": 2, "home": "c"}
    assert counted(x) == {103: 1, 200: 1, 300: 1, 11: 1, 14: 1}
    assert len(stage.calls) == 2


def test_the_first_good_one_is_the_answer_and_those_that_failed_before_it_are_not_missing() -> None:
    ends: dict[int, str] = {0: "PROVIDER_BUSY", 1: "SUBJECT_NOT_FOUND"}
    x, _ = play(make_gather(first=True), lambda number: fault(ends[number]) if number in ends else tell(number))
    assert x.answer == PEOPLE[2]
    assert (counted(x)[11], x.gathered and x.gathered.missing) == (1, [])


def test_where_the_first_good_one_never_comes_a_failure_is_told_before_that_nobody_knows() -> None:
    for ends, code in ((("SUBJECT_NOT_FOUND", "PROVIDER_BUSY"), "PROVIDER_BUSY"), (("SUBJECT_NOT_FOUND",) * 2, "SUBJECT_NOT_FOUND")):
        with pytest.raises(Refused) as refused:
            play(make_gather([make_member(0), make_member(1)], first=True), lambda number, ends=ends: fault(ends[number]))  # type: ignore[misc]
        assert refused.value.fault.kind.name == code


def test_where_time_is_over_what_came_is_the_answer_and_whoever_was_not_reached_is_late() -> None:
    x, stage = play(make_gather(width=1), ends=1)
    assert {name: x.answer[name] for name in ("n", "name")} == {"n": 1, "name": "A"}
    assert [(part["agency"], part["code"]) for part in x.answer["missing"]] == [
        ("agency-1", "PROVIDER_TIMEOUT"), ("agency-2", "PROVIDER_TIMEOUT"),
    ]  # fmt: skip
    assert len(stage.calls) == 1


def test_the_header_says_of_each_agency_how_many_parts_came_and_the_member_where_each_field_is_from() -> None:
    x, _ = play(make_gather(), lambda number: fault("PROVIDER_BUSY") if number == 1 else tell(number), begin("wait=5, Provenance"))
    headers = dict(x.out_headers)
    assert (
        headers[b"jembatan-provenance"] == b'"agency-0"; parts=1; at=@1000, "agency-2"; parts=1; at=@1000, "agency-1"; parts=0; missing=1'
    )
    assert headers[b"preference-applied"] == b"provenance"
    assert x.gathered is not None
    assert x.gathered.sources == [
        {"agency": "agency-0", "at": "1970-01-01T00:16:40Z", "fields": ["n", "name"]},
        {"agency": "agency-2", "at": "1970-01-01T00:16:40Z", "fields": ["at", "home"]},
    ]


# -- the same by YAML: what is written is what is asked


STEPS = """answer: summary@1
effect: read
acts: {purpose: pension-payment}
steps:
  all: {call: population.resident.gather, body: {nik: body.nik}}
  read: {call: population.reading.find, body: {regency: {const: "3215"}}}
fields: {nik: body.nik, name: steps.all.name, readings: steps.read.items}
"""
JOURNEYS = {
    "routes/journeys.yaml": f"""journey: population.resident.sum
title: {{id: Ringkasan, en: Summary}}
call: {{method: POST, path: /population/v1/residents/sum, body: person-key@1}}
mode: partial
problems: missing
{STEPS}---
journey: population.resident.whole
title: {{id: Ringkasan utuh, en: Whole summary}}
call: {{method: POST, path: /population/v1/residents/whole, body: person-key@1}}
{STEPS}""",
    "schemas/journeys.yaml": """schema: summary@1
version: 1.0.0
type: object
required: [nik]
properties:
  nik: {type: string, format: nik, x-class: personal}
  name: {type: string, x-class: personal}
  readings: {type: array, items: {type: object, properties: {number: {type: string, x-class: public}}}}
  missing: {type: array, x-class: public, items: {type: object, properties: {step: {type: string}, code: {type: string}}}}
""",
    "policies/journeys.yaml": """policy: sums
title: {id: Ringkasan, en: Summaries}
operations: [population.resident.sum, population.resident.whole]
classes: [public, personal]
grants:
  - {callers: [taspen], purposes: [pension-payment], reveals: all}
---
policy: for-sums
title: {id: Untuk ringkasan, en: For summaries}
operations: [population.resident.gather]
classes: [public, personal]
grants:
  - {callers: [{journey: population.resident.sum}, {journey: population.resident.whole}], purposes: [pension-payment], reveals: [name]}
---
policy: for-sums-readings
title: {id: Untuk ringkasan, en: For summaries}
operations: [population.reading.find]
classes: [public]
grants:
  - callers: [{journey: population.resident.sum}, {journey: population.resident.whole}]
    purposes: [pension-payment]
    reveals: all
    masks: {number: last4}
""",
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("gather") / "lab"
    shutil.copytree(GOLDEN / "base", folder)
    shutil.copytree(GOLDEN / "gather", folder, dirs_exist_ok=True)
    for name, text in JOURNEYS.items():
        (folder / name).write_text(text)
    readings = folder / "routes" / "readings.csv"
    head, *rows = readings.read_text().splitlines()
    readings.write_text("\n".join([head, *reversed(rows)]))  # the order of a file says nothing
    base = folder / "routes" / "base.yaml"
    base.write_text(base.read_text().replace("gateway: base\n", 'gateway: base\ncursors: {key: "${env:CURSOR_KEY}"}\n'))
    names = ("SIAK_URL", "TASPEN_URL", "READER_URL")
    environment = dict.fromkeys(names, "http://127.0.0.1:1") | {"CURSOR_KEY": "k" * 40}
    return load_plan([folder], environment | dict.fromkeys(("SIAK_USER", "SIAK_PASSWORD", "TASPEN_TOKEN", "READER_TOKEN"), "x"))


def call(plan: Plan, path: str, body: dict[str, Any], say: Callable[[CallUpstream], Any], query: str = "", **headers: str) -> Rehearsed:
    named = {name.encode(): value.encode() for name, value in headers.items()}
    named |= {b"jembatan-purpose": b"pension-payment", b"content-type": b"application/json"}

    def provide(ask: CallUpstream) -> Reply | Fault:
        said = say(ask)
        return said if isinstance(said, Fault) else Reply(200, {b"content-type": b"application/json"}, orjson.dumps(said))

    request = Request("POST", "/population/v1" + path, query, named, "peer", has_body=True)
    ended = rehearse(plan, StatedCaller("taspen"), request, orjson.dumps(body), provide, 1_780_000_000.0)
    assert ended.defects == []
    return ended


def say_person(name: str, home: dict[str, str] | None = None) -> dict[str, Any]:
    return {"nik": NIK, "name": name, **({"address": home} if home else {})}


def test_the_system_of_record_names_and_the_newest_address_holds(plan: Plan) -> None:
    homes = {"dukcapil.siak": {"street": "OLD", "since": "2001-01-01"}, "taspen.core": {"street": "NEW", "since": "2026-01-01"}}

    def say(ask: CallUpstream) -> Any:
        said = say_person(ask.upstream.id, homes[ask.upstream.id])
        return {"status": "00", "data": said} if ask.upstream.id == "dukcapil.siak" else said

    ended = call(plan, "/residents/gather", {"nik": NIK}, say, prefer="provenance")
    got = orjson.loads(ended.response.body)
    assert [part["agency"] for part in got.pop("_provenance")] == ["dukcapil", "taspen"]
    assert got == {"nik": NIK, "name": "dukcapil.siak", "address": homes["taspen.core"]}


@pytest.mark.parametrize("since", ["2199-01-01", "2026-05-31", "2026-02-30", ""])
def test_a_date_that_has_not_come_or_is_none_is_not_the_newest(plan: Plan, since: str) -> None:
    """The call is made on 29 May 2026; a schema with `format: date` lets no other through, and the part is missing then."""
    homes = {"dukcapil.siak": {"street": "HERE", "since": "2001-01-01"}, "taspen.core": {"street": "AHEAD", "since": since}}

    def say(ask: CallUpstream) -> Any:
        said = say_person("A", homes[ask.upstream.id])
        return {"status": "00", "data": said} if ask.upstream.id == "dukcapil.siak" else said

    got = orjson.loads(call(plan, "/residents/gather", {"nik": NIK}, say).response.body)
    assert got["address"] == homes["dukcapil.siak"]
    assert [part["code"] for part in got.get("missing", ())] == ([] if since in ("2199-01-01", "2026-05-31") else ["PROVIDER_INVALID"])


def test_a_date_of_tomorrow_is_a_date(plan: Plan) -> None:
    homes = {"dukcapil.siak": {"street": "HERE", "since": "2001-01-01"}, "taspen.core": {"street": "NEW", "since": "2026-05-30"}}

    def say(ask: CallUpstream) -> Any:
        said = say_person("A", homes[ask.upstream.id])
        return {"status": "00", "data": said} if ask.upstream.id == "dukcapil.siak" else said

    assert orjson.loads(call(plan, "/residents/gather", {"nik": NIK}, say).response.body)["address"] == homes["taspen.core"]


def test_what_is_missing_is_told_whatever_the_grants_reveal(plan: Plan) -> None:
    def say(ask: CallUpstream) -> Any:
        return {"status": "00", "data": say_person("A")} if ask.upstream.id == "dukcapil.siak" else fault("PROVIDER_UNREACHABLE")

    ended = call(plan, "/residents/gather", {"nik": NIK}, say)
    assert orjson.loads(ended.response.body) == {
        "nik": NIK, "name": "A", "missing": [{"agency": "taspen", "code": "PROVIDER_UNREACHABLE", "status": 502, "retry": True}],
    }  # fmt: skip


def test_rows_that_hold_are_asked_and_a_row_that_tells_anothers_elements_gives_nothing(plan: Plan) -> None:
    def say(ask: CallUpstream) -> Any:
        code = ask.target.decode().split("/")[1].upper()
        return [{"centre": "A1", "number": f"{code}-1"}, {"centre": "A1", "number": f"{code}-2"}]

    ended = call(plan, "/readings/find", {"regency": "3215"}, say)
    got = orjson.loads(ended.response.body)
    assert sorted(ask.target.decode() for ask in ended.calls) == ["/a1/read", "/a3/read"]  # a2's validity has ended
    assert [item["number"] for item in got["items"]] == ["A1-1", "A1-2"]
    assert [(part["row"], part["code"]) for part in got["missing"]] == [("A3", "PROVIDER_INVALID")]
    assert "next" not in got


def test_a_cursor_is_the_callers_and_the_calls_own(plan: Plan) -> None:
    def say(ask: CallUpstream) -> Any:
        code = ask.target.decode().split("/")[1].upper()
        return [{"centre": code, "number": f"{code}-{place}"} for place in range(3)]

    first = orjson.loads(call(plan, "/readings/find", {"regency": "3215"}, say, "size=2").response.body)
    assert [item["number"] for item in first["items"]] == ["A1-0", "A1-1"]
    second = orjson.loads(call(plan, "/readings/find", {"regency": "3215"}, say, f"size=2&after={first['next']}").response.body)
    assert [item["number"] for item in second["items"]] == ["A1-2", "A3-0"]
    other = call(plan, "/readings/find", {"regency": "3273"}, say, f"size=2&after={first['next']}")
    assert orjson.loads(other.response.body)["code"] == "CURSOR_INVALID"


def test_a_value_that_means_no_row_is_refused_before_anybody_is_asked(plan: Plan) -> None:
    ended = call(plan, "/readings/find", {"regency": "0000"}, lambda ask: [])
    got = orjson.loads(ended.response.body)
    assert (ended.response.status, got["code"], got["errors"][0]["pointer"]) == (422, "NO_PROVIDER", "/regency")
    assert ended.calls == []


def say_without_taspen(ask: CallUpstream) -> Any:
    if ask.upstream.id == "reader":
        code = ask.target.decode().split("/")[1].upper()
        return [{"centre": code, "number": f"{code}-12345"}]
    return {"status": "00", "data": say_person("A")} if ask.upstream.id == "dukcapil.siak" else fault("PROVIDER_UNREACHABLE")


def test_what_is_missing_of_a_step_is_missing_of_the_journey_and_a_list_is_withheld_by_element(plan: Plan) -> None:
    ended = call(plan, "/residents/sum", {"nik": NIK}, say_without_taspen)
    assert orjson.loads(ended.response.body) == {
        "nik": NIK,
        "name": "A",
        "readings": [{"centre": "A1", "number": "****2345"}, {"centre": "A3", "number": "****2345"}],
        "missing": [{"step": "all", "code": "PROVIDER_UNREACHABLE", "status": 502, "retry": True}],
    }


def test_a_journey_that_may_miss_nothing_fails_where_a_step_lacks_a_part(plan: Plan) -> None:
    ended = call(plan, "/residents/whole", {"nik": NIK}, say_without_taspen)
    assert (ended.response.status, orjson.loads(ended.response.body)["code"]) == (502, "TOO_FEW_ANSWERS")
