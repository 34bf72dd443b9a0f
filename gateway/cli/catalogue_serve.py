"""`jembatan catalogue serve`: pages for people and screenings for programs, in a process of its own.

Law: the numeric libraries are in this process and in none of the gateway's. Must not know: pages.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
from itertools import islice
from pathlib import Path

from ..manage.catalogue_counter import Counter
from ..manage.catalogue_meters import Meters
from ..manage.catalogue_server import CatalogueServer
from .catalogue_desk import Screener, add_desk, load_screener, now, open_desk
from .catalogue_judge import add_judging
from .catalogue_merging import add_assumptions
from .catalogue_planner import Planner
from .catalogue_progress import load_targets
from .catalogue_shelf import add_store, open_store
from .frame import FINE, UsageError, say
from .serve import read_address

WAIT_S = 0.5  # for another program's writing: meanwhile nobody is answered
HELP = "Serve the catalogue: search, screenings, what to merge, cases and letters as pages; POST /catalogue/screenings for programs."
EXAMPLE = "  jembatan catalogue serve --store catalogue.db --federation . --listen 127.0.0.1:9091"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("--listen", type=read_address, default=("127.0.0.1", 9091), metavar="HOST:PORT", help="default: 127.0.0.1:9091")
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: what its services supply already")
    parser.add_argument(
        "--clusters", type=Path, metavar="FILE", help="clusters that `report --out` found; default: found anew when entries came"
    )
    parser.add_argument(
        "--clusters-every", type=_read_minutes, default=15.0, metavar="MINUTES",
        help="clusters are found anew at most so often, once entries came (default: 15)",
    )  # fmt: skip
    parser.add_argument("--targets", type=Path, metavar="FILE", help="targets for the page of progress, as `progress` takes them")
    add_assumptions(parser)
    parser.add_argument("--behind-tls", action="store_true", help="TLS ends before this listener: cookies are sent over TLS only")
    add_store(parser)
    add_desk(parser)
    add_judging(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    desk = open_desk(arguments, wait_s=WAIT_S)
    targets = tuple(load_targets(arguments.targets)) if arguments.targets else ()
    with open_store(arguments, wait_s=WAIT_S) as store:
        screener = load_screener(arguments, store)
        for app in islice(store.entries(), 1):  # what the first screening loads is loaded before anybody waits for it
            screener.screen(app)
        meters = Meters()
        planner = Planner(arguments, store, screener, meters)
        counter = Counter(store, desk, screener, planner, now, arguments.behind_tls, meters, targets)
        counter.count_weeks(1)
        gc.freeze()  # the index stays: it need not be looked through again and again while pages wait
        try:
            asyncio.run(_serve(CatalogueServer(counter), (planner, screener), *arguments.listen))
        except OSError as error:
            raise UsageError(f"cannot listen on {arguments.listen[0]}:{arguments.listen[1]}: {error.strerror}") from None
    return FINE


async def _serve(server: CatalogueServer, followers: tuple[Planner, Screener], host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await server.start(host, port)
    following = [loop.create_task(one.follow()) for one in followers]
    say(f"the catalogue is at http://{host}:{server.port}/")
    try:
        await stop.wait()
    finally:
        for task in following:
            task.cancel()
        followers[0].stop()
        await server.stop()


def _read_minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 10_080:
        raise argparse.ArgumentTypeError("minutes, more than 0 and at most a week")
    return minutes
