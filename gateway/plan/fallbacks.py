"""The `fallback:` of a step, compiled: another operation that gives the same, typed and granted as the step's own call is.

Laws: 1. What falls back reads, and so does what it falls back to: a write whose outcome is unknown is never tried elsewhere. 2. Both give
the same type, and whatever the journey refers to is revealed of both.
Must not know: when it falls back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ..journey.fallback import Fallback
from ..journey.flow import Step
from ..policy.disclosure import NOTHING, Tree
from ..translate.bind import BoundRequest
from ..translate.paths import show_path
from ..values.model import Json
from ..values.problem import Path
from .calls import OPAQUE, is_list
from .journey_steps import CODE_GRANT, Sketch, bind_call, find_list, find_reads, find_seen, is_seen, make_inner, without_frames
from .providers import answer_type

CODE_FALLBACK = "JB-JRN-011"


def with_fallback(sketch: Sketch, step: Step) -> Step | None:
    """Give a step with what it falls back to, where it says that it does; None where that is wrong, which is noted."""
    value, at = sketch.document.value["steps"][step.name], ("steps", step.name, "fallback")
    given = value.get("fallback")
    if (value.get("need") == "fallback") != (given is not None):
        message = "a step that falls back says to which operation, and no other does"
        sketch.note(("steps", step.name), CODE_FALLBACK, message, "need: fallback, fallback: {call: …, body: …}")
        return None
    if given is None:
        return step
    bound = _bind(sketch, step, given, at) if _is_fitting(sketch, step, given, at) else None
    if bound is None or bound.write is None:
        return None
    reads = find_reads(bound, at)
    sketch.reads[step.name] |= reads
    before = frozenset(path[0] for path in reads)
    sure = frozenset(name for name in before if sketch.document.value["steps"][name].get("need") != "optional")
    fallback = Fallback(
        make_inner(sketch, sketch.built[given["call"]], bound),
        step.within_s,
        given.get("deadline") or inf,
        given["absent"] == "fallback",
        sketch.ground.layout.add_series("jembatan_journey_steps_total", sketch.document.id, step.name, "fallback"),
    )
    return replace(step, fallback=fallback, needs=step.needs | before, reads=step.reads | sure, within_s=inf)


def _bind(sketch: Sketch, step: Step, given: Json, at: Path) -> BoundRequest | None:
    over = find_list(sketch, step.name)
    shape = sketch.shape if over is None else replace(sketch.shape, item=over.item)
    return bind_call(sketch, at, given, sketch.ground.routes[given["call"]], shape)


def _is_fitting(sketch: Sketch, step: Step, given: Json, at: Path) -> bool:
    """Note a fallback that cannot stand for the step's own call."""
    theirs, first, wrong = sketch.ground.routes[given["call"]], sketch.theirs.get(step.name), ""
    if sketch.document.value["effect"] != "read" or theirs.value["effect"] != "read" or first is None or first.value["effect"] != "read":
        wrong = "only what reads, in a journey that reads, may fall back: a write is tried again where it was begun"
    elif (answer_type(theirs), is_list(theirs)) != (answer_type(first), is_list(first)) or answer_type(theirs) == OPAQUE:
        wrong = f"{theirs.id} gives {_name(theirs.value)}, {first.id} gives {_name(first.value)}"
    elif theirs.id == first.id:
        wrong = "it is the same operation"
    if wrong:
        sketch.note((*at, "call"), CODE_FALLBACK, wrong, "an operation with the same answer")
    return not wrong


def _name(value: Json) -> str:
    answer = value["answer"]
    return f"a list of {answer['list']}" if isinstance(answer, dict) and "list" in answer else str(answer)


def check_fallbacks(sketch: Sketch, steps: Sequence[Step]) -> None:
    """Hold what is referred to of a step that falls back to what the journey's grants reveal of its fallback."""
    seen: dict[str, Tree] = {}
    for step in steps:
        if step.fallback is not None:
            where = ("steps", step.name, "fallback", "call")
            seen[step.name] = find_seen(sketch.ground, sketch.document, where, step.fallback.inner.route)
    for paths in sketch.reads.values():
        for path, at in sorted(paths.items()):
            tree = seen.get(path[0], NOTHING)
            if tree != NOTHING and not is_seen(tree, without_frames(sketch, path)):
                message = f"steps.{show_path(path)} is not revealed to this journey where {path[0]} falls back, or only masked"
                sketch.note(at, CODE_GRANT, message, "reveal it in the journey's grant on the fallback")
