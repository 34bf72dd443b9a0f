"""What people do on cases: open, request, screen, answer, decide, withdraw.

Law: every act is of a person with a token, and is checked by the gate's laws. Must not know: what is allowed.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ..catalogue.entry import OUTCOMES, App
from ..catalogue.form import write_app
from ..catalogue.gate.case import Case, find_phase
from ..catalogue.gate.decisions import settle
from ..catalogue.gate.deeds import MOMENTS, ON_PROPOSALS, ON_REQUESTS, Answered, Decided, Deed, Proposed, Requested, Screened, Withdrawn
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.evidence import find_dependants, make_screened
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.people import Person
from ..catalogue.gate.port import Stale
from ..stores.sqlite_catalogue import SqliteCatalogue
from .catalogue_desk import find_asker, load_screener, now, open_desk, read_proposals
from .catalogue_judge import add_judging
from .catalogue_shelf import find_app, open_store
from .frame import FINE, UsageError, say, today


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="its number, e.g. K-2026-0001")


def _add_screening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--moment", choices=MOMENTS, default=MOMENTS[0], help="before what (default: building)")
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: what its services supply already")
    add_judging(parser)


def _act(desk: Desk, person: Person, case: str, deed: Deed) -> Case:
    try:
        return desk.act(person, case, deed, now())
    except Denied as error:
        raise UsageError(str(error)) from None
    except Stale:
        raise UsageError(f"somebody else has just changed {case}: look again") from None


def _say_case(case: Case) -> None:
    last = case.round
    waits = f"; waits for {', '.join(f'{one} until {last.asked[one]}' for one in last.waits_for())}" if last and last.waits_for() else ""
    say(f"{case.id} {case.app}: {find_phase(case, today())}{waits if last and last.ruling is None else ''}")


def add_open(parser: argparse.ArgumentParser) -> None:
    """Declare what `open` takes."""
    parser.add_argument("file", nargs="?", type=Path, metavar="NEW.yaml", help="the proposal, an `app:` document")
    parser.add_argument("--app", metavar="APP", help="an entry that stands in the catalogue already")
    parser.add_argument("--budget", type=int, metavar="RUPIAH", help="the budget proposed (default: the entry's cost)")
    _add_screening(parser)


def open_case(arguments: argparse.Namespace) -> int:
    """Open a case and screen it."""
    if bool(arguments.file) == bool(arguments.app):
        raise UsageError("name a file with the proposal, or an entry by --app")
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    with open_store(arguments) as store:
        app = find_app(store, arguments.app) if arguments.app else _read_one(arguments.file)
        held = store.get(app.id)
        if arguments.file and held is not None and held.owner != app.owner:
            raise UsageError(f"{app.id} stands in the catalogue as an application of {held.owner}")
        deed = Proposed(person.agency, write_app(app), app.cost_rupiah if arguments.budget is None else arguments.budget)
        try:
            desk.check_opening(person, deed, now())
            screened = _screen(arguments, store, app, held if arguments.file else None)  # first: a case without it helps nobody
            case = desk.open_case(person, deed, now())
        except Denied as error:
            raise UsageError(str(error)) from None
        if held is None:
            store.put(replace(app, lifecycle="proposed"), person.id, now(), f"proposed in {case.id}")
        _say_case(_act(desk, person, case.id, screened))
    return FINE


def _read_one(path: Path) -> App:
    proposals, wrong = read_proposals(path)
    if wrong:
        raise UsageError("\n".join(one.show() for one in wrong))
    if len(proposals) != 1:
        raise UsageError(f"{path} holds {len(proposals)} proposals: a case is about one")
    return proposals[0][0]


def _screen(arguments: argparse.Namespace, store: SqliteCatalogue, app: App, held: App | None) -> Screened:
    dependants = find_dependants(app, store.entries()) if arguments.moment == "retiring" else ()
    screening = load_screener(arguments, store).screen(app)
    return make_screened(app, screening, arguments.moment, dependants, held)


def add_screen(parser: argparse.ArgumentParser) -> None:
    """Declare what `screen` takes."""
    _add_case(parser)
    parser.add_argument("file", nargs="?", type=Path, metavar="NEW.yaml", help="the application as it is to become (default: as it stands)")
    _add_screening(parser)


def screen_again(arguments: argparse.Namespace) -> int:
    """Screen a case's application as the catalogue knows it now, or as it is to become."""
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    case = desk.find_case(arguments.case)
    if case is None:
        raise UsageError(f"there is no case {arguments.case}")
    with open_store(arguments) as store:
        held = find_app(store, case.app)
        app = _read_one(arguments.file) if arguments.file else held
        if (app.id, app.owner) != (held.id, held.owner):
            raise UsageError(f"{case.id} is about {held.id} of {held.owner}, {arguments.file} about {app.id} of {app.owner}")
        _say_case(_act(desk, person, case.id, _screen(arguments, store, app, held)))
    return FINE


