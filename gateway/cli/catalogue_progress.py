"""`jembatan catalogue progress`: applications live, merged and retired, week by week, and where the targets stand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import orjson
import yaml

from ..catalogue.merging.progress import COUNTED, Reached, Target, Week, count_weeks, judge_target, list_owners, read_targets
from ..values.model import Json
from .catalogue_shelf import add_store, open_store
from .frame import FINDINGS, FINE, UsageError, add_format, print_rows, say, today

HELP = "Targets and progress: applications live, merged and retired per agency, week by week, from the catalogue's events."
EXAMPLE = (
    "  jembatan catalogue progress --targets targets.yaml --weeks 8\n"
    "  jembatan catalogue progress --owner kab-karawang --as-of 2026-06-30\n"
    "  jembatan catalogue progress --by-agency"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_store(parser)
    parser.add_argument("--targets", type=Path, metavar="FILE", help="targets: [{owner, by, live | gone}]; no owner = everybody")
    parser.add_argument("--owner", default="", help="the weeks of one agency (default: of everybody)")
    parser.add_argument("--by-agency", action="store_true", help="every agency: its last week, and what changed since the first one shown")
    parser.add_argument("--weeks", type=int, default=12, help="how many weeks (default: 12)")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="the day to look from (default: today)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Count and print; 1 where a target is late or missed."""
    if not 1 <= arguments.weeks <= 520:
        raise UsageError("--weeks is 1 to 520")
    day = arguments.as_of or today()
    targets = load_targets(arguments.targets) if arguments.targets else []
    with open_store(arguments) as store:
        weeks = count_weeks(store.events(), day, arguments.weeks)
    reached = [judge_target(target, weeks, day) for target in targets]
    owners = list_owners(weeks) if arguments.by_agency else []
    if arguments.format == "json":
        rows = _make_rows(weeks, arguments.owner, owners, reached)
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(weeks, arguments.owner, owners, reached)
    return FINDINGS if any(one.state in ("late", "missed") for one in reached) else FINE


def load_targets(path: Path) -> list[Target]:
    """Read the targets of a file.

    Faults: UsageError.
    """
    try:
        return read_targets(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {error}") from error


def _make_rows(weeks: Sequence[Week], owner: str, owners: Sequence[str], reached: Sequence[Reached]) -> dict[str, Json]:
    agencies = {one: [_week_row(week, one) for week in weeks] for one in owners}
    rows: dict[str, Json] = {"weeks": [_week_row(week, owner) for week in weeks], "targets": [_target_row(one) for one in reached]}
    return rows | ({"agencies": agencies} if agencies else {})


def _print(weeks: Sequence[Week], owner: str, owners: Sequence[str], reached: Sequence[Reached]) -> None:
    print_rows([_week_row(week, owner) for week in weeks], "text", ("week", *COUNTED))
    if owners:
        say("")
        print_rows([_agency_row(weeks, one) for one in owners], "text", ("owner", *COUNTED, "live since", "gone since"))
    if reached:
        say("")
        print_rows([_target_row(one) for one in reached], "text", ("owner", "by", "target", "live", "gone", "state"))


def _week_row(week: Week, owner: str) -> dict[str, Json]:
    return {"week": week.monday.isoformat(), **{name: week.count(owner, name) for name in COUNTED}}


def _agency_row(weeks: Sequence[Week], owner: str) -> dict[str, Json]:
    """Give where an agency stands, and by how much its live ones and those that are gone changed since the first week shown."""
    first, last = weeks[0], weeks[-1]
    gone = [week.count(owner, "merged") + week.count(owner, "retired") for week in (first, last)]
    since = {"live since": last.count(owner, "live") - first.count(owner, "live"), "gone since": gone[1] - gone[0]}
    return {"owner": owner, **{name: last.count(owner, name) for name in COUNTED}, **{key: f"{value:+}" for key, value in since.items()}}


def _target_row(one: Reached) -> dict[str, Json]:
    goal = f"at most {one.target.live} live" if one.target.live is not None else f"at least {one.target.gone} gone"
    row: dict[str, Json] = {"owner": one.target.owner or "everybody", "by": one.target.by.isoformat(), "target": goal, "live": one.live}
    return row | {"gone": one.gone, "state": one.state}
