"""The commands over citizens' consents: what an auditor sees, and whom nobody sees. All data are synthetic."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.policy.consent import name_citizen
from gateway.policy.seals import make_seal
from gateway.stores.sqlite_state import SqliteState
from gateway.values.consents import Offer

from .bare import make_bare

SITI, ASEP = "3215014502930002", "3215011708910003"
DAY_S = 86_400.0
MARCH_S = 1_772_298_000.0  # 2026-03-01T00:00+07:00
KEYS = {"A": "a" * 32, "B": "b" * 32}
SEALS = {name: make_seal(secret) for name, secret in KEYS.items()}
LINES = "lookup name.full\nmembership member.card:last4"
OFFER = Offer(b"", "portal", "own-data", LINES, "f" * 64, MARCH_S + 9 * DAY_S, "portal", "exchange-1")
PURPOSE = 'purpose: own-data\ntitle: {id: x, en: x}\nlegal_basis: ["x"]\n'


def keep(folder: Path, key: str, number: str, day: float, offer: Offer = OFFER) -> None:
    """Give a consent on a day of March."""
    seal, marks = SEALS[key], (each.mark for each in SEALS.values())
    with SqliteState(folder / "state.db", lambda: MARCH_S + day * DAY_S, (seal.mark, *marks)) as state:
        offer = replace(offer, subject=name_citizen(seal, number))
        assert state.consult(lambda stores: stores.consents.give(offer, 9)) is not None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Siti consents twice and withdraws once, Asep consents to somebody else."""
    make_bare(tmp_path, monkeypatch, KEYS)
    (tmp_path / "policies" / "own.yaml").write_text(PURPOSE)
    keep(tmp_path, "A", SITI, 0)
    keep(tmp_path, "A", ASEP, 1, replace(OFFER, agency="taspen", until_s=MARCH_S + 99 * DAY_S))
    keep(tmp_path, "A", SITI, 2, replace(OFFER, exchange="exchange-3"))
    with SqliteState(tmp_path / "state.db", lambda: MARCH_S + 3.5 * DAY_S, (SEALS["A"].mark,)) as state:
        siti = name_citizen(SEALS["A"], SITI)
        state.consult(lambda stores: stores.consents.withdraw(siti, "", 2, "portal", "exchange-4"))
    return tmp_path


