"""`jembatan routes`: the operations of a federation."""

from __future__ import annotations

import argparse

from ..journey.choose import Choice
from ..journey.doors import Beginning, Deciding, Showing, Standing
from ..journey.flow import Journey
from ..journey.gather_lists import GATHERS
from ..journey.waiting import Awaiting
from ..values.model import Json
from ..values.route import Plan, Route
from .frame import FINDINGS, FINE, add_folders, add_format, load_for_reading, print_rows

HELP = "List the operations of a federation: method, path, effect, owner, provider."
EXAMPLE = "  jembatan routes country/ --format json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print one row an operation."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    print_rows(list_operations(loaded[1]), arguments.format, ("method", "path", "operation", "effect", "owner", "upstream"))
    return FINE


def name_providers(route: Route) -> str:
    """Name who answers: an upstream, the families of a table and the number of its rows, or all that are asked together."""
    supply = route.supply
    if isinstance(supply, Choice):
        return f"{', '.join(each.id for each in supply.upstreams)} ({len(supply.rows)} rows of {supply.table} by {supply.key})"
    if isinstance(supply, GATHERS):
        names = dict.fromkeys(member.provider.upstream.id for member in supply.circle.members)
        return f"{', '.join(names)} ({supply.circle.source})"
    if isinstance(supply, Journey | Beginning):
        return name_called(supply if isinstance(supply, Journey) else supply.lasting.journey)
    if isinstance(supply, Standing | Deciding | Showing | Awaiting):
        return f"- (of {supply.lasting.id})"
    return route.upstream.id


def name_called(journey: Journey) -> str:
    """Name whom a journey calls, in the order of its steps; what is a journey or has families itself by its operation."""
    called = [step.inner.route for step in journey.steps if step.inner is not None]
    return ", ".join(dict.fromkeys(route.upstream.id if route.supply is None else route.id for route in called))


def list_operations(plan: Plan) -> list[dict[str, Json]]:
    """Give one object an operation."""
    return [
        {
            "operation": route.id,
            "method": route.method,
            "path": route.path,
            "effect": route.effect,
            "service": route.service,
            "owner": route.owner,
            "upstream": name_providers(route),
            "bodies": "streamed" if route.is_streamed else "buffered",
            "status": route.answer_status,
            "body_bytes_max": route.body_bytes_max,
            "deadline_s": route.deadline_s,
            "where": route.where,
        }
        for route in sorted(plan.routes, key=lambda each: (each.path, each.method))
    ]
