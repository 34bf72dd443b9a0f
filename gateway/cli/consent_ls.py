"""`jembatan consent ls`: citizens' consents, a page at a time.

Laws: 1. A page ends with the name of its last consent, and the next one begins behind it: a consent keeps its place, whatever comes
meanwhile. 2. Nothing is said to be all that there is where it may not be.
Must not know: how consents are found.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from math import inf, nextafter

from ..plan.federation import Federation
from ..policy.seals import Seal
from ..stores.sqlite_state import SqliteState
from ..values.consents import STATES, Sought
from ..values.problem import suggest_name
from .consent_desk import (
    ABSENT,
    SINCE,
    UNTIL,
    describe_consent,
    find_consent,
    find_seal,
    list_missing_keys,
    name_consent,
    read_citizen,
)
from .frame import FINDINGS, FINE, UsageError, add_format, load_for_reading, print_rows
from .store_desk import add_store, open_state

HELP = "List citizens' consents in the order in which they were given, also those that have ended. No citizen is named."
EXAMPLE = (
    "  jembatan consent ls country/ --agency portal-warga --state-is given\n"
    "  jembatan consent ls country/ --since 2026-03-01 --until 2026-03-31\n"
    "  jembatan consent ls country/ --citizen - --at 2026-03-31T10:00+07:00"
)
_COLUMNS = ("consent", "agency", "purpose", "state", "given_at", "until", "ended_at")
_ROWS_MAX = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_store(parser)
    add_format(parser)
    parser.add_argument("--agency", default="", metavar="ID", help="only those given to this agency")
    parser.add_argument("--purpose", default="", metavar="ID", help="only those for this purpose")
    states = "given: it stands; ended: its time is over"
    parser.add_argument("--state-is", choices=STATES, metavar="STATE", help=f"only those in this state: {', '.join(STATES)} ({states})")
    parser.add_argument("--since", type=SINCE, default=-inf, metavar="WHEN", help="only those given from this day or moment on")
    parser.add_argument(
        "--until", type=UNTIL, default=inf, metavar="WHEN", help="only those given to the end of this day, or before this moment"
    )
    parser.add_argument("--at", type=UNTIL, metavar="WHEN", help="as they stood at this moment, or at the end of this day (default: now)")
    parser.add_argument(
        "--citizen",
        metavar="FILE",
        help="only one citizen's: a file with the NIK, or - to type it. Needs the store's key, as `serve` has it",
    )
    parser.add_argument("--most", type=int, default=100, metavar="N", help=f"at most so many, {_ROWS_MAX} at the utmost (default: 100)")
    parser.add_argument("--after", metavar="CONSENT", help="only those behind this one: the next page")


def run(arguments: argparse.Namespace) -> int:
    """List; 1 where the federation does not compile, or where keys are missing that a citizen may stand under."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    federation, plan = loaded
    most = min(max(arguments.most, 1), _ROWS_MAX)
    with open_state(arguments, plan, ABSENT) as (_, state):
        seal = None if arguments.citizen is None else find_seal(federation, arguments.format)
        if seal is None and arguments.citizen is not None:
            return FINDINGS
        sought = _read_sought(arguments, seal)
        _check_names(sought, federation, state)
        after = find_consent(state, arguments.after) if arguments.after else None
        found = state.consult(lambda stores: stores.consents.search(sought, most + 1, after))
        missing = [] if seal is None else list_missing_keys(state, seal)
    print_rows([{**describe_consent(each, sought.at_s), "key": each.key} for each in found[:most]], arguments.format, _COLUMNS)
    if len(found) > most:
        sys.stderr.write(f"there are more: --after {name_consent(found[most - 1])}\n")
    return _say_missing(missing)


def _read_sought(arguments: argparse.Namespace, seal: Seal | None) -> Sought:
    """Read what is sought: at a moment only what was there; else all, also what a clock that ran ahead dates later than now."""
    subjects = () if seal is None else read_citizen(arguments.citizen, seal)
    states = (arguments.state_is,) if arguments.state_is else STATES
    at_s, until_s = time.time(), arguments.until
    if arguments.at is not None:
        at_s, until_s = arguments.at, min(until_s, nextafter(arguments.at, inf))
    return Sought(at_s, subjects, arguments.agency, arguments.purpose, states, arguments.since, until_s)


def _check_names(sought: Sought, federation: Federation, state: SqliteState) -> None:
    """Hold names to the federation, or to what is kept from before: of a name that is mistyped nothing is found either.

    Faults: UsageError.
    """
    for kind, name in (("agency", sought.agency), ("purpose", sought.purpose)):
        if not name or name in federation.of(kind):
            continue
        kept = Sought(inf, agency=name) if kind == "agency" else Sought(inf, purpose=name)
        if not state.consult(lambda stores, kept=kept: stores.consents.search(kept, 1)):  # type: ignore[misc]
            raise UsageError(f'there is no {kind} "{name}", and no consent of one. {suggest_name(name, federation.of(kind))}'.rstrip())


def _say_missing(marks: Sequence[str]) -> int:
    """Say which keys the citizen may be known by that are not configured; give the exit code."""
    if not marks:
        return FINE
    sys.stderr.write(
        f"the store holds consents of keys that are not configured ({', '.join(marks)}): this citizen's among them are not shown;"
        " name those keys as `former:`\n"
    )
    return FINDINGS
