"""`jembatan demo`: sandbox agencies, gateway and reference federation on this machine, by one command."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from ..plan.federation import read_federation
from ..sandbox.identity import AUDIENCE, load_key, mint_token
from ..sandbox.places import find_reference
from ..supervisor import Ready, run_supervisor
from .examples import Example, list_examples
from .frame import INTERNAL, check_folders, say
from .serve import add_serving, read_options, write_ready

HELP = "Run the reference federation against simulated agencies: everything on this machine, nothing else needed."
EXAMPLE = "  jembatan demo\n  jembatan demo overlays/karawang\n  jembatan demo --ready-file ready.json --workers 2"
_START_S = 30.0
_SHOWN = "population.person.lookup"  # the operation that the README walks through


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("overlays", nargs="*", type=Path, metavar="OVERLAY", help="folders that add to the reference federation")
    add_serving(parser)
    parser.set_defaults(access_log="")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end; everything ends together."""
    folders = check_folders((find_reference(), *arguments.overlays))
    arguments.listen = arguments.listen or _choose_address(8080)
    arguments.management = arguments.management or _choose_address(9090)
    options = read_options(arguments, folders)

    def on_ready(ready: Ready) -> None:
        if arguments.ready_file:
            write_ready(arguments.ready_file, ready, folders, arguments.state)
        say(_introduce(ready, folders, arguments.state))

    with _sandbox(arguments.state) as told:
        if told is None:
            sys.stderr.write("the sandbox did not start\n")
            return INTERNAL
        os.environ.update(told)
        return asyncio.run(run_supervisor(options, on_ready))


def _choose_address(port: int) -> tuple[str, int]:
    """Give the usual port, or any free one where that is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return "127.0.0.1", 0
    return "127.0.0.1", port


@contextmanager
def _sandbox(state: Path) -> Iterator[dict[str, str] | None]:
    """Run the sandbox in a process of its own, which ends with ours however we end."""
    with tempfile.TemporaryDirectory() as place:
        ready = Path(place) / "sandbox.json"
        command = [sys.executable, "-m", "gateway.cli", "sandbox", "--with-parent", "--ready-file", str(ready), "--state", str(state)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own command
        try:
            yield _wait_for(ready, child)
        finally:
            child.terminate()
            child.wait()


def _wait_for(ready: Path, child: subprocess.Popen[bytes]) -> dict[str, str] | None:
    deadline_s = time.monotonic() + _START_S
    while time.monotonic() < deadline_s and child.poll() is None:
        if ready.exists():
            told: dict[str, str] = orjson.loads(ready.read_bytes())
            return told
        time.sleep(0.02)
    return None


def _introduce(ready: Ready, folders: Sequence[Path], state: Path) -> str:
    """Write what a newcomer needs: where it listens, a token, three commands to paste."""
    examples = [each for each in list_examples(read_federation(folders)) if each.is_live and each.caller and each.body]
    good = next((each for each in examples if each.fault is None and each.route == _SHOWN), examples[0])
    refused = next(each for each in examples if each.fault in ("PURPOSE_DENIED", "ACCESS_DENIED") and each.route == good.route)
    key = load_key(state)
    token = mint_token(key, str(good.caller), "", AUDIENCE, 86_400)
    other = mint_token(key, str(refused.caller), "", AUDIENCE, 86_400)
    return f"""
Jembatan runs the reference federation ({ready.plan[:12]}); all its data are synthetic. Ctrl-C ends everything.

  data plane   {ready.data_plane}
  management   {ready.management}   (/metrics /readyz /plan)
  token        {token}

A call that is translated ({good.route}: {good.name}):

{_write_curl(ready, good, token)}

A call that is refused ({refused.name}):

{_write_curl(ready, refused, other)}

The metrics:

  curl -s {ready.management}/metrics
"""


def _write_curl(ready: Ready, example: Example, token: str) -> str:
    lines = [f"curl -si -X {example.method} '{ready.data_plane}{example.target}'", f"-H 'authorization: Bearer {token}'"]
    lines += [f"-H '{name}: {text}'" for name, text in example.headers.items()]
    if example.body is not None:
        lines.append(f"-d '{example.body.decode()}'")
    return "  " + " \\\n    ".join(lines)
