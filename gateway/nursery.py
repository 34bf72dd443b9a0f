"""The nursery: compiles a plan in a fresh process and forks the workers that serve it.

Laws: 1. One plan a nursery. 2. No event loop and no thread exists here, so that a fork is whole. 3. What is forked is frozen
first, so that workers share it. 4. It ends when its supervisor is gone; it reaps its workers while it lives.
Must not know: slots, reloads, metrics. Spoken on the channel: it tells `compiled` or `refused`, `died`; it is told `fork`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Protocol, cast

from .channel import Channel
from .observe.cells import Cells
from .values.cells import register_process_cells
from .values.model import Json
from .values.route import Plan
from .values.stores import StoreFailed
from .worker import Bench, find_stores, run_worker


class Loader(Protocol):
    """What compiles a plan: a module's function. Its module names the exception `PlanRefused`, whose text is the diagnostics."""

    def __call__(self, folders: Sequence[Path], env: Mapping[str, str]) -> Plan:
        """Compile the federation in these folders."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile, tell, then fork whenever told, until the supervisor is gone."""
    options = _parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the supervisor judges; its end is ours
    channel = Channel(socket.socket(fileno=options.channel))
    plan, answer = compile_plan(options.loader, [Path(folder) for folder in options.folders], os.environ)
    try:
        channel.send(answer)
    except OSError:
        return 1
    if plan is None:
        return 1
    _make_store(plan, options.state, options.store)
    gc.collect()
    gc.freeze()
    return _fork_when_told(channel, plan, Home(None if options.log_fd < 0 else options.log_fd, options.state))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jembatan-nursery", description="Started by the supervisor; not for hands.")
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--loader", required=True, help="module:function")
    parser.add_argument("--log-fd", type=int, default=1)
    parser.add_argument("--state", type=Path, default=Path(".jembatan"))
    parser.add_argument("--store", default="", help="the path of the stores that are in use")
    parser.add_argument("folders", nargs="*")
    return parser.parse_args(arguments)


def compile_plan(loader: str, folders: Sequence[Path], env: Mapping[str, str]) -> tuple[Plan | None, dict[str, Json]]:
    """Compile by the loader `module:function`; give the plan, and what to tell the supervisor."""
    module_name, _, function = loader.partition(":")
    module = importlib.import_module(module_name)
    load = cast(Loader, getattr(module, function))
    refused = cast(type[Exception], module.PlanRefused)
    try:
        plan = load(folders, env)
        register_process_cells(plan.layout, plan.upstreams, plan.issuers)
    except refused as error:
        return None, {"event": "refused", "text": str(error)}
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return None, {"event": "refused", "text": f"a defect of the compiler: {type(error).__name__}"}
    return plan, describe_plan(plan)


def _make_store(plan: Plan, state: Path, in_use: str) -> None:
    """Make the file of the stores where there is none, unless it was in use: one that is taken away is missed, and not begun anew."""
    stores, open_stores = plan.gateway.stores, find_stores(plan, state, may_make=True)
    if stores is not None and open_stores is not None and stores.path != in_use and not (state / stores.path).exists():
        with suppress(StoreFailed):  # each deed says so
            open_stores().close()


def describe_plan(plan: Plan) -> dict[str, Json]:
    """Say what the supervisor needs to know of a plan; no secrets."""
    return {
        "event": "compiled",
        "hash": plan.hash,
        "gateway": asdict(plan.gateway),
        "series": [(series.family, series.labels, series.offset) for series in plan.layout.series],
        "size": plan.layout.size,
        "routes": [
            {"id": r.id, "method": r.method, "path": r.path, "effect": r.effect, "service": r.service, "where": r.where}
            for r in plan.routes
        ],
        "upstreams": [upstream.id for upstream in plan.upstreams],
        "expiries": [asdict(expiry) for expiry in plan.expiries],
        "weakenings": plan.weakenings,
        "is_sandbox": plan.is_sandbox,
    }


@dataclass(frozen=True, slots=True)
class Home:
    """What all workers are given: where the log goes (None = nowhere), and the folder of the gateway's state."""

    log_fd: int | None
    state: Path


def _fork_when_told(channel: Channel, plan: Plan, home: Home) -> int:
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select((channel.fileno(), wake), (), ())
        if wake in ready:
            os.read(wake, 4096)
            _tell_deaths(channel)
        if channel.fileno() not in ready:
            continue
        messages, goes_on = channel.receive()
        for message, fds in messages:
            if message.get("do") == "fork":
                _fork(plan, message, fds, home, (channel.fileno(), wake, woken))
        if not goes_on:
            return 0


def _tell_deaths(channel: Channel) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        try:
            channel.send({"event": "died", "pid": pid, "status": os.waitstatus_to_exitcode(status)})
        except OSError:
            return  # the supervisor is gone; the loop is about to see it


def _fork(plan: Plan, message: dict[str, Json], fds: list[int], home: Home, forget: Sequence[int]) -> None:
    """Fork one worker; its descriptors are the control channel, the cells, then the listening sockets."""
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd in forget:
            os.close(fd)
        _be_worker(plan, int(message["slot"]), fds, home)
    for fd in fds:
        os.close(fd)


def _be_worker(plan: Plan, slot: int, fds: list[int], home: Home) -> NoReturn:
    status = 1
    try:
        control = Channel(socket.socket(fileno=fds[0]))
        control.send({"event": "born", "pid": os.getpid()})
        control.socket.setblocking(False)
        cells = Cells(fds[1])
        os.close(fds[1])
        sockets = [socket.socket(fileno=fd) for fd in fds[2:]]
        status = run_worker(plan, Bench(slot, sockets, cells, control, home.log_fd, home.state))
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
