"""A `journey:` that writes or waits, compiled: its undos, its decisions, and the operations at which it is seen and decided.

Laws: 1. Every write has an undo, or is the one final write, which runs once all else is settled. 2. What may be sent again after a crash is
sent to operations that know a repeat. 3. An undo is typed like a step. 4. What is shown to whoever decides is typed, and revealed by grants
on the decision.
Must not know: how a step runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..journey.doors import Beginning, Deciding, Showing, Standing
from ..journey.flow import Journey, Step
from ..journey.lasting import OTHER, Bounds, Lasting, Undo, Wait
from ..translate.bind import BoundRequest, compile_request
from ..translate.paths import Segments
from ..translate.references import CallShape
from ..values.journeys import OPEN
from ..values.model import Json
from ..values.problem import Path
from ..values.route import Route
from .calls import build_call
from .decisions import decisions_of, describe_file, describe_list, describe_standing
from .decode import Document
from .gateway_keys import need_stores
from .journey_steps import (
    NOT_COMPILED,
    Sketch,
    bind_call,
    build_condition,
    describe_steps,
    find_list,
    find_reads,
    find_seen,
    make_inner,
)  # fmt: skip
from .proving import Inquiry
from .routes import make_head
from .scalars import SECONDS, show_amount
from .steps import withhold_fields
from .waitings import build_list, check_list

CODE_UNDONE, CODE_FINAL, CODE_REPEAT, CODE_EFFECT, CODE_WAIT = "JB-JRN-006", "JB-JRN-007", "JB-JRN-008", "JB-JRN-009", "JB-JRN-010"
_OUTCOMES = ("complete", "partial", "failed")
_LASTING_OUTCOMES = ("complete", "partial", "begun", "compensated", "cancelled", "stuck", "resumed", "fenced")
_STEP_OUTCOMES = ("started", "done", "failed", "tried", "deferred", "waiting", "overdue", "undoing", "undone", "stuck")
_CALL_S = 10.0  # how long a call may take where nothing says


@dataclass(frozen=True, slots=True)
class File:
    """What whoever decides sees. Shape: `reads` are the paths below `steps` that it shows; `bound` None = nothing is shown."""

    bound: BoundRequest | None
    reads: Mapping[Segments, Path]


def count_journeys(sketch: Sketch) -> dict[str, int]:
    """Give the counters of what becomes of a journey."""
    outcomes = _OUTCOMES if sketch.document.value["effect"] == "read" else _LASTING_OUTCOMES
    return {outcome: sketch.ground.layout.add_series("jembatan_journeys_total", sketch.document.id, outcome) for outcome in outcomes}


# -- laws


def check_writes(sketch: Sketch) -> bool:
    """Hold a journey's steps to what its effect allows; say whether they are all in order."""
    steps = sketch.document.value["steps"]
    writes = [name for name, route in sketch.inner.items() if route.effect != "read"]
    _check_effect(sketch, writes)
    for name in steps:
        _check_words(sketch, name, steps[name], name in writes)
    for name in writes:
        _check_write(sketch, name, steps[name])
    finals = [name for name in steps if steps[name].get("final")]
    for name in finals[1:]:
        sketch.note(("steps", name, "final"), CODE_FINAL, f"{finals[0]} is final too", "one write may be final; give the other an undo")
    return not sketch.ground.notes.is_wrong(sketch.document)


def _check_effect(sketch: Sketch, writes: Sequence[str]) -> None:
    waits = [name for name, step in sketch.document.value["steps"].items() if step.get("waits_for")]
    is_read = sketch.document.value["effect"] == "read"
    if is_read and (writes or waits):
        name = (*writes, *waits)[0]
        message = f"{name} {'writes' if writes else 'waits for a decision'}, and the journey says that it only reads"
        sketch.note(("effect",), CODE_EFFECT, message, "effect: write-once")
    elif not is_read and not (writes or waits):
        sketch.note(("effect",), CODE_EFFECT, "no step writes or waits for a decision", "effect: read")


_OF_CALLS = ("params", "query", "headers", "body", "each", "undo", "deadline", "final", "need")


