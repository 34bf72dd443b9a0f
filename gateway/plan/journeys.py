"""A `journey:` document, compiled into a route whose places 5 to 7 are a flow over other operations.

Laws: 1. What a step sends is typed against the operation that it calls, what the answer takes against what the steps may see. 2. A journey
sees of an answer what its own grants reveal, and may refer to nothing else. 3. The steps have an order: no circle. 4. What is read
reaches something.
Must not know: how a step runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..journey.flow import Journey, Step
from ..journey.gather import put_at
from ..journey.lasting import Bounds
from ..policy.disclosure import NOTHING
from ..translate.bind import BoundRequest, compile_request
from ..translate.paths import Lost, Segments, find_place, read_shape, show_path, split_path
from ..translate.references import ORIGIN, CallShape
from ..values.faults import refuse
from ..values.model import Json
from ..values.problem import suggest_name
from ..values.route import JSON_HEADERS, Exchange, Route
from .calls import OPAQUE, build_call, is_list, make_guard
from .decode import Document
from .fallbacks import check_fallbacks, with_fallback
from .journey_steps import (
    CODE_GRANT,
    CODE_STEP,
    NO_READS,
    NOT_COMPILED,
    Sketch,
    build_step,
    describe_steps,
    find_reads,
    find_seen,
    is_seen,
    without_frames,
)
from .lastings import CODE_FINAL, File, build_files, build_lasting, build_undos, check_writes, count_journeys
from .providers import answer_type
from .proving import Inquiry
from .routes import DEADLINE_S, Ground, make_head
from .scalars import SECONDS, show_amount
from .steps import Guard, check_document

CODE_CIRCLE, CODE_UNUSED, CODE_PARTIAL, CODE_BOUND = "JB-JRN-003", "JB-JRN-004", "JB-JRN-005", "JB-JRN-013"
_OF_LASTING = ("wait", "tries", "open", "keep")


def build_journeys(ground: Ground, documents: Sequence[Document], routes: list[Route]) -> None:
    """Compile the journeys as soon as all that they call is there; note the ones that never can be."""
    waiting = list(documents)
    ready = waiting
    while ready:
        built = {route.id: route for route in routes}
        ready = [document for document in waiting if _calls(document) <= built.keys()]
        for document in ready:
            made = _build_journey(ground, document, built, len(routes))
            if not ground.notes.is_wrong(document):
                routes += made
        waiting = [document for document in waiting if document not in ready]
    for document in waiting:
        _note_circle(ground, document, {each.id: each for each in waiting})


def _calls(document: Document) -> set[str]:
    places = [place for step in document.value["steps"].values() for place in (step, step.get("undo"), step.get("fallback")) if place]
    return {place["call"] for place in places if place.get("call")}


def _note_circle(ground: Ground, document: Document, waiting: Mapping[str, Document]) -> None:
    """Note the steps that lead back to their journey; what else is missing is noted where it is wrong."""
    for name, step in document.value["steps"].items():
        for place, at in ((step, ()), (step.get("fallback") or {}, ("fallback",))):
            if _leads_to(place.get("call") or "", document.id, waiting):
                message = f"{place['call']} calls this journey in turn"
                ground.notes.note(document, ("steps", name, *at, "call"), CODE_STEP, message, "take one of the calls out", NOT_COMPILED)


def _leads_to(begin: str, end: str, waiting: Mapping[str, Document]) -> bool:
    seen, todo = set[str](), [begin]
    while todo:
        name = todo.pop()
        if name == end:
            return True
        if name in waiting and name not in seen:
            seen.add(name)
            todo += _calls(waiting[name])
    return False


def _build_journey(ground: Ground, document: Document, built: Mapping[str, Route], index: int) -> Sequence[Route]:
    """Compile a journey; give its routes: its own, and where it writes those at which it is seen and decided."""
    sketch = _make_sketch(ground, document, built)
    if sketch is None or not _check_words(sketch):
        return ()
    files = build_files(sketch)
    steps = None if files is None else _build_steps(sketch, files)
    if steps is None or files is None:
        return ()
    undos = build_undos(sketch, steps)
    answer = _build_answer(sketch, steps)
    if answer is None or undos is None:
        return ()
    _check_reads(sketch)
    check_fallbacks(sketch, steps)
    width = (document.value.get("limits") or {}).get("width") or 8
    journey = Journey(document.id, steps, width, answer, count_journeys(sketch), document.value["mode"] == "partial")
    if document.value["effect"] != "read":
        return build_lasting(sketch, journey, undos, files, index)
    head = make_head(ground, document, sketch.call, next(iter(sketch.inner.values())).upstream, index)
    return (replace(head, supply=journey),)


def _make_sketch(ground: Ground, document: Document, built: Mapping[str, Route]) -> Sketch | None:
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    if call is None or ground.notes.is_wrong(document):
        return None
    steps = document.value["steps"]
    calls = {name: step["call"] for name, step in steps.items() if step.get("call")}
    inner = {name: built[each] for name, each in calls.items()}
    theirs = {name: ground.routes[each] for name, each in calls.items()}
    seen = {name: find_seen(ground, document, ("steps", name, "call"), route) for name, route in inner.items()}
    shape = replace(call.shape, steps=describe_steps(steps, theirs))
    if document.value["effect"] != "read":
        shape = replace(shape, journey=ORIGIN)
    return Sketch(ground, document, call, inner, theirs, shape, seen, built)


def _check_words(sketch: Sketch) -> bool:
    """Hold the words of a journey to what they mean; say whether they are all in order."""
    _check_deadlines(sketch)
    _check_limits(sketch)
    _check_after(sketch)
    return check_writes(sketch)


def _check_deadlines(sketch: Sketch) -> None:
    """Hold the time of each call to ending within that of the journey."""
    usual_s = DEADLINE_S if sketch.document.value["effect"] == "read" else Bounds().deadline_s
    whole_s = (sketch.document.value.get("limits") or {}).get("deadline") or usual_s
    for name, step in sketch.document.value["steps"].items():
        for value, at in ((step, ("steps", name)), (step.get("fallback") or {}, ("steps", name, "fallback"))):
            if (value.get("deadline") or 0.0) > whole_s:
                message = f"the journey ends after {show_amount(whole_s, SECONDS)}, before this call would"
                sketch.note((*at, "deadline"), CODE_BOUND, message, "a shorter deadline, or a longer `limits: deadline` of the journey")


def _check_limits(sketch: Sketch) -> None:
    """Hold a journey that only reads to the bounds that mean something for one."""
    limits, is_lasting = sketch.document.value.get("limits") or {}, sketch.inner.keys() != sketch.document.value["steps"].keys()
    if is_lasting or any(route.effect != "read" for route in sketch.inner.values()):
        return
    for word in _OF_LASTING:
        if limits.get(word) is not None:
            message = f"`{word}` bounds journeys that write, and this one only reads"
            sketch.note(("limits", word), CODE_BOUND, message, "take it out", on_key=True)


def _check_after(sketch: Sketch) -> None:
    """Hold each `after` to a step that is there."""
    steps = sketch.document.value["steps"]
    for name, step in steps.items():
        for place, other in enumerate(step.get("after") or ()):
            if other not in steps:
                hint = suggest_name(other, steps) or "name a step of this journey, or take it out"
                sketch.note(("steps", name, "after", place), CODE_CIRCLE, f'no step "{other}"', hint)


def _build_steps(sketch: Sketch, files: Mapping[str, File]) -> tuple[Step, ...] | None:
    names = sketch.document.value["steps"]
    made = [build_step(sketch, name, files[name].reads if name in files else NO_READS) for name in names]
    built = [None if step is None else with_fallback(sketch, step) for step in made]
    steps = [step for step in built if step is not None]
    return _order_steps(sketch, steps) if len(steps) == len(built) else None


# -- order and use


def _order_steps(sketch: Sketch, steps: Sequence[Step]) -> tuple[Step, ...] | None:
    """Give the steps so that each stands behind what it needs; None, and a note, where they wait for one another."""
    ordered: list[Step] = []
    waiting = list(steps)
    done: set[str] = set()
    while waiting:
        ready = [step for step in waiting if step.needs <= done]
        if not ready:
            _note_unordered(sketch, waiting)
            return None
        ordered += ready
        done |= {step.name for step in ready}
        waiting = [step for step in waiting if step not in ready]
    return tuple(ordered)


def _note_unordered(sketch: Sketch, waiting: Sequence[Step]) -> None:
    """Note why steps never run: something waits for the final write, or they wait for one another."""
    final = next((step.name for step in waiting if sketch.document.value["steps"][step.name].get("final")), "")
    behind = next((step.name for step in waiting if final in step.needs), "")
    if behind:
        sketch.note(("steps", behind), CODE_FINAL, f"{final} is final: nothing comes behind it", "give it an undo instead")
        return
    circle = _find_circle(waiting)
    names = " → ".join((*circle, circle[0]))
    sketch.note(("steps", circle[0]), CODE_CIRCLE, f"these steps wait for one another: {names}", "take a reference or an `after` out")


def _find_circle(waiting: Sequence[Step]) -> Sequence[str]:
    """Give the names of a circle among steps of which each needs another of them, who waits first."""
    needs = {step.name: sorted(step.needs) for step in waiting}
    walked = [waiting[0].name]
    while walked.count(walked[-1]) == 1:
        walked.append(next(name for name in needs[walked[-1]] if name in needs))
    return walked[walked.index(walked[-1]) : -1]


def _check_reads(sketch: Sketch) -> None:
    """Hold every reference to what the grants reveal, and every step to being of use."""
    reached = set()
    for paths in sketch.reads.values():
        for path, at in sorted(paths.items()):
            reached.add(path[0])
            if sketch.seen.get(path[0], NOTHING) != NOTHING and not is_seen(sketch.seen[path[0]], without_frames(sketch, path)):
                sketch.note(
                    at,
                    CODE_GRANT,
                    f"steps.{show_path(path)} is not revealed to this journey, or only masked",
                    "reveal it in the journey's grant",
                )
    for name, route in sketch.inner.items():
        if name not in reached and route.effect == "read":
            sketch.note(
                ("steps", name), CODE_UNUSED, f"what {name} reads reaches nothing", "use it, hold it to a `must`, or take the step out"
            )


# -- the answer


def _build_answer(sketch: Sketch, steps: Sequence[Step]) -> Callable[[Exchange, Sequence[Json]], None] | None:
    """Compile `fields:` into what makes `x.answer`, held to the answer's schema unless proved."""
    document, ground = sketch.document, sketch.ground
    wanted, missing = answer_type(document), document.value.get("problems") or ""
    may_miss = _may_miss(document)
    if wanted in ("", OPAQUE) or is_list(document):
        sketch.note(("answer",), CODE_STEP, "a journey answers with one document", "answer: NAME@MAJOR")
    elif may_miss != bool(missing):
        message = "a journey that may miss a part names the field that lists what is missing, and no other does"
        sketch.note(("mode",), CODE_PARTIAL, message, "problems: FIELD, with mode: partial or a step that is optional")
    elif missing:
        _check_problems(sketch, wanted, missing)
    shape = replace(sketch.shape, steps={**sketch.shape.steps, "required": _find_sure(steps)})
    bound = None if ground.notes.is_wrong(document) else _bind_answer(sketch, shape, wanted)
    if bound is None:
        return None
    is_proved = Inquiry(ground.shelf, ground.notes, document, ("fields",)).is_request_proved(bound, shape, wanted, "refuse")
    guard = None if is_proved and not may_miss else make_guard(ground.shelf, ground.layout, document.id, "answer", wanted)
    return None if ground.notes.is_wrong(document) else _make_answer(bound, guard, tuple(missing.split(".")))


