"""A federation beside the one before it: what journeys that are under way when it is served would miss.

Laws: 1. A journey that writes goes on by the plan that is served, by the names of its steps: where one of them that writes or waits is
gone, or does something else now, that is said before. 2. It is a warning: only who knows the stores knows whether any is under way.
Must not know: stores, how a journey runs.
"""

from __future__ import annotations

from ..values.model import Json
from .decode import Document
from .diagnose import Diagnostic
from .federation import Federation

CODE = "JB-JRN-014"
_GONE = "those that are under way want an operator (JOURNEY_CHANGED)"
_OTHER = "what those under way have begun would be ended, or taken back, by another"


def check_under_way(federation: Federation, former: Federation) -> tuple[Diagnostic, ...]:
    """Give what journeys of the former state would miss in this one."""
    found: list[Diagnostic] = []
    for id, before in sorted(former.of("journey").items()):
        now = federation.of("journey").get(id)
        if before.value["effect"] == "read":
            continue
        found += _tell_gone(federation, id) if now is None else _compare_steps(now, before, former)
    return tuple(found)


def _tell_gone(federation: Federation, id: str) -> list[Diagnostic]:
    gateways = list(federation.of("gateway").values())
    if not gateways:
        return []
    hint = "let them end before it goes, or serve it beside the new one"
    message = f'the journey "{id}" is gone, and those under way are kept here'
    return [Diagnostic(CODE, message, gateways[0].mark_at(("stores",)), hint, "nobody runs them any more", severity="warning")]


def _compare_steps(now: Document, before: Document, former: Federation) -> list[Diagnostic]:
    found = []
    steps: Json = now.value["steps"]
    for name, step in before.value["steps"].items():
        does, now_does = _describe(step), _describe(steps[name]) if name in steps else "is gone"
        if does != now_does and not _only_reads(step, former):
            message = f'the step "{name}" {does} in the former state, and {now_does} now'
            mark, effect = (now.mark_at(("steps", name)), _OTHER) if name in steps else (now.mark_at(("steps",)), _GONE)
            hint = f"keep it under its name until they have ended, or make {_next(now.id)} beside this one"
            found.append(Diagnostic(CODE, message, mark, hint, effect, severity="warning"))
    return found


def _describe(step: Json) -> str:
    return "waits for a decision" if step.get("waits_for") else f"calls {step['call']}"


def _only_reads(step: Json, former: Federation) -> bool:
    route = former.of("route").get(step.get("call") or "")
    return route is not None and route.value["effect"] == "read"


def _next(id: str) -> str:
    name, _, major = id.partition("@")
    return f"{name}@{int(major or 1) + 1}"
