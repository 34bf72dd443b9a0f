"""What the subcommands on merging share: entries from a file or a store, clusters, alignment, what the federation supplies.

Law: the numeric libraries are loaded here, when they are needed, and their absence is said plainly. Must not know: what is printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import yaml

from ..catalogue.entry import App, Field, Text
from ..catalogue.form import Malformed
from ..catalogue.intake.findings import Finding
from ..catalogue.intake.json_lines import read_json_lines
from ..catalogue.merging.assumptions import Assumptions, assume
from ..catalogue.merging.cluster import Align, Cluster
from ..catalogue.merging.gather import gather_clusters
from ..catalogue.merging.plan import CANDIDATE, Around, Supply, plan_merge
from ..plan.federation import read_federation
from ..plan.notes import Notes
from ..plan.shelf import fill_shelf
from ..sandbox.places import find_reference
from ..stores.sqlite_catalogue import SqliteCatalogue
from ..translate.paths import ITEM, Segments, list_leaves, read_shape
from ..values.model import Json
from .catalogue_shelf import DEFAULT
from .frame import UsageError

if TYPE_CHECKING:
    from ..catalogue.overlap.words import Lexicon

STORE = DEFAULT
MISSING = "this needs the numeric libraries: make extras, or pip install 'jembatan[catalogue]'"


def add_entries(parser: argparse.ArgumentParser) -> None:
    """Declare where the entries come from."""
    parser.add_argument(
        "--store", type=Path, default=STORE, metavar="FILE", help=f"the catalogue, or JSON lines of entries (default: {STORE})"
    )


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Declare what plans are made with."""
    add_entries(parser)
    parser.add_argument("--clusters", type=Path, metavar="FILE", help="JSON lines of {cluster, apps}; default: found anew")
    parser.add_argument("--gather", action="store_true", help="search again, over the clusters themselves: fewer and larger ones")
    add_assumptions(parser)
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: what its services supply is no longer typed")


def add_assumptions(parser: argparse.ArgumentParser) -> None:
    """Declare how assumptions are set."""
    parser.add_argument("--assume", action="append", default=[], metavar="NAME=VALUE", help="set an assumption, e.g. day_rupiah=3000000")


def load_entries(path: Path) -> dict[str, App]:
    """Read all entries of a store or a file, by id.

    Faults: UsageError.
    """
    if not path.exists():
        raise UsageError(f"{path} is not there: `jembatan catalogue import` fills it, `--store FILE` names another")
    try:
        if path.suffix == ".jsonl":
            with path.open("rb") as file:
                return {app.id: app for app in _good(read_json_lines(str(path), file))}
        with SqliteCatalogue(path) as store:
            return {app.id: app for app in store.entries()}
    except (ValueError, Malformed) as error:
        raise UsageError(str(error)) from error


def _good(read: Iterator[App | Finding]) -> Iterator[App]:
    for one in read:
        if isinstance(one, Finding):
            raise UsageError(one.show())
        yield one


def find_clusters(arguments: argparse.Namespace, apps: Mapping[str, App], around: Around) -> list[Cluster]:
    """Give the clusters: those of a file, else found anew; gathered where that is asked for.

    Faults: UsageError.
    """
    clusters = load_clusters(arguments.clusters, apps) if arguments.clusters else search_clusters(apps)
    if not arguments.gather:
        return clusters
    return gather_clusters([plan_merge(one, apps, around) for one in clusters], apps, search_clusters)


def search_clusters(apps: Mapping[str, App]) -> list[Cluster]:
    """Find what does the same among some entries.

    Faults: UsageError where the numeric libraries are missing.
    """
    try:
        from ..catalogue.overlap.clusters import find_clusters as find_communities
        from ..catalogue.overlap.index import build_index
        from ..catalogue.overlap.pairs import decode_model
    except ImportError as error:
        raise UsageError(MISSING) from error
    model = decode_model(orjson.loads((files("gateway.catalogue.overlap") / "model.json").read_bytes()))
    found = find_communities(build_index(apps.values(), load_lexicon()), model)
    return [Cluster(one.id, one.members) for one in found]


