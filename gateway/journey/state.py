"""How a journey that writes stands, as whoever began it may read it.

Laws: 1. What is told is what was kept. 2. Only the answer holds what a provider said; all else is names of steps, codes and times.
Must not know: stores, who asks.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..translate.references import write_time
from ..values.journeys import ENDS, Kept
from ..values.model import Json
from .flow import Step
from .history import History, Spot
from .lasting import Lasting


def describe_state(lasting: Lasting, kept: Kept, history: History) -> Json:
    """Give a journey as a document of the schema `journey-state`."""
    begun = kept.begun
    document = {
        "journey": begun.id,
        "operation": begun.operation,
        "state": kept.state,
        "begun": write_time(begun.begun_s),
        "due": write_time(begun.due_s),
        "steps": [_describe_step(step, history) for step in lasting.journey.steps],
    }
    if kept.state in ENDS:
        document["ended"] = write_time(kept.ended_s)
    code = history.failing or history.stuck
    if code:
        document["problem"] = _describe_problem(lasting, code)
    if history.answer is not None:
        document["answer"] = history.answer
    return document


def _describe_problem(lasting: Lasting, code: str) -> Json:
    kind = lasting.make_fault(code).kind
    return {"code": code, "status": kind.status, "title": {"id": kind.title_id, "en": kind.title_en}}


def _describe_step(step: Step, history: History) -> Json:
    """Give a step: the furthest that its elements have come, when, and why it does not go on, or what its answer lacks."""
    spots = dict.fromkeys(spot for spot in (*history.started, *history.results, *history.failed, *history.tries) if spot[0] == step.name)
    found = [_judge_spot(spot, history) for spot in spots]
    state = next((word for word in _WORST if word in found), "") or _judge_bare(step, history)
    times = [history.settled_s[spot] for spot in spots if spot in history.settled_s]
    code = _find_code(spots, state in _UNDONE, history)
    return {"step": step.name, "state": state} | ({"at": write_time(max(times))} if times else {}) | ({"code": code} if code else {})


def _find_code(spots: Iterable[Spot], has_failed: bool, history: History) -> str:
    found = [history.codes.get(spot, "") for spot in spots if has_failed]
    found += [code for spot in spots for code in history.lacking.get(spot, ())]
    return next(filter(None, found), "")


_UNDONE = ("failed", "trying", "undoing")
_WORST = ("undoing", "failed", "trying", "undone", "done", "skipped")  # of several elements, what is said of the step


def _judge_spot(spot: Spot, history: History) -> str:
    if spot in history.undone:
        return "undone"
    if spot in history.undoing:
        return "undoing"
    if spot in history.results:
        return "done"
    return "failed" if spot in history.failed else "skipped" if history.has_ended else "trying"


def _judge_bare(step: Step, history: History) -> str:
    """Say how a step stands of which nothing is kept but perhaps that it waits."""
    if history.has_ended or history.failing:
        return "skipped"
    return "waiting" if step.name in history.since_s else "open"
