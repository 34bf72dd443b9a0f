"""Who takes part in cases: admitted, dismissed, listed. A token is printed once and never kept."""

from __future__ import annotations

import argparse
import getpass
import secrets

from ..catalogue.gate.deeds import Joined, Left
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.people import ROLES, TOKEN_BYTES, digest_token
from .catalogue_desk import now, open_desk
from .frame import FINE, UsageError, add_format, print_rows, say


def add_admit(parser: argparse.ArgumentParser) -> None:
    """Declare what `admit` takes."""
    parser.add_argument("person", metavar="NAME", help="a short name, e.g. ani")
    parser.add_argument("--agency", required=True, metavar="ID", help="whom the person speaks for")
    parser.add_argument("--role", required=True, choices=ROLES, help="what the person may do")
    parser.add_argument("--until", default="", metavar="DAY", help="the last day of the token (default: none)")


def admit(arguments: argparse.Namespace) -> int:
    """Let somebody take part; whoever may write the file may do so."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    desk = open_desk(arguments, makes=True)
    try:
        deed = Joined(arguments.person, arguments.agency, arguments.role, digest_token(token), arguments.until)
        desk.admit(getpass.getuser(), deed, now())
    except Denied as error:
        raise UsageError(str(error)) from None
    say(token)
    return FINE


def add_dismiss(parser: argparse.ArgumentParser) -> None:
    """Declare what `dismiss` takes."""
    parser.add_argument("person", metavar="NAME")
    parser.add_argument("--why", required=True, help="why; it stands in the history")


def dismiss(arguments: argparse.Namespace) -> int:
    """End somebody's part."""
    try:
        open_desk(arguments).dismiss(getpass.getuser(), Left(arguments.person, arguments.why), now())
    except Denied as error:
        raise UsageError(str(error)) from None
    say(f"{arguments.person} takes no part any more")
    return FINE


def add_people(parser: argparse.ArgumentParser) -> None:
    """Declare what `people` takes."""
    add_format(parser)


def list_people(arguments: argparse.Namespace) -> int:
    """Print who takes part; nothing of a token."""
    people = open_desk(arguments).list_people()
    rows = [{"person": one.id, "agency": one.agency, "role": one.role, "until": one.until} for one in people]
    print_rows(rows, arguments.format, ("person", "agency", "role", "until"))
    return FINE
