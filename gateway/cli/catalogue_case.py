"""`jembatan catalogue case …`: cases of the gate, one table of actions."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from . import catalogue_case_acts as acts
from . import catalogue_case_papers as papers
from . import catalogue_case_people as people
from .catalogue_desk import add_desk
from .catalogue_shelf import add_store
from .frame import AnyOrder

HELP = "Cases: a proposal or a request for data, screened, answered by owners, decided by the reviewer; letters."
EXAMPLE = (
    "  jembatan catalogue case admit ani --agency karawang --role proposer\n"
    "  jembatan catalogue case open simpeg.yaml --budget 450000000\n"
    '  jembatan catalogue case decide K-2026-0001 reuse --with bkn.siasn --why "SIASN does this"'
)
Action = tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]
ACTIONS: dict[str, Action] = {
    "admit": ("let somebody take part; prints the token once", people.add_admit, people.admit),
    "dismiss": ("end somebody's part", people.add_dismiss, people.dismiss),
    "people": ("who takes part", people.add_people, people.list_people),
    "open": ("propose an application: it is screened, owners are asked", acts.add_open, acts.open_case),
    "request": ("ask another agency for data", acts.add_request, acts.request_data),
    "screen": ("screen again at a later moment", acts.add_screen, acts.screen_again),
    "answer": ("answer for your agency", acts.add_answer, acts.answer),
    "decide": ("decide", acts.add_decide, acts.decide),
    "withdraw": ("take a case back", acts.add_withdraw, acts.withdraw),
    "ls": ("the cases", papers.add_list, papers.list_cases),
    "show": ("a case, event by event", papers.add_show, papers.show),
    "letter": ("the letter, as HTML and PDF, in both languages", papers.add_letter, papers.write_letters),
    "requests": ("requests for data, counted per agency", papers.add_requests, papers.count),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    choices = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=AnyOrder)
    for name, (help, add, act) in ACTIONS.items():
        sub = choices.add_parser(name, help=help, description=help)
        add(sub)
        add_store(sub)
        add_desk(sub)
        sub.set_defaults(act=act)


def run(arguments: argparse.Namespace) -> int:
    """Run the action."""
    return int(arguments.act(arguments))
