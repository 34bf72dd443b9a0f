"""`jembatan catalogue unregistered`: callers, hosts, operations and applications that are seen and that no entry covers."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from ..catalogue.merging.unregistered import Covered, Sighting, find_unregistered
from ..plan.federation import Federation, read_federation
from .catalogue_merging import add_entries, load_entries
from .frame import FINDINGS, FINE, UsageError, add_format, print_rows

HELP = "What is not registered: what a federation, an access log or an inventory names and no entry of the catalogue covers."
EXAMPLE = "  jembatan catalogue unregistered --federation . --access-log access.jsonl --inventory hosts.csv"
_COLUMNS = ("kind", "name", "seen", "calls")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_entries(parser)
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: its upstreams' hosts and its operations")
    parser.add_argument("--access-log", type=Path, metavar="FILE", help="the gateway's access log: who calls")
    parser.add_argument("--inventory", type=Path, metavar="FILE.csv", help="columns among caller, host, operation, application")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look and print; 1 where something is not registered."""
    if not (arguments.federation or arguments.access_log or arguments.inventory):
        raise UsageError("name where to look: --federation, --access-log, --inventory")
    apps = load_entries(arguments.store)
    found = find_unregistered(_sight(arguments), list(apps.values()))
    print_rows([_row(one) for one in found], arguments.format, _COLUMNS)
    return FINDINGS if found else FINE


def _row(one: Covered) -> dict[str, str | int]:
    return {"kind": one.sighting.kind, "name": one.sighting.name, "seen": one.sighting.where, "calls": one.sighting.times}


def _sight(arguments: argparse.Namespace) -> Iterator[Sighting]:
    if arguments.federation:
        if not (arguments.federation / "routes").is_dir():
            raise UsageError(f"{arguments.federation} has no routes/: name the folder of a federation")
        yield from sight_federation(read_federation((arguments.federation,)))
    if arguments.access_log:
        yield from sight_log(arguments.access_log)
    if arguments.inventory:
        yield from sight_inventory(arguments.inventory)


def sight_federation(federation: Federation) -> Iterator[Sighting]:
    """Give the hosts and operations of a federation; each with the entry that its upstream or route names."""
    upstreams = federation.of("upstream")
    for name, document in sorted(upstreams.items()):
        entry = str(document.value.get("entry") or "")
        if host := urlsplit(os.path.expandvars(str(document.value.get("url", "")).replace("${env:", "${"))).hostname:
            yield Sighting("host", host, f"upstream {name}", entry)
        elif not entry:
            yield Sighting("host", name, f"upstream {name}, whose address is a secret")
    for name, document in sorted(federation.of("route").items()):
        behind = upstreams.get(str((document.value.get("provider") or {}).get("upstream")))
        entry = document.value.get("entry") or (behind.value.get("entry") if behind is not None else "") or ""
        yield Sighting("operation", name, f"route {name}", str(entry))


def sight_log(path: Path) -> Iterator[Sighting]:
    """Give the callers of an access log, each with the number of its calls.

    Faults: UsageError names the line.
    """
    calls: dict[str, int] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                caller = orjson.loads(line).get("caller") if line.strip() else ""
            except (ValueError, AttributeError) as error:
                raise UsageError(f"{path}:{number}: no line of an access log") from error
            if caller:
                calls[caller] = calls.get(caller, 0) + 1
    yield from (Sighting("caller", caller, "access log", "", times) for caller, times in calls.items())


def sight_inventory(path: Path) -> Iterator[Sighting]:
    """Give what an inventory names.

    Faults: UsageError where it has none of the columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        names = set(rows.fieldnames or ())
        if not names & {"caller", "host", "operation", "application"}:
            raise UsageError(f"{path} has none of the columns caller, host, operation, application")
        for row in rows:
            yield from _sight_row(row, path.name)


def _sight_row(row: dict[str, str], where: str) -> Iterator[Sighting]:
    if caller := (row.get("caller") or "").strip():
        yield Sighting("caller", caller, where)
    if host := (row.get("host") or "").strip():
        yield Sighting("host", urlsplit(host).hostname or host, where)
    if operation := (row.get("operation") or "").strip():
        yield Sighting("operation", operation, where)
    if application := (row.get("application") or "").strip():
        yield Sighting("application", application, where)