def load_clusters(path: Path, apps: Mapping[str, App]) -> list[Cluster]:
    """Read clusters from JSON lines; those of fewer than two known entries are passed over."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            rows = orjson.loads(line)
            cluster = Cluster(str(rows["cluster"]), tuple(sorted(name for name in rows["apps"] if name in apps)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f'{path}:{number}: a line is {{"cluster": ID, "apps": [ID, …]}}') from error
        if len(cluster.apps) > 1:
            found.append(cluster)
    return found


def read_assumptions(arguments: argparse.Namespace) -> Assumptions:
    """Give the assumptions with those that were set.

    Faults: UsageError.
    """
    changes = {}
    for one in arguments.assume:
        name, _, value = one.partition("=")
        try:
            changes[name] = float(value)
        except ValueError as error:
            raise UsageError(f"--assume {one}: NAME=VALUE, a figure") from error
    try:
        return assume(changes)
    except ValueError as error:
        raise UsageError(str(error)) from error


def load_around(arguments: argparse.Namespace) -> Around:
    """Give what plans are made with.

    Faults: UsageError.
    """
    supplies = read_supplies(arguments.federation) if arguments.federation else ()
    return Around(*make_align(), read_assumptions(arguments), supplies)


def make_align() -> tuple[Align, Align]:
    """Give the comparison of fields that overlap uses: all pairs, and those that mean the same; what is read of an entry is kept.

    Faults: UsageError where the numeric libraries are missing.
    """
    try:
        from ..catalogue.overlap.align import Meaning, Pair, align_fields, read_meanings
    except ImportError as error:
        raise UsageError(MISSING) from error
    lexicon = load_lexicon()
    kept: dict[str, list[Meaning]] = {}

    def read(app: App) -> list[Meaning]:
        if app.id not in kept:
            kept[app.id] = read_meanings(app.fields, lexicon)
        return kept[app.id]

    def compare(one: App, other: App) -> list[Pair]:
        # The candidate of a cluster is made anew for each, under one id: it is not kept.
        mine = read_meanings(one.fields, lexicon) if one.id == CANDIDATE else read(one)
        return align_fields(mine, read(other))

    def align(one: App, other: App) -> list[tuple[str, str]]:
        return [(pair.mine.name, pair.theirs.name) for pair in compare(one, other)]

    def align_surely(one: App, other: App) -> list[tuple[str, str]]:
        return [(pair.mine.name, pair.theirs.name) for pair in compare(one, other) if pair.why != "similar"]

    return align, align_surely


def load_lexicon() -> Lexicon:
    """Read the glossary that comes with the reference federation."""
    from ..catalogue.overlap.glossary import decode_part
    from ..catalogue.overlap.words import Lexicon

    parts = sorted((find_reference() / "seeds" / "glossary").glob("*.yaml"))
    return Lexicon([decode_part(yaml.safe_load(path.read_text(encoding="utf-8")), path.name) for path in parts])


def read_supplies(folder: Path) -> tuple[Supply, ...]:
    """Give what the read operations of a federation supply.

    Faults: UsageError where the folder is none.
    """
    if not (folder / "routes").is_dir():
        raise UsageError(f"{folder} has no routes/: name the folder of a federation")
    federation = read_federation((folder,))
    documents = fill_shelf(federation, Notes(list(federation.diagnostics))).registry.documents
    routes = sorted(federation.of("route").items())
    supplies = (_read_supply(name, route.value, documents) for name, route in routes if route.value.get("effect") == "read")
    return tuple(supply for supply in supplies if supply.gives.fields and supply.asks.fields)


def _read_supply(name: str, route: Mapping[str, Json], documents: Mapping[str, Json]) -> Supply:
    answer, call = route.get("answer"), route.get("call") or {}
    given = answer.get("list", answer.get("body")) if isinstance(answer, dict) else answer
    asked = documents.get(str(call.get("body")), {}).get("required", ())
    return Supply(
        name, _describe(f"{name}.answer", str(given), documents), _describe(f"{name}.call", str(call.get("body")), documents, asked)
    )


def _describe(id: str, schema: str, documents: Mapping[str, Json], only: Sequence[str] | None = None) -> App:
    """Give a schema as an entry that it can be compared with."""
    paths = list_leaves(read_shape(documents[schema], documents)) if schema in documents else ()
    leaves = dict.fromkeys(_name_leaf(path) for path in paths if only is None or path[0] in only)
    return App(id, "operation", Text(id), fields=tuple(Field(leaf) for leaf in leaves))


def _name_leaf(path: Segments) -> str:
    """Give a leaf as a column would be named: with what it is of (`birth_date`), unless that is a mere group of things (`identifiers`)."""
    names = [segment for segment in path if segment != ITEM]
    return "_".join(names[-2:] if len(names) > 1 and not names[-2].endswith("s") else names[-1:])
