"""`jembatan token`: a token of the sandbox's identity provider."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..plan.broken import find_broken, leave_out
from ..plan.federation import Federation, read_federation
from ..sandbox.identity import AUDIENCE, KEY_FILE, load_key, mint_citizen_token, mint_token
from ..sandbox.places import find_reference
from ..values.model import SANDBOX_ISSUER
from ..values.problem import suggest_name
from .frame import FINE, PARTS, STATE, UsageError, check_folders, say

HELP = "Mint a token for a calling agency (sandbox only: it needs the key of the sandbox's identity provider)."
EXAMPLE = '  curl -H "Authorization: Bearer $(jembatan token taspen country/)" …'
_HERE = Path()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("caller", help="the agency that calls, e.g. taspen")
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="the federation that is called, with its overlays: a caller that it does not know is refused. Without: one that the federation"
        " here, or the reference, does not know is warned of",
    )
    parser.add_argument("--user", default="", help="the person it acts for")
    parser.add_argument("--citizen", metavar="NIK", help="the (synthetic) citizen who has signed in at the caller's portal")
    parser.add_argument("--lifetime", type=int, default=3600, metavar="SECONDS", help="how long it holds (default: 3600)")
    parser.add_argument("--state", type=Path, default=STATE, help="where the sandbox keeps its key (default: .jembatan)")


def run(arguments: argparse.Namespace) -> int:
    """Print one token."""
    if not (arguments.state / KEY_FILE).exists():
        raise UsageError(f"{arguments.state} holds no key of a sandbox: start `jembatan demo` or `jembatan sandbox` first")
    _check_caller(arguments.caller, tuple(arguments.folders))
    if arguments.citizen:
        say(mint_citizen_token(load_key(arguments.state), arguments.caller, arguments.citizen, min(arguments.lifetime, 3600)))
        return FINE
    say(mint_token(load_key(arguments.state), arguments.caller, arguments.user, AUDIENCE, arguments.lifetime))
    return FINE


def _check_caller(caller: str, folders: tuple[Path, ...]) -> None:
    """Hold the caller to those that a federation knows: refuse where it is named, warn where it is only likely the one that is called.

    Faults: UsageError.
    """
    is_here = any((_HERE / part).is_dir() for part in PARTS)
    looked = check_folders(folders) if folders else (_HERE if is_here else find_reference(),)
    federation = read_federation(looked)
    known = list_callers(leave_out(federation, find_broken(federation)))
    if caller in known:
        return
    where = ", ".join(map(str, folders)) or ("the federation here" if is_here else "the reference federation")
    what = f'{where} has no caller "{caller}" that shows tokens of the sandbox'
    near = suggest_name(caller, known)
    if folders:
        raise UsageError(f"{what}: {near or f'its agencies say identity: [{{jwt: …}}] of an issuer with iss: {SANDBOX_ISSUER}'}")
    sys.stderr.write(
        f"jembatan token: warning: {what}: {near or 'of another federation or an overlay, name its folders behind the caller'}\n"
    )


def list_callers(federation: Federation) -> list[str]:
    """Give the agencies, as tokens name them, that a federation believes the sandbox's identity provider of."""
    sandboxes = {name for name, issuer in federation.of("issuer").items() if issuer.value.get("iss") == SANDBOX_ISSUER}
    identities = [
        each["jwt"] for agency in federation.of("agency").values() for each in agency.value.get("identity") or () if "jwt" in each
    ]
    return [str(each["claims"].get("agency", "")) for each in identities if each["issuer"] in sandboxes]
