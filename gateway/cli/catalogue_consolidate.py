"""`jembatan catalogue consolidate`: a cluster as a draft federation, for people to finish."""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Mapping
from pathlib import Path

import orjson
import yaml

from ..catalogue.merging.draft import MEMBERS, draft_federation
from ..catalogue.merging.draft_families import Suggest
from ..catalogue.merging.draft_parts import Decision, Draft
from ..catalogue.merging.plan import MergePlan, plan_merge
from ..translate.paths import read_shape, show_path
from ..translate.suggest.assign import suggest_mapping
from ..translate.suggest.values import Lists
from ..values.model import Json
from .catalogue_merging import add_planning, find_clusters, load_around, load_entries
from .frame import FINE, UsageError, say
from .mapping_suggest import read_glossary

HELP = "Write a cluster as a draft federation that checks and opens nothing, with the list of what is left to decide."
EXAMPLE = "  jembatan catalogue consolidate kab-karawang.simpeg --out draft/ --name personnel\n  jembatan check draft/"
_HEAD = "# Drafted from the catalogue; what is left to decide stands in DECISIONS.md.\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("cluster", metavar="CLUSTER", help="a cluster, or an application in it")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--name", default="", help="the service's name (default: from what the cluster is about)")
    parser.add_argument("--members", type=int, default=MEMBERS, help=f"how many, in the order of migration (default: {MEMBERS})")
    add_planning(parser)


def run(arguments: argparse.Namespace) -> int:
    """Plan the cluster, draft, write."""
    if arguments.out.exists() and (not arguments.out.is_dir() or any(arguments.out.iterdir())):
        raise UsageError(f"{arguments.out} is not empty: name a new folder")
    plan = _plan(arguments)
    name = arguments.name or name_service(plan.label.en or plan.label.id)
    if re.fullmatch(r"[a-z][a-z0-9-]{1,40}", name) is None:
        raise UsageError(f"--name {name}: small letters, digits, hyphens")
    try:
        draft = draft_federation(plan, name, make_suggest(), max(1, arguments.members))
    except ValueError as error:
        raise UsageError(str(error)) from error
    write_draft(draft, arguments.out)
    left = f"{len(draft.decisions)} decisions left in DECISIONS.md"
    say(f"drafted {name}/v1 in {arguments.out}: {left}; next, jembatan check {arguments.out}")
    return FINE


def _plan(arguments: argparse.Namespace) -> MergePlan:
    apps = load_entries(arguments.store)
    around = load_around(arguments)
    for one in find_clusters(arguments, apps, around):
        if arguments.cluster == one.id or arguments.cluster in one.apps:
            return plan_merge(one, apps, around)
    raise UsageError(f"there is no cluster {arguments.cluster}, and no application of that id in one")


def name_service(label: str) -> str:
    """Give a service's name from what a cluster is about."""
    return "-".join(re.findall(r"[a-z0-9]+", label.lower()))[:40].strip("-") or "service"


def make_suggest() -> Suggest:
    """Give `mapping suggest` as drafting takes it: the plain guesses that are sure."""
    glossary = read_glossary()
    lists = Lists({}, glossary)

    def suggest(agency: Json, canonical: Json) -> Mapping[str, str]:
        shapes = [read_shape(schema, {}) for schema in (agency, canonical)]
        found = suggest_mapping(shapes[0], shapes[1], (), glossary, lists)
        sure = [guess for guess in found.guesses if guess.is_sure and len(guess.agency) == 1]
        return {show_path(guess.canonical.path): show_path(guess.agency[0].path) for guess in sure}

    return suggest


def write_draft(draft: Draft, out: Path) -> None:
    """Write the files of a draft."""
    for name, documents in draft.files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=140) for document in documents]
        path.write_text(_HEAD + "---\n".join(texts), encoding="utf-8")
    for name, table in draft.tables.items():
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)
    (out / "DECISIONS.md").write_text(_write_decisions(draft), encoding="utf-8")
    rows = [{"where": one.where, "what": one.what, **({"apps": one.apps} if one.apps else {})} for one in draft.decisions]
    (out / "decisions.json").write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _write_decisions(draft: Draft) -> str:
    lines = [f"# Decisions left to people: {draft.service}/v1", ""]
    lines += [f"- [ ] **{_name(one)}**: {one.what}" for one in draft.decisions]
    return "\n".join(lines) + "\n"


def _name(one: Decision) -> str:
    """Give what a decision is about; of many applications the first, and how many more."""
    if not one.apps:
        return one.where
    more = f" and {len(one.apps) - 1} more" if len(one.apps) > 1 else ""
    return f"{one.where} of {one.apps[0]}{more}"
