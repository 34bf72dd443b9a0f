"""`jembatan token`: a token of the sandbox's identity provider."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..sandbox.identity import AUDIENCE, KEY_FILE, load_key, mint_citizen_token, mint_token
from .frame import FINE, STATE, UsageError, say

NAME = "token"
HELP = "Mint a token for a calling agency (sandbox only: it needs the key of the sandbox's identity provider)."
EXAMPLE = '  curl -H "Authorization: Bearer $(jembatan token taspen)" …'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("caller", help="the agency that calls, e.g. taspen")
    parser.add_argument("--user", default="", help="the person it acts for")
    parser.add_argument("--citizen", metavar="NIK", help="the (synthetic) citizen who has signed in at the caller's portal")
    parser.add_argument("--lifetime", type=int, default=3600, metavar="SECONDS", help="how long it holds (default: 3600)")
    parser.add_argument("--state", type=Path, default=STATE, help="where the sandbox keeps its key (default: .jembatan)")


def run(arguments: argparse.Namespace) -> int:
    """Print one token."""
    if not (arguments.state / KEY_FILE).exists():
        raise UsageError(f"{arguments.state} holds no key of a sandbox: start `jembatan demo` or `jembatan sandbox` first")
    if arguments.citizen:
        say(mint_citizen_token(load_key(arguments.state), arguments.caller, arguments.citizen, min(arguments.lifetime, 3600)))
        return FINE
    say(mint_token(load_key(arguments.state), arguments.caller, arguments.user, AUDIENCE, arguments.lifetime))
    return FINE
