"""The list of the decisions that wait, as conversations. All data are synthetic."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.rehearsal import Told, run_flow
from gateway.journey import waiting
from gateway.plan.load import load_plan

from .test_writing import DAY_S
from .writing_lab import CALL, FOLDER, START_S, Lab, document, journey_of, open_lab

LIST = "/lab/v1/promotions/decisions"


@pytest.fixture
def lab() -> Lab:
    return open_lab()


def begin(lab: Lab, *keys: str, user: str = "budi") -> list[str]:
    """Begin journeys a second apart; give their ids."""
    ids = []
    for key in keys:
        lab.now_s += 1.0
        ids.append(journey_of(lab.begin(key, user=user)))
    return ids


def ask(lab: Lab, query: str = "", agency: str = "bkn", user: str = "citra", **headers: str) -> dict[str, Any]:
    return document(lab.call("GET", LIST + query, None, agency, user, **headers))


def ids_of(page: dict[str, Any]) -> list[str]:
    return [each["journey"] for each in page["items"]]


def test_what_waits_is_listed_with_where_it_is_decided_and_until_when(lab: Lab) -> None:
    (id,) = begin(lab, "k-1")
    assert ask(lab) == {
        "items": [
            {
                "journey": id,
                "decision": f"/lab/v1/promotions/{id}/decision",
                "since": "2033-05-18T03:33:21.000Z",
                "until": "2033-06-01T03:33:21.000Z",
                "file": {"seat": "seat-0"},
            }
        ]
    }


def test_of_a_file_the_list_shows_what_the_grants_on_the_decision_reveal(lab: Lab) -> None:
    begin(lab, "k-1")
    assert ask(lab, agency="bkn")["items"][0]["file"] == {"seat": "seat-0"}
    assert ask(lab, agency="office", user="dewi")["items"][0]["file"] == {"name": "ASEP CONTOH", "seat": "seat-0"}


def test_only_whom_the_decision_is_granted_for_this_purpose_may_ask(lab: Lab) -> None:
    begin(lab, "k-1")
    assert ask(lab, agency="elsewhere")["code"] == "ACCESS_DENIED"
    assert ask(lab, jembatan_purpose="pension")["code"] == "PURPOSE_DENIED"


def test_what_a_caller_may_not_decide_does_not_wait_for_it(lab: Lab) -> None:
    (own,) = begin(lab, "k-1")
    (others,) = begin(lab, "k-2", user="eka")
    assert ids_of(ask(lab, agency="office", user="budi")) == [others]
    assert ids_of(ask(lab, agency="office", user="eka")) == [own]
    assert ids_of(ask(lab, agency="office", user="")) == [], "who is nobody is not somebody else"


def test_what_was_decided_is_overdue_was_cancelled_or_has_ended_is_not_in_the_list(lab: Lab) -> None:
    late, decided, refused, cancelled, left = begin(lab, *"abcde")
    assert ids_of(ask(lab)) == [late, decided, refused, cancelled, left]
    lab.decide(decided)
    lab.decide(refused, "refused")
    assert lab.add(cancelled, "cancelled")
    lab.now_s = START_S + 1.0 + 14 * DAY_S  # before any run has seen that the first one is late
    assert document(lab.decide(late))["code"] == "DECISION_CLOSED"
    assert ids_of(ask(lab)) == [left]
    lab.run_due()
    assert ids_of(ask(lab)) == [left]


def test_a_page_goes_on_where_the_last_one_ended_whatever_was_decided_meanwhile(lab: Lab) -> None:
    ids = begin(lab, *"abcdef")
    first = ask(lab, "?size=2")
    assert ids_of(first) == ids[:2]
    lab.decide(ids[1])
    lab.decide(ids[2])
    (fresh,) = begin(lab, "g")
    second = ask(lab, f"?size=2&after={first['next']}")
    assert ids_of(second) == ids[3:5]
    last = ask(lab, f"?size=2&after={second['next']}")
    assert (ids_of(last), "next" in last) == ([ids[5], fresh], False)


def test_a_cursor_is_its_callers_alone_and_for_a_while(lab: Lab) -> None:
    begin(lab, "a", "b", "c")
    cursor = ask(lab, "?size=1")["next"]
    assert ids_of(ask(lab, f"?size=1&after={cursor}"))
    assert ask(lab, f"?after={cursor}", user="dian")["code"] == "CURSOR_INVALID"
    assert ask(lab, f"?after={cursor}", agency="office", user="citra")["code"] == "CURSOR_INVALID"
    assert ask(lab, "?after=x")["code"] == "CURSOR_INVALID"
    lab.now_s += 3601.0
    assert ask(lab, f"?after={cursor}")["code"] == "CURSOR_EXPIRED"


def test_where_few_may_be_decided_a_page_is_short_and_says_where_it_goes_on(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_LOOKED_MAX", 2)
    begin(lab, "a", "b", "c", "d")
    (others,) = begin(lab, "e", user="eka")
    found, pages, after = [], 0, ""
    while pages == 0 or after:
        page = ask(lab, "?size=1" + (f"&after={after}" if after else ""), agency="office", user="budi")
        found += ids_of(page)
        after, pages = page.get("next", ""), pages + 1
    assert (found, pages) == ([others], 3)


def test_what_another_key_has_sealed_is_left_out_and_the_rest_is_listed(lab: Lab) -> None:
    (id,) = begin(lab, "a")
    copied = "'other', operation, agency, user, purpose, digest, x'00', begun_s, due_s, state, wake_s, lease_s, fence, ended_s, key"
    lab.stores._db.execute(f"INSERT INTO journeys SELECT {copied} FROM journeys")
    lab.stores._db.execute("INSERT INTO journey_events VALUES ('other', 1, ?, 'waiting', 'decision', 0, '', x'')", (START_S,))
    assert ids_of(ask(lab)) == [id]


@dataclass(slots=True)
class Counting(Told):
    """Ports that count."""

    counted: Counter[int] = field(default_factory=Counter)

    def count(self, cell: int, by: float = 1.0) -> None:
        self.counted[cell] += int(by)


def test_how_many_wait_is_a_gauge(lab: Lab) -> None:
    ids = begin(lab, "a", "b")
    ports, cell = Counting(), lab.plan.layout.add_series("jembatan_decisions_waiting", "lab.promotion", "decision")
    assert lab.plan.make_runner is not None
    runner = lab.plan.make_runner(ports, lambda: False, True)
    for left, id in ((2, ids[0]), (1, ids[1]), (0, "")):
        run_flow(runner.sweep(), lab.office.provide, lab.stores)
        assert ports.counted[cell] == left
        if id:
            lab.decide(id)


def open_changed(place: Path, *changes: tuple[str, str]) -> Lab:
    """Open the lab with its journey changed."""
    shutil.copytree(FOLDER, place, dirs_exist_ok=True)
    path = place / "routes" / "journey.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    lab = open_lab()
    lab.plan = load_plan([place], {})
    return lab


def test_where_nothing_is_said_of_the_file_the_list_shows_none_of_it(tmp_path: Path) -> None:
    lab = open_changed(tmp_path, ("      list: [name, seat]\n", ""))
    begin(lab, "a")
    assert ask(lab)["items"][0].keys() == {"journey", "decision", "since", "until"}


def test_a_condition_may_ask_what_the_steps_gave(tmp_path: Path) -> None:
    for unit, count in (("U-1", 1), ("U-2", 0)):
        condition = ("caller.user != journey.caller.user", f'steps.officer.unit == "{unit}"')
        lab = open_changed(tmp_path / unit, ("      list: [name, seat]\n", ""), condition)
        begin(lab, "a")
        assert len(ask(lab)["items"]) == count


def test_where_a_decision_is_taken_is_told_with_the_journeys_own_parameters(tmp_path: Path) -> None:
    changes = (
        ("path: /lab/v1/promotions, ", "path: '/lab/v1/of/{region}/promotions', params: {region: string}, "),
        ("path: /lab/v1/promotions/{journey}", "path: /lab/v1/of/{region}/promotions/{journey}"),
    )
    lab = open_changed(tmp_path, *changes)
    id = journey_of(lab.call("POST", "/lab/v1/of/32%2F15/promotions", CALL, idempotency_key="a"))
    assert ask(lab)["items"][0]["decision"] == f"/lab/v1/of/32%2F15/promotions/{id}/decision"