def _check_problems(sketch: Sketch, wanted: str, text: str) -> None:
    """Hold `problems:` to a field of the answer that can list what is missing, and that nothing else writes."""
    place = find_place(read_shape({"$ref": wanted}, sketch.ground.shelf.library.schemas), split_path(text))
    wrong = ""
    if isinstance(place, Lost):
        wrong = f'the answer has no "{place.name}"'
    elif place.path not in place.optional or place.shape.types != {"array"}:
        wrong = "it is no list that may be absent"
    for name in sketch.document.value["fields"]:
        if f"{name}.".startswith(f"{text}.") or text.startswith(f"{name}."):
            wrong = f"`fields` writes {name}"
    if wrong:
        message = f"{text} cannot say what is missing: {wrong}"
        sketch.note(("problems",), CODE_PARTIAL, message, "a list of objects {step, code, status, retry} that may be absent")


def _may_miss(document: Document) -> bool:
    """Say whether a part of the answer may be missing though the journey has not failed."""
    return document.value["mode"] == "partial" or any(step.get("need") == "optional" for step in document.value["steps"].values())


def _bind_answer(sketch: Sketch, shape: CallShape, wanted: str) -> BoundRequest | None:
    """Type the answer against what is surely there."""
    request = {"method": "POST", "path": "/", "body": sketch.document.value["fields"], "schema": wanted}
    bound = compile_request(request, shape, sketch.ground.shelf.library, {}, "", "", "", is_partial=True)
    problems = [replace(problem, path=("fields", *problem.path[1:])) for problem in bound.problems]
    sketch.ground.notes.note_problems(sketch.document, (), problems, NOT_COMPILED)
    sketch.reads[""] = {path: ("fields", *at[1:]) for path, at in find_reads(bound, ()).items()}
    return bound if bound.write is not None and not problems else None


def _find_sure(steps: Sequence[Step]) -> list[str]:
    """Give the steps whose answers are surely there where the journey has not failed; `steps` in their order."""
    sure: list[str] = []
    for step in steps:
        if step.when is None and step.is_required and step.reads <= set(sure):
            sure.append(step.name)
    return sure


def _make_answer(bound: BoundRequest, guard: Guard | None, missing: Segments) -> Callable[[Exchange, Sequence[Json]], None]:
    write = bound.write
    assert write is not None

    def make_answer(x: Exchange, problems: Sequence[Json]) -> None:
        document = write(x)[2]
        if problems:
            put_at(document, missing, list(problems))
        if guard is not None:
            document, findings = check_document(guard, x, document)
            if findings:
                raise refuse("PROVIDER_INVALID", *findings, reason="the journey's answer breaks its schema")
        x.answer = document
        x.out_headers = JSON_HEADERS

    return make_answer
