"""What can be read of cases: lists, events, letters, counts."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import orjson

from ..catalogue.gate.case import Case, find_phase
from ..catalogue.gate.decisions import count_avoided, count_requests
from ..catalogue.gate.deeds import write_deed
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.letter import Undecided, write_letter
from ..catalogue.gate.letter_texts import LANGUAGES
from ..catalogue.paper import write_html, write_pdf
from ..values.model import Json
from .catalogue_desk import find_asker, open_desk, show_case
from .frame import FINE, UsageError, add_format, print_rows, say, today

_EVENT_CHARS = 100


def _open_for_reading(arguments: argparse.Namespace) -> Desk:
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    if not person.may("see"):
        raise UsageError(f"{person.id} is {person.role} and sees no case")
    return desk


def _find_case(desk: Desk, id: str) -> Case:
    case = desk.find_case(id)
    if case is None:
        raise UsageError(f"there is no case {id}")
    return case


def add_list(parser: argparse.ArgumentParser) -> None:
    """Declare what `ls` takes."""
    parser.add_argument("--agency", metavar="ID", help="only cases that this agency opened or is asked in")
    parser.add_argument("--phase", metavar="PHASE", help="only cases in this phase")
    add_format(parser)


def list_cases(arguments: argparse.Namespace) -> int:
    """Print the cases, the newest first, and the money avoided."""
    cases = [(case, find_phase(case, today())) for case in _open_for_reading(arguments).list_cases()]
    chosen = [
        (case, phase)
        for case, phase in cases
        if arguments.phase in (None, phase) and (not arguments.agency or arguments.agency in _agencies(case))
    ]
    print_rows(
        [show_case(case, phase) for case, phase in chosen], arguments.format,
        ("case", "app", "agency", "phase", "decision", "waits for"),
    )  # fmt: skip
    if arguments.format == "text":
        avoided = sum(count_avoided(case) for case, _ in chosen)
        say(f"{len(chosen)} cases; money avoided: Rp {avoided:,}")
    return FINE


def _agencies(case: Case) -> set[str]:
    return {case.subject.agency, *(agency for one in case.rounds for agency in one.asked)}


def add_show(parser: argparse.ArgumentParser) -> None:
    """Declare what `show` takes."""
    parser.add_argument("case", metavar="CASE")
    add_format(parser)


def show(arguments: argparse.Namespace) -> int:
    """Print the events of a case."""
    desk = _open_for_reading(arguments)
    case = _find_case(desk, arguments.case)
    rows: list[dict[str, Json]] = []
    for event in desk.store.events(case.id):
        kind, body = write_deed(event.deed)
        shown = body if arguments.format == "json" else _shorten(body)
        rows.append({
            "no": event.place, "when": event.when.isoformat(), "who": event.who, "role": event.role, "did": kind, "what": shown,
        })  # fmt: skip
    print_rows(rows, arguments.format, ("no", "when", "who", "role", "did", "what"))
    return FINE


def _shorten(body: dict[str, Json]) -> str:
    if "evidence" in body:
        counted = Counter(one["verdict"] for one in body["evidence"]["matches"])
        found = ", ".join(f"{number} {word}" for word, number in counted.items()) or "nothing like it"
        return f"{body['moment']}: {found}; recommended: {body['recommended']}; asked: {', '.join(body['asked']) or 'nobody'}"
    if "app" in body:
        return f"{body['app']['app']}, budget {body['budget_rupiah']}"
    said = {key: value if isinstance(value, str | int) else orjson.dumps(value).decode() for key, value in body.items() if value}
    text = ", ".join(f"{key} {value}" for key, value in said.items())
    return text if len(text) <= _EVENT_CHARS else text[: _EVENT_CHARS - 1] + "…"


def add_letter(parser: argparse.ArgumentParser) -> None:
    """Declare what `letter` takes."""
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write (default: here)")
    parser.add_argument("--round", type=int, default=0, help="the letter on which decision (default: the last)")


def write_letters(arguments: argparse.Namespace) -> int:
    """Write the letter in both languages; PDF where its library is there."""
    desk = _open_for_reading(arguments)
    case = _find_case(desk, arguments.case)
    arguments.out.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        try:
            paper = write_letter(case, desk.store.events(case.id), language, arguments.round)
        except Undecided as error:
            raise UsageError(str(error)) from None
        name = paper.title.rpartition(" ")[2].replace("/", "-") + f".{language}"
        (arguments.out / f"{name}.html").write_text(write_html(paper), encoding="utf-8")
        written.append(f"{name}.html")
        try:
            (arguments.out / f"{name}.pdf").write_bytes(write_pdf(paper))
            written.append(f"{name}.pdf")
        except ImportError:
            written.append("no PDF: make extras, or pip install 'jembatan[documents]'")
    say(f"{arguments.out}: {', '.join(written)}")
    return FINE


def add_requests(parser: argparse.ArgumentParser) -> None:
    """Declare what `requests` takes."""
    add_format(parser)


def count(arguments: argparse.Namespace) -> int:
    """Print how agencies answer those who ask them for data, each refusal with reason and age."""
    counted = count_requests(_open_for_reading(arguments).list_cases(), today())
    rows: list[dict[str, Json]] = [
        {
            "agency": one.agency, "granted": one.granted, "refused": len(one.refusals), "waiting": one.waiting, "overdue": one.overdue,
            "unanswered": one.unanswered, "oldest_days": one.oldest_days,
            "refusals": [
                {"case": no.case, "subject": no.subject, "reason": no.reason, "days": no.days, "overruled": no.overruled}
                for no in one.refusals
            ],
        }
        for one in counted
    ]  # fmt: skip
    print_rows(rows, arguments.format, ("agency", "granted", "refused", "waiting", "overdue", "unanswered", "oldest_days"))
    if arguments.format == "text":
        for one in counted:
            for no in one.refusals:
                overruled = ", overruled" if no.overruled else ""
                say(f"  {no.case} {one.agency} refused {no.subject} after {no.days} days{overruled}: {no.reason}")
    return FINE
