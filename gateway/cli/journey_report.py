"""`jembatan journey report`: for each journey its agencies, steps and typed fields before and now, its calls, its critical path; and what
it has come to, where metrics or a store tell it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from ..journey.doors import Beginning
from ..journey.flow import Journey, Step
from ..plan.federation import Federation
from ..stores.sqlite_state import SqliteState
from ..translate.paths import list_leaves, read_shape
from ..values.model import Json
from ..values.route import Plan, Route
from .frame import FINDINGS, FINE, STATE, UsageError, add_folders, add_format, load_for_reading, print_rows
from .journey_figures import COLUMNS, describe_kept, describe_metrics, read_metrics, shorten_figures
from .store_desk import open_state

HELP = (
    "Report on journeys: agencies, steps and typed fields before and now, fields fetched, calls, critical path; latency, days to the"
    " decision and how many were abandoned."
)
EXAMPLE = (
    "  jembatan journey report country/\n  curl -s http://127.0.0.1:9090/metrics | jembatan journey report country/ --metrics -\n"
    "  jembatan journey report country/ --format json"
)
_COLUMNS = ("journey", "agencies", "steps_before", "steps_now", "typed_before", "typed_now", "fetched", "calls", "critical_path")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_folders(parser)
    add_format(parser)
    parser.add_argument("--metrics", metavar="FILE", help="what /metrics said (- = standard input): latency, callers who left")
    parser.add_argument("--state", type=Path, default=STATE, help="the folder of the gateway's state, for its store (default: .jembatan)")


def run(arguments: argparse.Namespace) -> int:
    """Report; 1 where the federation does not compile."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    federation, plan = loaded
    routes = {each.id: each for each in plan.routes}
    measured = read_metrics(_read_text(arguments.metrics))
    with ExitStack() as opened:
        state = _open_store(arguments, plan, opened)
        rows = []
        for route in plan.routes:
            journey = _find_journey(route)
            if journey is not None:
                row = describe_journey(federation, route, journey, routes) | describe_metrics(measured.get(route.id))
                lasts = state is not None and isinstance(route.supply, Beginning)
                rows.append(row | describe_kept(state, journey) if lasts and state is not None else row)
    print_rows(rows if arguments.format == "json" else [_shorten(row) for row in rows], arguments.format, (*_COLUMNS, *COLUMNS))
    return FINE


def _read_text(name: str | None) -> str:
    if name is None:
        return ""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} cannot be read: {error}") from error


def _open_store(arguments: argparse.Namespace, plan: Plan, opened: ExitStack) -> SqliteState | None:
    """Open the store where there is one; what nobody has begun yet has no figures."""
    stores = plan.gateway.stores
    if stores is None or not (arguments.state / stores.path).exists():
        return None
    return opened.enter_context(open_state(arguments, plan, "nothing has been begun"))[1]


def _find_journey(route: Route) -> Journey | None:
    supply = route.supply
    return supply.lasting.journey if isinstance(supply, Beginning) else supply if isinstance(supply, Journey) else None


def describe_journey(federation: Federation, route: Route, journey: Journey, routes: Mapping[str, Route]) -> dict[str, Json]:
    """Give one journey as one row.

    Shape: `agencies` are those that answer what it calls; `typed_now` counts the fields of the call and of its decisions; `fetched` the
    fields of steps that other steps, whoever decides or the answer read; `critical_path` is the longest chain of steps.
    """
    value = federation.operations[journey.id].value
    replaces = value.get("replaces") or {}
    decisions = [step["waits_for"]["body"] for step in value["steps"].values() if step.get("waits_for")]
    return {
        "journey": journey.id,
        "agencies": sorted({_find_agency(federation, routes[name]) for name in _list_calls(journey)}),
        "steps_before": replaces.get("steps"),
        "steps_now": 1 + sum(step.inner is None for step in journey.steps),
        "typed_before": replaces.get("fields_typed"),
        "typed_now": sum(_count_typed(federation, name) for name in (value["call"].get("body") or "", *decisions)),
        "fetched": _count_fetched(value),
        "calls": _list_calls(journey),
        "critical_path": _find_longest(journey),
        "source": replaces.get("source"),
        "where": route.where,
    }


def _list_calls(journey: Journey) -> list[str]:
    inner = [each for step in journey.steps for each in (step.inner, step.fallback.inner if step.fallback else None)]
    return [each.route.id for each in inner if each is not None]


def _shorten(row: Mapping[str, Json]) -> dict[str, Json]:
    texts = {"agencies": ", ".join(row["agencies"]), "calls": len(row["calls"]), "critical_path": " → ".join(row["critical_path"])}
    return {key: "-" if value is None else value for key, value in {**row, **texts, **shorten_figures(row)}.items()}


def _count_typed(federation: Federation, name: str) -> int:
    schemas = {key: document.value for key, document in federation.of("schema").items()}
    return sum(1 for _ in list_leaves(read_shape(schemas[name], schemas))) if name in schemas else 0


def _count_fetched(value: Json) -> int:
    """Count the fields that come from steps, but for what a decision says: each once, however often it is read."""
    steps = value["steps"]
    parts = [value["fields"], *((step.get("shows") or {}).get("fields") for step in steps.values())]
    parts += [step.get(part) for step in steps.values() for part in ("params", "query", "headers", "body")]
    parts += [(step.get("each") or {}).get("over") for step in steps.values()]
    found = {reference for part in parts for reference in _list_references(part)}
    return sum(not steps[reference.split(".")[1]].get("waits_for") for reference in found)


def _list_references(source: Json) -> Iterator[str]:
    """Give the references to steps in sources."""
    if isinstance(source, str):
        yield from [source] if source.startswith("steps.") else []
    elif isinstance(source, dict):
        for inner in source.values():
            yield from _list_references(inner)


def _find_agency(federation: Federation, route: Route) -> str:
    """Give who answers an operation: the owner of its one backend, or of the operation where that is a journey or several answer it."""
    value = federation.operations[route.id].value
    upstream = federation.of("upstream").get((value.get("provider") or {}).get("upstream") or "")
    return route.owner if upstream is None else upstream.value["owner"]


def _find_longest(journey: Journey) -> list[str]:
    """Give the names of the longest chain of steps that wait for one another."""
    longest: dict[str, list[str]] = {}
    for step in journey.steps:
        longest[step.name] = [*_longest_before(step, longest), step.name]
    return max(longest.values(), key=len)


def _longest_before(step: Step, longest: Mapping[str, list[str]]) -> list[str]:
    return max((longest[name] for name in sorted(step.needs)), key=len, default=[])