def _check_words(sketch: Sketch, name: str, step: Json, is_write: bool) -> None:
    """Hold each word to the steps that it means something for."""
    if step.get("waits_for"):
        for word in _OF_CALLS:
            if step.get(word):
                sketch.note(("steps", name, word), CODE_WAIT, f"`{word}` belongs to a step that calls; {name} waits", "take it out")
        if "{journey}" not in step["waits_for"]["path"].split("/"):
            sketch.note(("steps", name, "waits_for", "path"), CODE_WAIT, "the path does not say of which journey", "…/{journey}/decision")
        _check_term(sketch, name, step["waits_for"])
        check_list(sketch, name, step)
        return
    if step.get("shows"):
        sketch.note(("steps", name, "shows"), CODE_WAIT, f"{name} waits for no decision: nobody looks at it", "take it out, or waits_for:")
    for word in ("undo", "final"):
        if step.get(word) and not is_write:
            sketch.note(("steps", name, word), CODE_UNDONE, f"{step['call']} only reads: there is nothing to undo", "take it out")


def _check_term(sketch: Sketch, name: str, waits: Json) -> None:
    deadline_s = _read_bounds(sketch.document).deadline_s
    if waits["within"] > deadline_s:
        message = f"the journey ends after {show_amount(deadline_s, SECONDS)}, before this term is over"
        sketch.note(("steps", name, "waits_for", "within"), CODE_WAIT, message, "a shorter term, or a longer `limits: deadline`")


def _check_write(sketch: Sketch, name: str, step: Json) -> None:
    at = ("steps", name)
    if bool(step.get("undo")) == bool(step.get("final")):
        message = "what is final is never undone" if step.get("undo") else f"{step['call']} writes, and nothing undoes it"
        sketch.note(at, CODE_UNDONE, message, "undo: {call: …, body: …}, or final: true for the one last write")
    if step.get("final"):
        for word in ("each", "must"):
            if step.get(word):
                sketch.note((*at, word), CODE_FINAL, f"a final write cannot fail once it is done, and `{word}` may fail it", "take it out")
    for path, operation in (((*at, "call"), step["call"]), ((*at, "undo", "call"), (step.get("undo") or {}).get("call"))):
        _check_repeat(sketch, path, operation)


def _check_repeat(sketch: Sketch, at: Path, operation: str | None) -> None:
    """Hold what is sent again after a crash to operations that know a repeat."""
    theirs = sketch.ground.routes.get(operation or "")
    if theirs is None:
        return
    if theirs.kind == "journey":
        sketch.note(at, CODE_REPEAT, f"{operation} lasts itself: a journey that writes is no step of another", "call what it calls")
    elif theirs.value["effect"] != "write-once":
        hint = f"effect: write-once on {operation}"
        sketch.note(at, CODE_REPEAT, f"{operation} does not know a repeat: after a crash it could be done twice", hint)


# -- undos


def build_undos(sketch: Sketch, steps: Sequence[Step]) -> dict[str, Undo] | None:
    """Compile what undoes each write, typed against what is surely there once it was done."""
    found = {}
    sure = _list_before(steps)
    for step in steps:
        value = sketch.document.value["steps"][step.name].get("undo")
        if value:
            undo = _build_undo(sketch, step.name, value, sure[step.name])
            if undo is None:
                return None
            found[step.name] = undo
    return found


def _list_before(steps: Sequence[Step]) -> dict[str, frozenset[str]]:
    """Give for each step those that are surely done where it is."""
    found: dict[str, frozenset[str]] = {}
    for step in steps:
        found[step.name] = step.reads.union(*(found[name] for name in step.reads)) if step.reads else frozenset()
    return found


def _build_undo(sketch: Sketch, name: str, value: Json, before: frozenset[str]) -> Undo | None:
    at = ("steps", name, "undo")
    route, theirs = sketch.built[value["call"]], sketch.ground.routes[value["call"]]
    find_seen(sketch.ground, sketch.document, (*at, "call"), route)
    bound = bind_call(sketch, at, value, theirs, _undo_shape(sketch, name, before))
    if bound is None or bound.write is None or sketch.ground.notes.is_wrong(sketch.document):
        return None
    sketch.reads[f"{name}.undo"] = find_reads(bound, at)
    return Undo(make_inner(sketch, route, bound), value.get("deadline") or route.deadline_s or _CALL_S)


