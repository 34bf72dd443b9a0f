"""What the commands over citizens' consents share: one consent by its name, a citizen by their number, moments, a consent as a row.

Laws: 1. A citizen's number is read from a file or typed unseen, never taken from the command line, and written nowhere, not where it is
wrong either. 2. A citizen is shown by the start of the digest that the store knows them by: consents of one citizen and key bear the same.
Must not know: what is listed.
"""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from ..plan.consent_shapes import write_moment
from ..plan.days import begin_of, end_of
from ..plan.federation import Federation
from ..plan.gateway_keys import read_keys
from ..plan.notes import Notes
from ..plan.render import RENDERERS, Format
from ..plan.secrets import Secrets
from ..policy.consent import list_others, name_citizen
from ..policy.seals import Seal
from ..schema.formats import FORMATS
from ..stores.sqlite_state import SqliteState
from ..values.consents import Consent
from ..values.model import Json
from .frame import UsageError, read_environment

ABSENT = "nobody has consented yet"
_DIGEST_BYTES = 10  # of 32: enough that no two citizens of a country share them
_NAME = re.compile(rf"([0-9a-f]{{{2 * _DIGEST_BYTES}}})/([1-9][0-9]{{0,8}})", re.ASCII)
_NUMBER_CHARS_MAX = 1024


def name_consent(consent: Consent) -> str:
    """Give what a consent is called by these commands."""
    return f"{consent.offer.subject[:_DIGEST_BYTES].hex()}/{consent.number}"


def find_consent(state: SqliteState, name: str) -> Consent:
    """Give the consent of a name.

    Faults: UsageError.
    """
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise UsageError("a consent is named as `consent ls` shows it, for example 5f0c6a0e4b1d9c7a3a1a/3")
    found = state.consult(lambda stores: stores.consents.pick(bytes.fromhex(parts[1]), int(parts[2])))
    if found is None:
        raise UsageError(f"there is no consent {name}")
    return found


def describe_consent(consent: Consent, at_s: float) -> dict[str, Json]:
    """Give a consent as one row, as it stood at a moment. Units: Unix seconds."""
    offer = consent.offer
    return {
        "consent": name_consent(consent),
        "agency": offer.agency,
        "purpose": offer.purpose,
        "state": consent.state_at(at_s),
        "given_at": show_moment(consent.given_s),
        "until": show_moment(offer.until_s),
        "ended_at": show_moment(consent.ended_s) if consent.ended else "",
    }


def show_moment(moment_s: float) -> str:
    """Write a moment as a consent's citizen sees it; one that is none, in a file that is damaged, hides nothing else."""
    try:
        return write_moment(moment_s)
    except (ValueError, OverflowError, OSError):
        return "unreadable"


def read_moment(edge: Callable[[str], float]) -> Callable[[str], float]:
    """Make what reads a day, of which one edge is meant, or a moment. Units: Unix seconds."""

    def read(text: str) -> float:
        try:
            moment = datetime.fromisoformat(text)
            if len(text) == len("2026-03-31"):
                return edge(moment.date().isoformat())
            if moment.tzinfo is not None:
                return moment.timestamp()
        except (ValueError, OverflowError):
            pass
        raise argparse.ArgumentTypeError(f"a day (2026-03-31, in Jakarta) or a moment with its zone (2026-03-31T10:00+07:00), not {text}")

    return read


SINCE, UNTIL = read_moment(begin_of), read_moment(end_of)


def find_seal(federation: Federation, chosen: Format) -> Seal | None:
    """Give the keys of the store; None, and the diagnostics are printed, where one cannot be looked up."""
    notes = Notes()
    seal = read_keys(federation, Secrets(read_environment()), notes).seal
    if seal is None:
        sys.stdout.write(RENDERERS[chosen](tuple(notes.diagnostics), federation.sources))
    return seal


def read_citizen(source: str, seal: Seal) -> tuple[bytes, ...]:
    """Give what the keys of the store know a citizen by, whose number stands in a file or is typed.

    Faults: UsageError.
    """
    try:
        number = _read_number(source).strip()
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"--citizen: the number cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    if re.fullmatch(FORMATS["nik"].pattern, number, re.ASCII) is None:
        raise UsageError("--citizen: what stands there is no NIK, 16 digits with a day of birth and nothing else")
    return name_citizen(seal, number), *list_others(seal, number)


def _read_number(source: str) -> str:
    if source == "-":
        return getpass.getpass("NIK: ") if sys.stdin.isatty() else sys.stdin.readline(_NUMBER_CHARS_MAX)
    if source.isdigit():
        raise UsageError("--citizen names a file with the number, or - to type it: a number in a command is seen by others and kept")
    with Path(source).open(encoding="utf-8-sig") as file:
        return file.read(_NUMBER_CHARS_MAX)


def list_missing_keys(state: SqliteState, seal: Seal) -> Sequence[str]:
    """Give the marks of keys that named citizens in this store and are not configured: under them no number finds anything."""
    known = {key.mark for key in seal.keys}
    return [mark for mark in state.consult(lambda stores: stores.consents.list_keys()) if mark and mark not in known]
