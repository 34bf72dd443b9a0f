"""`jembatan sandbox`: the simulated agencies, on their own."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import signal
import sys
from pathlib import Path

import orjson

from ..sandbox.places import find_reference
from ..sandbox.residents.shelf import write_shelf
from ..sandbox.world import Sandbox
from .frame import FINE, STATE, say

HELP = "Run the simulated agencies and their identity provider on this machine."
EXAMPLE = (
    "  jembatan sandbox --env-file sandbox.env    # then, elsewhere: set -a; . ./sandbox.env; set +a; jembatan serve country\n"
    "  jembatan sandbox --publish build/residents"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--env-file", type=Path, help="write the addresses and credentials there, as shell assignments")
    parser.add_argument("--ready-file", type=Path, help="write them there as JSON")
    parser.add_argument("--state", type=Path, default=STATE, help="where the identity provider keeps its key (default: .jembatan)")
    parser.add_argument("--residents", action="store_true", help="serve the 1,000 resident services of 40 softwares too, on one port")
    parser.add_argument("--publish", type=Path, metavar="FOLDER", help="write their table and what their makers publish there, and end")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end, or publish."""
    if arguments.publish:
        write_shelf(find_reference() / "seeds", arguments.publish)
        return FINE
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, end.set)
    if arguments.with_parent:
        loop.add_reader(sys.stdin.fileno(), lambda: None if os.read(sys.stdin.fileno(), 1) else end.set())
    world = Sandbox(find_reference() / "seeds", arguments.state, arguments.residents)
    told = await world.start()
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(told.items()))
    if arguments.env_file:
        write_private(arguments.env_file, lines.encode())
    if arguments.ready_file:
        write_private(arguments.ready_file, orjson.dumps(told))
    if arguments.env_file:
        say(f"the simulated agencies answer; where, and by which credentials, stands in {arguments.env_file}")
    elif not arguments.ready_file:
        say(lines.rstrip())
    await end.wait()
    await world.stop()
    return FINE


def write_private(path: Path, content: bytes) -> None:
    """Write a file that appears whole and is readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
