"""A loader that plants a step that fails: the defect of ours that nothing from outside can cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gateway.plan.load import PlanRefused, load_plan
from gateway.routing import compile_routes
from gateway.values.route import Exchange, Plan, Route

__all__ = ["PlanRefused", "load_planted"]
SECRET = "3215014502930002"  # synthetic; stands for whatever a failing step holds


def fail(x: Exchange) -> None:
    raise RuntimeError(f"planted, with {SECRET} in its text")


def plant(route: Route) -> Route:
    return replace(route, inward=(fail, *route.inward)) if route.id == "lab.planted" else route


def load_planted(folders: Sequence[Path], env: Mapping[str, str]) -> Plan:
    plan = load_plan(folders, env)
    routes = tuple(plant(route) for route in plan.routes)
    return replace(plan, routes=routes, match=compile_routes(routes))