def _undo_shape(sketch: Sketch, name: str, before: frozenset[str]) -> CallShape:
    """Give what an undo may refer to: the call, what its write gave, and what was there when it was sent."""
    steps = sketch.document.value["steps"]
    own = {key: step for key, step in steps.items() if key == name or key in before}
    alone = {key: {**step, "need": "required", "each": None if key == name else step.get("each")} for key, step in own.items()}
    over = find_list(sketch, name)
    return replace(sketch.shape, steps=describe_steps(alone, sketch.theirs), item=None if over is None else over.item)


# -- decisions


def build_files(sketch: Sketch) -> dict[str, File] | None:
    """Compile what each decision shows; None where something is wrong, which is noted."""
    found = {}
    for name, step in sketch.document.value["steps"].items():
        if step.get("waits_for"):
            shows = step.get("shows")
            if sketch.ground.shelf.find_schema(step["waits_for"]["body"]) is None:
                return None  # unknown or wrong: noted
            bound = _bind_file(sketch, name, shows) if shows else None
            if shows and bound is None:
                return None
            found[name] = File(bound, {} if bound is None else find_reads(bound, ("steps", name, "shows")))
    return found


def _bind_file(sketch: Sketch, name: str, shows: Json) -> BoundRequest | None:
    at, wanted = ("steps", name, "shows"), shows["answer"]
    if sketch.ground.shelf.find_schema(wanted) is None:
        return None
    shape = replace(sketch.shape, steps={**sketch.shape.steps, "required": _list_sure(sketch)})
    request = {"method": "POST", "path": "/", "body": shows["fields"], "schema": wanted}
    bound = compile_request(request, shape, sketch.ground.shelf.library, {}, "", "", "", is_partial=True)
    problems = [replace(problem, path=("fields", *problem.path[1:])) for problem in bound.problems]
    if sketch.ground.notes.note_problems(sketch.document, at, problems, NOT_COMPILED) or bound.write is None:
        return None
    is_proved = Inquiry(sketch.ground.shelf, sketch.ground.notes, sketch.document, (*at, "fields")).is_request_proved(
        bound, shape, wanted, "refuse"
    )
    if not is_proved and not sketch.ground.notes.is_wrong(sketch.document):
        sketch.note(at, CODE_WAIT, f"what is shown is not proved to be {wanted}", "leave its fields optional where a step may be skipped")
    return None if sketch.ground.notes.is_wrong(sketch.document) else bound


def _list_sure(sketch: Sketch) -> list[str]:
    """Give the steps without a condition of their own that the journey needs."""
    value = sketch.document.value
    usual = "required" if value["mode"] == "all_or_nothing" else "optional"
    return [name for name, step in value["steps"].items() if not step.get("when") and step.get("need", usual) == "required"]


# -- the whole


def build_lasting(sketch: Sketch, journey: Journey, undos: Mapping[str, Undo], files: Mapping[str, File], index: int) -> Sequence[Route]:
    """Give the routes of a journey that writes: it, how it stands, and each decision with its file."""
    document, ground = sketch.document, sketch.ground
    seal = need_stores(ground.seal, document, ("effect",), "a journey that writes", ground.notes)
    if seal is None:
        return ()
    steps = tuple(_bound_step(step) for step in journey.steps)
    value = document.value["steps"]
    waits = {
        name: Wait(made.id, value[name]["waits_for"]["within"], value[name]["waits_for"]["otherwise"])
        for name, made in decisions_of(document)
    }
    lasting = Lasting(
        replace(journey, steps=steps), undos, next((name for name in value if value[name].get("final")), ""), waits, seal,
        ground.shelf.faults, _read_bounds(document), journey.cells, _count_steps(sketch),
        _make_gauges(sketch), {name: ground.layout.add_series("jembatan_decisions_waiting", document.id, name) for name in (*waits, OTHER)},
    )  # fmt: skip
    routes = [_make_own(sketch, lasting, index), _make_standing(sketch, lasting, index + 1)]
    for name, made in decisions_of(document):
        routes += _make_decision(sketch, lasting, name, made, files[name], index + len(routes))
    return [route for route in routes if route is not None]


