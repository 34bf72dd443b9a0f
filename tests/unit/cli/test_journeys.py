"""The commands over journeys that write: what an operator sees, and an operator's word. All data are synthetic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.values.faults import fault
from tests.playbook.writing_lab import CALL, FOLDER, Lab, journey_of, open_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return open_lab(path=tmp_path / "state.db")


def run(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["journey", *words, str(FOLDER), "--state", str(tmp_path)])
    return code, capsys.readouterr().out


def test_what_has_not_ended_is_listed_and_what_is_stuck_apart(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = journey_of(lab.begin("one"))
    lab.office.after = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    stuck = journey_of(lab.begin("two"))
    lab.wait(1.0)
    lab.wait(2.0)
    listed = json.loads(run(lab, tmp_path, capsys, "ls", "--format", "json")[1])
    assert {row["journey"]: row["state"] for row in listed} == {waiting: "waiting", stuck: "failed"}
    assert [row["journey"] for row in json.loads(run(lab, tmp_path, capsys, "ls", "--stuck", "--format", "json")[1])] == [stuck]
    assert json.loads(run(lab, tmp_path, capsys, "ls", "--state-is", "complete", "--format", "json")[1]) == []


def test_of_what_is_stuck_the_step_the_code_and_the_way_are_listed_and_nothing_that_is_sealed(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = journey_of(lab.begin("one"))
    lab.office.after = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    forward = journey_of(lab.begin("two"))
    lab.wait(1.0)
    lab.wait(2.0)
    lab.office.after = lambda path, body, key: fault("PROVIDER_UNREACHABLE") if path == "/seat/free" else None
    assert run(lab, tmp_path, capsys, "cancel", waiting)[0] == 0
    for wait_s in (1.0, 2.0, 4.0):
        lab.wait(wait_s)
    rows = {row["journey"]: row for row in json.loads(run(lab, tmp_path, capsys, "ls", "--stuck", "--format", "json")[1])}
    assert {id: (row["step"], row["way"], row["problem"]) for id, row in rows.items()} == {
        forward: ("seat", "forward", "PROVIDER_TIMEOUT"),
        waiting: ("seat", "back", "PROVIDER_UNREACHABLE"),
    }
    assert all(row["begun"] < row["since"] for row in rows.values())
    text = run(lab, tmp_path, capsys, "ls", "--stuck")[1]
    assert {tuple(line.split()[-3:]) for line in text.splitlines()[1:]} == {
        ("seat", "back", "PROVIDER_UNREACHABLE"),
        ("seat", "forward", "PROVIDER_TIMEOUT"),
    }
    assert not any(word in text for word in ("ASEP", CALL["nip"], "seat-0"))


def test_an_operator_sees_every_event_and_nothing_that_is_sealed(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = journey_of(lab.begin())
    code, text = run(lab, tmp_path, capsys, "show", id)
    assert code == 0
    assert [line.split()[1] for line in text.splitlines()[3:]] == ["done", "started", "done", "waiting"]
    assert not any(word in text for word in ("ASEP", CALL["nip"], "seat-0"))


def test_a_journey_is_cancelled_by_a_word_with_a_name_to_it(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = journey_of(lab.begin())
    assert run(lab, tmp_path, capsys, "cancel", id, "--by", "operator-7")[0] == 0
    lab.run_due()
    assert lab.look(id)["state"] == "cancelled"
    assert "operator-7" in run(lab, tmp_path, capsys, "show", id)[1]
    assert run(lab, tmp_path, capsys, "cancel", id) == (1, f"{id}: it is cancelled\n")


def test_a_stuck_write_is_settled_by_who_has_looked_at_the_provider(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    id = journey_of(lab.begin())
    lab.wait(1.0)
    lab.wait(2.0)
    assert run(lab, tmp_path, capsys, "cancel", id, "--not-done", "seat")[0] == 0
    lab.run_due()
    assert lab.look(id)["state"] == "cancelled"
    assert lab.office.effects == {}


def test_an_undo_that_was_done_by_hand_is_not_sent(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab.office.before = lambda path, body, key: 422 if path == "/seat/free" else None
    id = journey_of(lab.begin())
    lab.add(id, "cancelled")
    lab.run_due()
    assert lab.look(id)["state"] == "failed"
    assert run(lab, tmp_path, capsys, "retry", id, "--undone", "seat")[0] == 0
    lab.run_due()
    assert lab.look(id)["state"] == "cancelled"
    assert lab.office.asked.count("/seat/free") == 1


def test_once_the_final_write_has_begun_nothing_is_cancelled(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab.office.after = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/salary/change" else None
    id = journey_of(lab.begin())
    lab.decide(id)
    code, text = run(lab, tmp_path, capsys, "cancel", id)
    assert code == 1 and "salary" in text


@pytest.mark.parametrize("words", [("show", "nobody"), ("cancel", "nobody")])
def test_what_is_not_there_is_said(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    lab.begin()
    assert main(["journey", *words, str(FOLDER), "--state", str(tmp_path)]) == 3
    assert "there is no journey nobody" in capsys.readouterr().err
    assert main(["journey", "ls", str(FOLDER), "--state", str(tmp_path / "elsewhere")]) == 3


def test_the_list_of_operations_says_whom_a_journey_calls_and_what_belongs_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", str(FOLDER), "--format", "json"]) == 0
    rows = {row["operation"]: (row["method"], row["upstream"]) for row in json.loads(capsys.readouterr().out)}
    assert rows["lab.promotion"] == ("POST", "lab.main")
    own = {name: rows[f"lab.promotion.{name}"] for name in ("state", "decision", "decision.file")}
    assert own == {
        "state": ("GET", "- (of lab.promotion)"),
        "decision": ("POST", "- (of lab.promotion)"),
        "decision.file": ("GET", "- (of lab.promotion)"),
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("retry", "--not-done", "nowhere"), "nowhere is no write that was begun"),
        (("retry", "--not-done", "officer"), "officer is no write that was begun"),
        (("cancel", "--undone", "decree"), "decree is no write that was begun"),
        (("cancel", "--undone", "seat/1"), "seat/1 is no write that was begun"),
        (("cancel", "--not-done", "seat"), "seat is done, as its provider said"),
        (("retry", "--undone", "seat"), "seat is still wanted: only what is taken back may be undone by hand, so cancel"),
    ],
)
def test_what_an_operator_says_of_a_write_must_be_possible(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str, str], said: str
) -> None:
    id = journey_of(lab.begin())
    before = run(lab, tmp_path, capsys, "show", id)
    assert run(lab, tmp_path, capsys, words[0], id, *words[1:]) == (1, f"{id}: {said}\n")
    assert run(lab, tmp_path, capsys, "show", id) == before


def test_a_write_of_which_nobody_knows_is_not_undone_by_hand(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    id = journey_of(lab.begin())
    code, text = run(lab, tmp_path, capsys, "cancel", id, "--undone", "seat")
    assert code == 1 and "--not-done" in text
    assert run(lab, tmp_path, capsys, "cancel", id, "--not-done", "seat") == (
        0, f"{id}: it is cancelled within a second, and what it wrote is undone\n",
    )  # fmt: skip