class Auditor:
    """Runs the commands, and holds that what they say names no citizen."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.set_keys('key: "${env:A}"')

    def set_keys(self, keys: str) -> None:
        (self.folder / "routes" / "gateway.yaml").write_text(f"gateway: lab\nstores: {{path: state.db, {keys}}}\n")

    def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        self.capsys.readouterr()
        try:
            code = main(["consent", *words, str(self.folder), "--state", str(self.folder)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = self.capsys.readouterr()
        assert not any(number in said.out + said.err for number in (SITI, ASEP))
        return code, said.out, said.err

    def rows(self, *words: str, typed: str = "", code: int = 0) -> list[Any]:
        done, out, _ = self.run("ls", *words, "--format", "json", typed=typed)
        assert done == code
        found: list[Any] = json.loads(out)
        return found

    def list(self, *words: str, typed: str = "", code: int = 0) -> list[tuple[str, str]]:
        return [(each["agency"], each["state"]) for each in self.rows(*words, typed=typed, code=code)]


@pytest.fixture
def auditor(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Auditor:
    return Auditor(folder, capsys, monkeypatch)


FIRST, ASEPS, SECOND = ("portal", "renewed"), ("taspen", "ended"), ("portal", "withdrawn")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), [FIRST, ASEPS, SECOND]),
        (("--agency", "taspen"), [ASEPS]),
        (("--purpose", "own-data"), [FIRST, ASEPS, SECOND]),
        (("--state-is", "withdrawn"), [SECOND]),
        (("--since", "2026-03-02"), [ASEPS, SECOND]),
        (("--until", "2026-03-02"), [FIRST, ASEPS]),
        (("--until", "2026-03-02T00:00+07:00"), [FIRST]),
        (("--at", "2026-03-02T12:00+07:00"), [("portal", "given"), ("taspen", "given")]),
        (("--at", "2026-03-03"), [FIRST, ("taspen", "given"), ("portal", "given")]),
        (("--at", "2026-03-02T12:00+07:00", "--state-is", "withdrawn"), []),
    ],
)
def test_consents_are_found_by_whom_what_for_how_they_stood_and_when(
    auditor: Auditor, words: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    if "--at" not in words:
        words = (*words, "--at", "2026-12-31")
    assert auditor.list(*words) == found


def test_a_citizens_own_are_found_by_their_number_in_a_file_or_typed(auditor: Auditor) -> None:
    at = ("--at", "2026-12-31")
    (auditor.folder / "number").write_text(f"{ASEP}\n")
    assert auditor.list("--citizen", "-", *at, typed=f"{SITI}\n") == [FIRST, SECOND]
    assert auditor.list("--citizen", str(auditor.folder / "number"), *at) == [ASEPS]
    assert auditor.list("--citizen", "-", *at, typed="3215014502930003") == []


@pytest.mark.parametrize(
    ("citizen", "typed", "said"),
    [
        (SITI, "", "a number in a command is seen by others"),
        ("", "", "the number cannot be read"),
        ("/nowhere", "", "No such file"),
        ("-", "", "no NIK"),
        ("-", "3215014502930002 and more", "no NIK"),
        ("-", "9" * 5000, "no NIK"),
    ],
)
def test_a_number_that_cannot_be_taken_is_refused_and_not_repeated(auditor: Auditor, citizen: str, typed: str, said: str) -> None:
    code, out, error = auditor.run("ls", "--citizen", citizen, typed=typed)
    assert (code, out) == (3, "") and said in error


def test_under_a_wrong_key_nothing_is_said_to_be_nothing(auditor: Auditor) -> None:
    auditor.set_keys('key: "${env:B}"')
    code, out, error = auditor.run("ls", "--citizen", "-", "--format", "json", typed=SITI)
    assert (code, json.loads(out)) == (1, []) and SEALS["A"].mark in error and "former:" in error
    keep(auditor.folder, "B", SITI, 5)
    assert len(auditor.rows("--citizen", "-", typed=SITI, code=1)) == 1
    auditor.set_keys('key: "${env:B}", former: ["${env:A}"]')
    assert len(auditor.rows("--citizen", "-", typed=SITI)) == 3
    assert len({each["consent"].partition("/")[0] for each in auditor.rows("--citizen", "-", typed=SITI)}) == 2, "a name for each key"


def test_without_the_key_all_is_seen_but_no_citizen(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A")
    assert len(auditor.rows()) == 3
    code, out, _ = auditor.run("ls", "--citizen", "-", typed=SITI)
    assert code == 1 and "JB-SEC-004" in out


def test_pages_lead_from_one_to_the_next_and_say_when_there_is_more(auditor: Auditor) -> None:
    everything = auditor.rows()
    assert auditor.run("ls", "--most", "3")[2] == ""
    assert auditor.run("ls", "--most", "1")[2] == f"there are more: --after {everything[0]['consent']}\n"
    keep(auditor.folder, "A", ASEP, 9)
    assert auditor.rows("--most", "2", "--after", everything[0]["consent"]) == everything[1:]


def test_one_consent_is_shown_with_all_that_is_evidence(auditor: Auditor) -> None:
    name = auditor.rows("--state-is", "withdrawn")[0]["consent"]
    code, text, _ = auditor.run("show", name)
    assert code == 0 and "exchange-4" in text and "last4" in text
    [shown] = json.loads(auditor.run("show", name, "--format", "json")[1])
    assert [(each["event"], each["at"], each["by"], each["exchange"]) for each in shown["events"]] == [
        ("given", "2026-03-02T17:00:00Z", "portal", "exchange-3"),
        ("withdrawn", "2026-03-04T05:00:00Z", "portal", "exchange-4"),
    ]
    assert [(each["operation"], each["field"], each["shown"]) for each in shown["fields"]] == [
        ("lookup", "name.full", "in full"),
        ("membership", "member.card", "last4"),
    ]
    assert shown["evidence"] == [{"shown": "f" * 64, "key": SEALS["A"].mark}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "00000000000000000000/1"), "there is no consent 00000000000000000000/1"),
        (("show", SITI), "as `consent ls` shows it"),
        (("ls", "--after", SITI), "as `consent ls` shows it"),
        (("ls", "--purpose", "own-dat"), 'there is no purpose "own-dat", and no consent of one. did you mean "own-data"?'),
        (("ls", "--agency", "nobody"), 'there is no agency "nobody", and no consent of one.'),
        (("ls", "--since", "2026-03-01T10:00"), "a moment with its zone"),
        (("ls", "--at", "0001-01-01"), "a moment with its zone"),
    ],
)
def test_what_is_not_there_or_cannot_be_meant_is_said(auditor: Auditor, words: tuple[str, ...], said: str) -> None:
    code, out, error = auditor.run(*words)
    assert (code, out) == (3, "") and said in error


def test_an_agency_that_has_left_the_federation_is_still_found(auditor: Auditor) -> None:
    assert "taspen" not in auditor.run("ls", "--agency", "taspen")[2]


def test_a_store_in_which_nobody_has_consented_lists_nothing(auditor: Auditor) -> None:
    (auditor.folder / "state.db").unlink()
    code, _, error = auditor.run("ls")
    assert code == 3 and "nobody has consented yet" in error
    SqliteState(auditor.folder / "state.db").close()
    assert auditor.rows() == []


def test_a_gateway_without_stores_is_told_apart_from_an_empty_one(auditor: Auditor) -> None:
    (auditor.folder / "routes" / "gateway.yaml").write_text("gateway: lab\n")
    code, _, error = auditor.run("ls", "--citizen", "-", typed=SITI)
    assert code == 3 and "the gateway has no stores" in error


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:4096] + bytes(each ^ 0x5A for each in raw[4096:]), lambda raw: raw.replace(b"(given)", b"(g\xc0ven)")]
)
def test_a_damaged_file_is_said_to_be_damaged(auditor: Auditor, damage: Callable[[bytes], bytes]) -> None:
    path = auditor.folder / "state.db"
    path.write_bytes(damage(path.read_bytes()))
    code, out, error = auditor.run("ls")
    assert (code, out) == (3, "") and "the file is damaged" in error


def test_what_is_looked_at_is_not_changed_and_holds_nobody_up(auditor: Auditor) -> None:
    with SqliteState(auditor.folder / "state.db") as gateway:
        before = (auditor.folder / "state.db").read_bytes()
        gateway._db.execute("BEGIN IMMEDIATE")
        assert len(auditor.rows()) == 3
        gateway._db.execute("ROLLBACK")
        assert (auditor.folder / "state.db").read_bytes() == before


def test_a_file_that_another_program_keeps_for_itself_is_said_to_be_busy(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    path = auditor.folder / "state.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **named: connect(*words, **{**named, "timeout": 0}))
    code, _, error = auditor.run("ls")
    db.close()
    assert code == 3 and "another program writes to the file now" in error


def test_one_damaged_consent_hides_no_other_and_tells_the_terminal_nothing(auditor: Auditor) -> None:
    with sqlite3.connect(auditor.folder / "state.db") as db:
        db.execute("DROP TRIGGER consent_is_evidence")
        damaged = "CAST(x'1b5b324a80' AS TEXT)"
        db.execute(f"UPDATE consent SET purpose = {damaged}, until = 9e300 WHERE agency = 'taspen'")
    db.close()
    rows = auditor.rows()
    assert [(each["purpose"], each["until"]) for each in rows if each["agency"] == "taspen"] == [("\x1b[2J\ufffd", "unreadable")]
    assert len(rows) == 3
    assert "\x1b" not in auditor.run("ls")[1]


def test_a_consent_that_a_clock_ahead_dated_later_than_now_is_listed_too(auditor: Auditor) -> None:
    keep(auditor.folder, "A", ASEP, 365_000)
    assert len(auditor.rows()) == 4
    assert len(auditor.rows("--at", "2026-12-31")) == 3


def test_a_number_from_an_editor_that_marks_its_files_is_read(auditor: Auditor) -> None:
    (auditor.folder / "number").write_bytes(b"\xef\xbb\xbf" + ASEP.encode() + b"\r\n")
    assert len(auditor.rows("--citizen", str(auditor.folder / "number"))) == 1
