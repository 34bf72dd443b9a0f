"""What the subcommands on maturity read: sets, scores that were entered, the federation, a scrape of the metrics, the catalogue.

Law: what is not given is not known; nothing is guessed. Must not know: how scores are made.
"""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from ..catalogue.maturity.facts import Known, Operation, Usage, count_facts
from ..catalogue.maturity.score import Score, Sheet, decode_sheet, score_agency
from ..catalogue.maturity.sets import IndicatorSet, SetError, decode_set
from ..plan.decode import Document
from ..plan.federation import Federation, read_federation
from ..values.model import Json
from .catalogue_merging import load_entries
from .frame import UsageError

DEFAULT_SET = "spbe-2020"


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Declare what an agency is scored from."""
    parser.add_argument("agency", metavar="AGENCY", help="the agency's id")
    parser.add_argument("--scores", type=Path, metavar="FILE", help="what was entered for it: agency, year, set, scores")
    parser.add_argument(
        "--set", default=DEFAULT_SET, metavar="SET", help=f"an indicator set that comes along, or a file (default: {DEFAULT_SET})"
    )
    parser.add_argument("--year", type=int, default=0, help="the year, where no scores are given")
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: which operations the agency answers")
    parser.add_argument("--metrics", type=Path, metavar="FILE", help="a saved scrape of /metrics: who uses them, how well they answer")
    parser.add_argument("--store", type=Path, metavar="FILE", help="the catalogue, or JSON lines of entries")


def list_sets() -> list[str]:
    """Give the sets that come along."""
    folder = files("gateway.catalogue.maturity") / "sets"
    return sorted(path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml"))


def load_set(name: str) -> IndicatorSet:
    """Read a set that comes along, or one of a file.

    Faults: UsageError.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        text = path.read_text(encoding="utf-8")
    elif name in list_sets():
        text = (files("gateway.catalogue.maturity") / "sets" / f"{name}.yaml").read_text(encoding="utf-8")
    else:
        raise UsageError(f"there is no indicator set {name}: {', '.join(list_sets())}, or a file .yaml")
    try:
        return decode_set(_read_yaml(text, name), name)
    except SetError as error:
        raise UsageError(str(error)) from error


def load_sheet(path: Path, levels: int = 5) -> Sheet:
    """Read what was entered.

    Faults: UsageError.
    """
    try:
        return decode_sheet(_read_yaml(path.read_text(encoding="utf-8"), str(path)), levels, str(path))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: no text in UTF-8") from error
    except (SetError, TypeError, ValueError) as error:
        raise UsageError(str(error)) from error


def _read_yaml(text: str, where: str) -> Json:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{where}: no YAML: {error}") from error


def load_score(arguments: argparse.Namespace) -> tuple[Score, Known]:
    """Score the agency from what is given.

    Faults: UsageError.
    """
    sheet = load_sheet(arguments.scores) if arguments.scores else Sheet(arguments.agency, arguments.year, arguments.set)
    if sheet.agency != arguments.agency:
        raise UsageError(f"{arguments.scores} is of {sheet.agency}, not of {arguments.agency}")
    known = load_known(arguments)
    try:
        return score_agency(sheet, load_set(sheet.set), count_facts(known)), known
    except SetError as error:
        raise UsageError(str(error)) from error


def load_known(arguments: argparse.Namespace) -> Known:
    """Give what is known around the agency."""
    operations = read_operations(arguments.federation) if arguments.federation else None
    usage = read_usage(arguments.metrics) if arguments.metrics else None
    apps = tuple(load_entries(arguments.store).values()) if arguments.store else None
    return Known(arguments.agency, operations, usage, apps)


def read_operations(folder: Path) -> list[Operation]:
    """Give the operations of a federation.

    Faults: UsageError.
    """
    if not (folder / "routes").is_dir():
        raise UsageError(f"{folder} has no routes/: name the folder of a federation")
    federation = read_federation((folder,))
    return [_read_operation(federation, document) for _, document in sorted(federation.of("route").items())]


def _read_operation(federation: Federation, document: Document) -> Operation:
    route = document.value
    call, provider = route.get("call") or {}, route.get("provider") or {}
    upstream = federation.of("upstream").get(str(provider.get("upstream")))
    behind = upstream.value if upstream is not None else {}
    response = provider.get("response") or {}
    is_enforced = "answer" in route and response.get("check", "enforce") == "enforce" and call.get("check", "enforce") == "enforce"
    title = route.get("title") or {}
    entry = route.get("entry") or behind.get("entry") or ""
    return Operation(
        document.id, title.get("en", ""), str(call.get("method")), str(call.get("path")), str(behind.get("owner", "")), entry, is_enforced
    )


def read_usage(path: Path) -> Usage:
    """Read a saved scrape.

    Faults: UsageError.
    """
    calls: dict[tuple[str, str], int] = {}
    answers: dict[str, tuple[int, int]] = {}
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
        for sample in (sample for family in families for sample in family.samples):
            route, number = sample.labels.get("route", ""), int(sample.value)
            if sample.name == "jembatan_caller_requests_total":
                calls[route, sample.labels["caller"]] = number
            elif sample.name == "jembatan_responses_total":
                good, total = answers.get(route, (0, 0))
                answers[route] = (good + (number if int(sample.labels["status"]) < 500 else 0), total + number)
    except (ValueError, KeyError) as error:
        raise UsageError(f"{path} is no scrape of this gateway's /metrics: {error}") from error
    return Usage(calls, answers)