def add_request(parser: argparse.ArgumentParser) -> None:
    """Declare what `request` takes."""
    parser.add_argument("subject", metavar="SUBJECT", help="the application or operation whose data are asked for")
    parser.add_argument("--provider", required=True, metavar="AGENCY", help="who has the data")
    parser.add_argument("--field", action="append", default=[], metavar="NAME", help="a field that is needed (repeatable)")
    parser.add_argument("--why", required=True, help="what for")
    parser.add_argument("--basis", action="append", default=[], metavar="LAW", help="the legal basis (repeatable)")


def request_data(arguments: argparse.Namespace) -> int:
    """Ask another agency for data."""
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    parts = (arguments.subject, tuple(arguments.field), arguments.why, tuple(arguments.basis))
    try:
        _say_case(desk.open_case(person, Requested(person.agency, arguments.provider, *parts, ""), now()))
    except Denied as error:
        raise UsageError(str(error)) from None
    return FINE


def add_answer(parser: argparse.ArgumentParser) -> None:
    """Declare what `answer` takes."""
    _add_case(parser)
    parser.add_argument("stance", choices=(*ON_PROPOSALS, *ON_REQUESTS), help="on a proposal; granted or refused on a request")
    parser.add_argument("--why", required=True, help="the reason")


def answer(arguments: argparse.Namespace) -> int:
    """Answer for one's agency."""
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    _say_case(_act(desk, person, arguments.case, Answered(person.agency, arguments.stance, arguments.why)))
    return FINE


def add_decide(parser: argparse.ArgumentParser) -> None:
    """Declare what `decide` takes."""
    _add_case(parser)
    parser.add_argument("outcome", choices=OUTCOMES)
    parser.add_argument("--with", dest="apps", action="append", default=[], metavar="APP", help="what is reused, extended, connected to")
    parser.add_argument("--why", required=True, help="the reason; it stands in the letter")
    parser.add_argument("--until", default="", metavar="DAY", help="the last day on which it holds (default: by the rules)")
    parser.add_argument("--avoided", type=int, metavar="RUPIAH", help="the money avoided (default: the budget for reuse)")


def decide(arguments: argparse.Namespace) -> int:
    """Decide, and write the decision into the entry."""
    desk = open_desk(arguments)
    person = find_asker(arguments, desk)
    deed = Decided(arguments.outcome, arguments.why, arguments.until, tuple(arguments.apps), arguments.avoided)
    with open_store(arguments) as store:
        case = desk.find_case(arguments.case)
        for app in arguments.apps if case is not None and isinstance(case.subject, Proposed) else ():
            find_app(store, app)
        case = _act(desk, person, arguments.case, deed)
        settle(store, desk.list_cases())
    _say_case(case)
    for one in case.rounds[-1].ruling.deed.overrides if case.rounds[-1].ruling else ():
        say(f"  against: {one}")
    return FINE


def add_withdraw(parser: argparse.ArgumentParser) -> None:
    """Declare what `withdraw` takes."""
    _add_case(parser)
    parser.add_argument("--why", required=True, help="the reason")


def withdraw(arguments: argparse.Namespace) -> int:
    """Take one's case back."""
    desk = open_desk(arguments)
    _say_case(_act(desk, find_asker(arguments, desk), arguments.case, Withdrawn(arguments.why)))
    return FINE
