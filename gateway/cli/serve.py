"""`jembatan serve`: the gateway."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import orjson

from ..plan.federation import read_federation
from ..sandbox.identity import AUDIENCE, KEY_FILE, load_key, mint_citizen_token, mint_token
from ..supervisor import Ready, SupervisorOptions, run_supervisor
from ..values.model import Json
from .examples import Example, list_examples
from .frame import STATE, UsageError, add_folders, find_folders, say
from .sandbox import write_private

HELP = "Serve a federation: workers, reload on SIGHUP or change, metrics on the management address."
EXAMPLE = (
    "  jembatan serve country/ --workers 4 --watch\n"
    "  set -a; . ./sandbox.env; set +a; jembatan serve country/    # before simulated agencies: jembatan sandbox --env-file sandbox.env"
)
_TOKEN_S = 86_400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    add_serving(parser)


def add_serving(parser: argparse.ArgumentParser) -> None:
    """Declare what `serve` and `demo` both take."""
    parser.add_argument("--workers", type=int, help="worker processes (default: the gateway document's)")
    parser.add_argument("--listen", type=read_address, metavar="HOST:PORT", help="the data plane's address; port 0 takes a free one")
    parser.add_argument("--management", type=read_address, metavar="HOST:PORT", help="the management address")
    parser.add_argument("--watch", action="store_true", help="reload when a file of the federation changes")
    parser.add_argument("--ready-file", type=Path, metavar="F", help="write addresses, tokens and examples there once everything answers")
    parser.add_argument("--access-log", default="-", metavar="PATH", help="a path, - for standard output, '' for nowhere")
    parser.add_argument(
        "--state", type=Path, default=STATE, help="where what lasts is kept: the stores, a sandbox's key (default: .jembatan)"
    )


def read_address(text: str) -> tuple[str, int]:
    """Read HOST:PORT.

    Faults: ArgumentTypeError.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"an address is written HOST:PORT, not {text}")
    return host.strip("[]"), int(port)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    folders = find_folders(arguments)

    def on_ready(ready: Ready) -> None:
        say(f"jembatan serves {ready.plan[:12]} on {ready.data_plane}, management on {ready.management}")
        if arguments.ready_file:
            write_ready(arguments.ready_file, ready, folders, arguments.state)

    return asyncio.run(run_supervisor(read_options(arguments, folders), on_ready))


def read_options(arguments: argparse.Namespace, folders: tuple[Path, ...]) -> SupervisorOptions:
    """Give the supervisor's options."""
    if arguments.workers is not None and not 1 <= arguments.workers <= 256:
        raise UsageError("--workers takes 1 to 256")
    return SupervisorOptions(
        folders=folders,
        workers=arguments.workers,
        data_plane=arguments.listen,
        management=arguments.management,
        is_watching=arguments.watch,
        access_log=arguments.access_log,
        state=arguments.state,
    )


def write_ready(path: Path, ready: Ready, folders: tuple[Path, ...], state: Path) -> None:
    """Write where everything answers, and every live example complete with a token, for scripts and strangers."""
    federation = read_federation(folders)
    is_sandbox = any(document.value.get("sandbox") for document in federation.of("gateway").values())
    tokens: dict[str, str] = {}
    if is_sandbox and (state / KEY_FILE).exists():
        key = load_key(state)
        tokens = {agency: mint_token(key, agency, "", AUDIENCE, _TOKEN_S) for agency in federation.of("agency")}
    sent = [example for example in list_examples(federation) if _can_be_sent(example, tokens)]
    shown = [_show_example(example, _find_token(example, tokens, state)) for example in sent]
    content = {"data_plane": ready.data_plane, "management": ready.management, "tokens": tokens, "examples": shown}
    write_private(path, orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _can_be_sent(example: Example, tokens: dict[str, str]) -> bool:
    return example.is_live and (example.caller is None or example.caller in tokens)


def _find_token(example: Example, tokens: dict[str, str], state: Path) -> str:
    if example.caller is None:
        return ""
    return mint_citizen_token(load_key(state), example.caller, example.citizen) if example.citizen else tokens[example.caller]


def _show_example(example: Example, token: str) -> dict[str, Json]:
    credential = {"authorization": f"Bearer {token}"} if token else {}
    return {
        "name": f"{example.route}: {example.name}",
        "method": example.method,
        "path": example.target,
        "headers": {**example.headers, **credential},
        "body": None if example.body is None else example.body.decode(),
        "expected_status": example.status,
        "expected_fault": example.fault,
    }