def _bound_step(step: Step) -> Step:
    """Give a step whose call has a bound, and which is counted where it is kept."""
    within_s = step.within_s
    if step.inner is not None and step.within_s > 3600:
        within_s = step.inner.route.deadline_s or _CALL_S
    return replace(step, within_s=within_s, cells=None)


def _count_steps(sketch: Sketch) -> dict[tuple[str, str], int]:
    add, id = sketch.ground.layout.add_series, sketch.document.id
    return {
        (name, outcome): add("jembatan_journey_steps_total", id, name, outcome)
        for name in sketch.document.value["steps"]
        for outcome in _STEP_OUTCOMES
    }


def _make_gauges(sketch: Sketch) -> dict[str, int]:
    add, id = sketch.ground.layout.add_series, sketch.document.id
    return {state: add("jembatan_journeys_open", id, state) for state in OPEN} | {"oldest": add("jembatan_journey_oldest_seconds", id)}


def _read_bounds(document: Document) -> Bounds:
    limits = document.value.get("limits") or {}
    usual = Bounds()
    wait_s = usual.wait_max_s if limits.get("wait") is None else limits["wait"]
    return Bounds(
        tries=limits.get("tries") or usual.tries,
        open_max=limits.get("open") or usual.open_max,
        deadline_s=limits.get("deadline") or usual.deadline_s,
        keep_s=limits.get("keep") or usual.keep_s,
        wait_s=min(usual.wait_s, wait_s),
        wait_max_s=wait_s,
    )


def _make_own(sketch: Sketch, lasting: Lasting, index: int) -> Route:
    upstream = next(iter(sketch.ground.upstreams.values()))
    head = make_head(sketch.ground, sketch.document, sketch.call, upstream, index)
    return replace(head, supply=Beginning(lasting), once=None, deadline_s=0.0)  # a journey keeps itself


def _make_standing(sketch: Sketch, lasting: Lasting, index: int) -> Route | None:
    made = _make_door(sketch, describe_standing(sketch.document), sketch.document.id, index)
    return None if made is None else replace(made, supply=Standing(lasting))


def _make_decision(sketch: Sketch, lasting: Lasting, step: str, document: Document, file: File, index: int) -> Sequence[Route | None]:
    waits = sketch.document.value["steps"][step]["waits_for"]
    made = _make_door(sketch, document, document.id, index)
    when = None
    if waits.get("when"):
        body = {"$ref": waits["body"]}
        shape = replace(sketch.shape, body=body, path={}, query={}, headers={})
        when = build_condition(sketch, ("steps", step, "waits_for", "when"), waits["when"], shape)
    if made is None or (waits.get("when") and when is None):
        return ()
    doors: list[Route | None] = [replace(made, supply=Deciding(lasting, step, None if when is None else when.holds))]
    if file.bound is not None and file.bound.write is not None:
        shown = _make_door(sketch, describe_file(document), document.id, index + 1)
        doors.append(None if shown is None else replace(shown, supply=Showing(lasting, step, file.bound.write)))
    if waits.get("list"):
        listed = _make_door(sketch, describe_list(document), document.id, index + len(doors))
        doors.append(None if listed is None else build_list(sketch, lasting, step, listed, when, file.bound))
    return doors


def _make_door(sketch: Sketch, document: Document, granted: str, index: int) -> Route | None:
    """Make the route of an operation that belongs to a journey; who may call it is granted by another's name, or its own."""
    ground = sketch.ground
    other = ground.routes.get(document.id)
    if other is not None and other.value != document.value:
        message = f"another operation is called {document.id}, as one of this journey's own is"
        sketch.note(("journey",), CODE_WAIT, message, f"rename this journey, its step, or {other.id} ({other.mark.file}:{other.mark.line})")
        return None
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    if call is None:
        ground.notes.wrong.add((sketch.document.kind, sketch.document.id))
        return None
    names = {"permits": ground.permits, "grants": ground.grants, "owners": ground.owners}
    ours = {part: {document.id: its[granted]} for part, its in names.items() if granted in its}
    head = make_head(replace(ground, **ours), document, call, next(iter(ground.upstreams.values())), index)  # type: ignore[arg-type]
    return replace(head, answer_status=200, answer_media_type=b"application/json", withhold=(withhold_fields,), deadline_s=0.0)
