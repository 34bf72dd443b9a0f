"""What the subcommands of the gate share: rules, cases, who asks, and the screening of a proposal.

Laws: 1. Who does something is shown by a token, never by a name. 2. The numeric libraries are loaded when something is screened.
Must not know: what is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ..catalogue.entry import App
from ..catalogue.form import read_app
from ..catalogue.gate.case import Case
from ..catalogue.gate.deeds import Rows
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.people import Person
from ..catalogue.gate.rules import Rules, RulesError, decode_rules
from ..catalogue.intake.documents import read_yaml
from ..catalogue.intake.draft import Draft, Hints
from ..catalogue.intake.findings import Finding, Place
from ..catalogue.port import Busy, CatalogueStore
from ..plan.days import JAKARTA
from ..stores.sqlite_cases import SqliteCases, WrongCases
from .catalogue_judge import load_judge
from .catalogue_merging import read_supplies
from .frame import UsageError

if TYPE_CHECKING:
    from ..catalogue.overlap.index import Index
    from ..catalogue.overlap.pairs import PairModel
    from ..catalogue.overlap.screen import Supply

TOKEN = "JEMBATAN_TOKEN"  # noqa: S105 - the name of a variable
PROPOSAL_BYTES_MAX = 1 << 20
_LOG = logging.getLogger("jembatan.catalogue")
_SLICE = 16  # entries that are read before others get their turn: some 10 ms
_LOOK_S = 0.5  # how often it is looked whether entries came


def add_desk(parser: argparse.ArgumentParser) -> None:
    """Declare where cases stand, by which rules, and whose token is used."""
    parser.add_argument("--cases", type=Path, metavar="FILE", help="the file of cases (default: beside the catalogue, NAME.cases.db)")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="terms and moratoria (default: those that come along)")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help=f"who asks: a file with the token (default: ${TOKEN})")


def load_rules(path: Path | None) -> Rules:
    """Read the rules of the gate.

    Faults: UsageError.
    """
    place = files("gateway.catalogue.gate") / "rules.yaml" if path is None else path
    try:
        return decode_rules(yaml.safe_load(place.read_text(encoding="utf-8")))
    except (RulesError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path or 'rules.yaml'}: {error}") from None


def open_desk(arguments: argparse.Namespace, makes: bool = False, wait_s: float = 10.0) -> Desk:
    """Open the cases.

    Faults: UsageError.
    """
    path: Path = arguments.cases or arguments.store.with_suffix(".cases.db")
    if not makes and not path.is_file():
        raise UsageError(f"no cases stand at {path}: `jembatan catalogue case admit` makes the file and lets the first person in")
    try:
        return Desk(SqliteCases(path, wait_s), load_rules(arguments.rules))
    except WrongCases as error:
        raise UsageError(str(error)) from None


def find_asker(arguments: argparse.Namespace, desk: Desk) -> Person:
    """Give who asks.

    Faults: UsageError.
    """
    token = arguments.token_file.read_text(encoding="utf-8").strip() if arguments.token_file else os.environ.get(TOKEN, "")
    if not token:
        raise UsageError(f"who asks? Set {TOKEN}, or say --token-file")
    person = desk.recognise(token, now())
    if person is None:
        raise UsageError("the token is nobody's, or has ended")
    return person


def now() -> datetime:
    """Give the time, to the second, in Jakarta: terms and decisions hold and end by its days."""
    return datetime.now(JAKARTA).replace(microsecond=0)


def read_proposals(path: Path) -> tuple[list[tuple[App, int]], list[Finding]]:
    """Read the `app:` documents of a file, each with its line, and what is wrong with the others."""
    with path.open("rb") as file:
        raw = file.read(PROPOSAL_BYTES_MAX + 1)
    if len(raw) > PROPOSAL_BYTES_MAX:
        return [], [Finding("error", Place(str(path)), "larger than 1 MiB")]
    reads = list(read_yaml(str(path), raw, Hints()))
    found = [(read_app(one.rows), one.place.line) for one in reads if isinstance(one, Draft)]  # made an entry of in `check_draft` already
    wrong = [one for one in reads if isinstance(one, Finding) and one.weight == "error"]
    return found, wrong if found or wrong else [Finding("error", Place(str(path)), "no `app:` document stands there")]


class Screener:
    """The catalogue made ready for screenings; what is written to it counts after the next `catch_up`."""

    def __init__(self, store: CatalogueStore, judge: tuple[Index, PairModel], supplies: tuple[Supply, ...], seen: int) -> None:
        self._store = store
        self._index, self._model = judge
        self._supplies = supplies
        self._seen = seen
        self._turn = asyncio.Lock()

    def screen(self, app: App, limit: int = 10) -> Rows:
        """Screen a proposal; an entry of its id that somebody else owns is no entry of its own."""
        from dataclasses import replace

        from ..catalogue.overlap.rows import write_screening
        from ..catalogue.overlap.screen import screen

        held = self._store.get(app.id)
        asked = replace(app, id="proposal") if held is not None and held.owner != app.owner else app
        return write_screening(screen(self._index, self._model, asked, self._supplies, limit))

    def relate(self, ids: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
        """Give the likely pairs among some entries."""
        from ..catalogue.overlap.clusters import relate_entries

        return relate_entries(self._index, self._model, ids)

    async def catch_up(self) -> None:
        """Read what was written since, a little at a time: who asks for something else meanwhile is answered."""
        is_more = True
        while is_more:
            async with self._turn:  # however many wait for it, one reads at a time
                is_more = self._read_on()
                await asyncio.sleep(0)

    async def follow(self) -> None:
        """Catch up now and then, so that a screening seldom has to, until cancelled."""
        while True:
            try:
                await self.catch_up()
            except Busy:
                pass
            except Exception as error:
                _LOG.error("what was written to the catalogue cannot be read: %s", type(error).__name__)
            await asyncio.sleep(_LOOK_S)

    def _read_on(self) -> bool:
        events = list(islice(self._store.events(after=self._seen), _SLICE))
        for id in dict.fromkeys(event.app for event in events):
            app = self._store.get(id)
            if app is not None:
                self._index.put(app)
        self._seen = events[-1].number if events else self._seen
        return len(events) == _SLICE


def load_screener(arguments: argparse.Namespace, store: CatalogueStore) -> Screener:
    """Build the index over the catalogue.

    Faults: UsageError where the numeric libraries are missing.
    """
    seen = store.last()
    judge = load_judge(arguments, store.entries())
    from ..catalogue.overlap.screen import read_supply

    listed = read_supplies(arguments.federation) if arguments.federation else ()
    lexicon = judge[0].lexicon
    supplies = tuple(read_supply(one.operation, _list_names(one.gives), _list_names(one.asks), lexicon) for one in listed)
    return Screener(store, judge, supplies, seen)


def _list_names(app: App) -> list[str]:
    return [field.name for field in app.fields]


def show_case(case: Case, phase: str) -> Mapping[str, str | int]:
    """Give a case as a row."""
    last = case.round
    outcome = last.ruling.deed.outcome if last is not None and last.ruling is not None else ""
    return {
        "case": case.id, "app": case.app, "agency": case.subject.agency, "phase": phase, "decision": outcome,
        "waits for": ", ".join(last.waits_for()) if last is not None and phase == "answering" else "",
    }  # fmt: skip
