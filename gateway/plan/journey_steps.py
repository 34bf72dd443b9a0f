"""The steps of a `journey:`: what each sends, typed against the operation that it calls; what it may see of the answer.

Laws: 1. A journey sees of an answer what its own grants reveal, and may refer to nothing else. 2. What a step refers to is kept, for the
order of the steps and for the grants.
Must not know: how a step runs, how the journey answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import inf

from ..journey.flow import Each, Step
from ..journey.inner import Inner
from ..policy.disclosure import ALL, KEEP, NOTHING, Tree, find_subtree, plant_tree, unite_trees
from ..translate.bind import BoundRequest, compile_request
from ..translate.condition import Condition, compile_condition
from ..translate.ir import Copy
from ..translate.paths import Segments, Shape
from ..translate.references import ORIGIN, CallShape, find_reference, read_call
from ..values.faults import Fault
from ..values.model import Caller, Json
from ..values.problem import Path, Problem, suggest_name
from ..values.route import Exchange, Route
from .calls import OPAQUE, CanonicalCall, is_list
from .decode import Document
from .providers import answer_type, is_meant
from .proving import Inquiry
from .routes import Ground

CODE_STEP, CODE_GRANT = "JB-JRN-001", "JB-JRN-002"
FROM_STEPS = "steps"
NOT_COMPILED = "the journey is not compiled"
_OUTCOMES = ("done", "skipped", "failed", "refused")
NO_READS: Mapping[Segments, Path] = {}
_NEEDS = {"all_or_nothing": "required", "partial": "optional"}  # what a step is where it does not say


@dataclass(slots=True)
class Sketch:
    """What the compilation of one journey has found so far.

    Shape: `reads` are paths below `steps` with where they stand, by who reads them.
    """

    ground: Ground
    document: Document
    call: CanonicalCall
    inner: Mapping[str, Route]
    theirs: Mapping[str, Document]
    shape: CallShape
    seen: Mapping[str, Tree]
    built: Mapping[str, Route]
    reads: dict[str, dict[Segments, Path]] = field(default_factory=dict)

    def note(self, path: Path, code: str, message: str, hint: str = "", on_key: bool = False) -> None:
        """Note what is wrong at a place of the journey's document."""
        self.ground.notes.note(self.document, path, code, message, hint, NOT_COMPILED, on_key=on_key)


# -- what the steps see


def find_seen(ground: Ground, document: Document, at: Path, route: Route) -> Tree:
    """Give what the journey's grants reveal of an operation; note where there is none."""
    caller, purpose = f"journey:{document.id}", document.value["acts"]["purpose"]
    grants = [grant for grant in ground.grants.get(route.id, ()) if caller in grant.callers and purpose in grant.purposes]
    if not grants:
        ground.notes.note(
            document, at, CODE_GRANT, f"no grant opens {route.id} to this journey for {purpose}",
            f"a grant of a policy: {{callers: [{{journey: {document.id}}}], purposes: [{purpose}], reveals: […]}}", NOT_COMPILED,
        )  # fmt: skip
    return reduce(unite_trees, (plant_tree(grant.reveals, grant.masks) for grant in grants), NOTHING)


def without_frames(sketch: Sketch, path: Segments) -> Segments:
    """Give the path below an element, as grants name it: without the list's own frame."""
    below = path[1:]
    return below[1:] if is_list(sketch.theirs[path[0]]) and below[:1] == ("items",) else below


def is_seen(tree: Tree, path: Segments) -> bool:
    """Say whether a place is shown whole, not masked."""
    tree = find_subtree(tree, path)
    return tree == ALL or (bool(tree.branches) and tree.rest == KEEP)


def describe_steps(steps: Mapping[str, Json], theirs: Mapping[str, Document]) -> Json:
    """Give the schema of what the steps give; what may be missing is not required."""
    properties = {
        name: _describe_answer(theirs[name], step.get("each")) if name in theirs else _describe_decision(step["waits_for"])
        for name, step in steps.items()
    }
    return {"type": "object", "required": [name for name, step in steps.items() if not _may_be_missing(step)], "properties": properties}


def _may_be_missing(step: Json) -> bool:
    return step.get("need") == "optional" or (step.get("waits_for") or {}).get("otherwise") == "continue"


def _describe_decision(waits: Json) -> Json:
    """Give the schema of a decision: its body, and beside it who took it and when."""
    own = {"caller": ORIGIN["properties"]["caller"], "at": {"type": "string", "format": "date-time"}}
    return {"allOf": [{"$ref": waits["body"]}, {"type": "object", "required": list(own), "properties": own}]}


def _describe_answer(document: Document, each: Json) -> Json:
    name = answer_type(document)
    answer: Json = {"$ref": name} if name not in ("", OPAQUE) else {}
    if is_list(document):
        items = {"type": "array", "items": answer}
        answer = {"type": "object", "required": ["items"], "properties": {"items": items, "next": {"type": "string"}}}
    return {"type": "array", "items": answer, "maxItems": each["most"]} if each else answer


# -- one step


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a step is made of, compiled; without a call it waits for a decision."""

    bound: BoundRequest | None
    over: Over | None
    when: Condition | None
    must: Sequence[tuple[Condition, Fault]]


def build_step(sketch: Sketch, name: str, shows: Mapping[Segments, Path] = NO_READS) -> Step | None:
    """Compile one step; None where something is wrong, which is noted. `shows` is what the file of a decision reads."""
    parts = _build_parts(sketch, name) if name in sketch.inner else _build_waiting(sketch, name)
    if parts is None:
        return None
    value, over, must = sketch.document.value["steps"][name], parts.over, parts.must
    before = _keep_reads(sketch, name, parts)
    sketch.reads[name] |= shows
    return Step(
        name=name,
        inner=None if parts.bound is None else make_inner(sketch, sketch.inner[name], parts.bound, name),
        needs=_find_needs(sketch, name, before | frozenset(path[0] for path in shows)),
        reads=frozenset(other for other in before if not _may_be_missing(sketch.document.value["steps"][other])),
        when=None if parts.when is None else parts.when.holds,
        must=tuple((condition.holds, fault) for condition, fault in must),
        each=None if over is None else Each(_make_reader(over.path), over.most, over.width, over.is_absent_omitted),
        is_required=value.get("need", _NEEDS[sketch.document.value["mode"]]) != "optional",
        within_s=value.get("deadline") or inf,
        cells=count_steps(sketch, name),
    )


def _find_needs(sketch: Sketch, name: str, before: frozenset[str]) -> frozenset[str]:
    """Give the steps that are settled before one runs: a final write comes behind everything."""
    steps = sketch.document.value["steps"]
    return frozenset(steps) - {name} if steps[name].get("final") else before | frozenset(steps[name].get("after") or ())


def count_steps(sketch: Sketch, name: str) -> dict[str, int]:
    """Give the counters of a step's ends."""
    add = sketch.ground.layout.add_series
    return {outcome: add("jembatan_journey_steps_total", sketch.document.id, name, outcome) for outcome in _OUTCOMES}


def make_inner(sketch: Sketch, route: Route, bound: BoundRequest, step: str = "") -> Inner:
    """Make the call of an operation as the journey, under the journey's purpose."""
    document = sketch.document
    assert bound.write is not None, "what has problems is not built"
    caller, purpose = Caller(f"journey:{document.id}", "journey"), document.value["acts"]["purpose"].encode()
    return Inner(route, caller, purpose, bound.write, _find_slots(route), step, is_list(sketch.ground.routes[route.id]))


def _build_parts(sketch: Sketch, name: str) -> _Parts | None:
    value, route = sketch.document.value["steps"][name], sketch.inner[name]
    if route.is_streamed or answer_type(sketch.theirs[name]) == OPAQUE:
        sketch.note(("steps", name, "call"), CODE_STEP, f"{route.id} gives bytes that nobody reads", "call an operation with a schema")
        return None
    over = find_list(sketch, name)
    shape = sketch.shape if over is None else replace(sketch.shape, item=over.item)
    bound = bind_call(sketch, ("steps", name), value, sketch.theirs[name], shape)
    when = build_condition(sketch, ("steps", name, "when"), value["when"], shape) if value.get("when") else None
    must = _build_musts(sketch, name, value.get("must") or ())
    is_wrong = bound is None or bound.write is None or sketch.ground.notes.is_wrong(sketch.document)
    return None if is_wrong else _Parts(bound, over, when, must)


def _build_waiting(sketch: Sketch, name: str) -> _Parts | None:
    value = sketch.document.value["steps"][name]
    when = build_condition(sketch, ("steps", name, "when"), value["when"], sketch.shape) if value.get("when") else None
    must = _build_musts(sketch, name, value.get("must") or ())
    return None if sketch.ground.notes.is_wrong(sketch.document) else _Parts(None, None, when, must)


def _keep_reads(sketch: Sketch, name: str, parts: _Parts) -> frozenset[str]:
    """Keep what a step refers to; give the steps that it needs before it runs."""
    before = {} if parts.bound is None else find_reads(parts.bound, ("steps", name))
    before |= below_steps(() if parts.when is None else parts.when.reads, ("steps", name, "when"))
    before |= below_steps(() if parts.over is None else (parts.over.path,), ("steps", name, "each", "over"))
    after = [path for condition, _ in parts.must for path in condition.reads]
    sketch.reads[name] = {**below_steps(after, ("steps", name, "must")), **before}
    return frozenset(path[0] for path in before)


def below_steps(paths: Sequence[Segments], at: Path) -> dict[Segments, Path]:
    """Give the paths below `steps` among these, with where they stand."""
    return {path[1:]: at for path in paths if path[0] == FROM_STEPS}


def find_reads(bound: BoundRequest, at: Path) -> dict[Segments, Path]:
    """Give the paths below `steps` that bindings read, with where they stand."""
    copies = [write for write in bound.writes if isinstance(write, Copy) and write.source.path[0] == FROM_STEPS]
    return {write.source.path[1:]: (*at, *write.at) for write in copies}


def _find_slots(route: Route) -> tuple[int, ...]:
    return tuple(place for place, segment in enumerate(route.path.split("/")) if segment.startswith("{"))


def bind_call(sketch: Sketch, at: Path, value: Json, operation: Document, shape: CallShape) -> BoundRequest | None:
    """Type what is sent from a place of the journey against the operation that it calls."""
    theirs = operation.value["call"]
    target = str(theirs.get("body") or "")
    request = {key: value[key] for key in ("params", "query", "headers", "body") if value.get(key) is not None}
    request |= {"method": theirs["method"], "path": theirs["path"]}
    if bool(target) != ("body" in request):
        _note_body(sketch, at, value["call"], target)
        return None
    _check_names(sketch, at, value, theirs)
    request |= {"schema": target} if target else {}
    shelf, notes = sketch.ground.shelf, sketch.ground.notes
    bound = compile_request(request, shape, shelf.library, {}, "", "", "", is_partial=True)
    if notes.note_problems(sketch.document, at, bound.problems, NOT_COMPILED):
        return None
    if target and not any(isinstance(write, Copy) and write.is_absence_refused for write in bound.writes):
        Inquiry(shelf, notes, sketch.document, (*at, "body")).is_request_proved(bound, shape, target, "refuse")
    return bound


def _note_body(sketch: Sketch, at: Path, call: str, target: str) -> None:
    what, hint = (f"a body: {target}", "body: {FIELD: SOURCE}") if target else ("no body", "take `body` out")
    sketch.note(at, CODE_STEP, f"{call} takes {what}", hint)


def _check_names(sketch: Sketch, at: Path, value: Json, theirs: Json) -> None:
    """Hold the names of query and headers to what the operation takes, and all that it needs to be there."""
    for part in ("query", "headers"):
        declared = theirs.get(part) or {}
        for key in value.get(part) or {}:
            if key not in declared:
                sketch.note((*at, part, key), CODE_STEP, f'{value["call"]} takes no "{key}"', suggest_name(key, declared))
        for key, kind in declared.items():
            if not str(kind).startswith("optional ") and key not in (value.get(part) or {}):
                sketch.note(at, CODE_STEP, f"{value['call']} needs {key}", f"{part}: {{{key}: …}}")


@dataclass(frozen=True, slots=True)
class Over:
    """The list that a step runs over: where it stands, the schema of its elements, and the bounds."""

    path: Segments
    item: Json
    most: int
    width: int
    is_absent_omitted: bool


def find_list(sketch: Sketch, name: str) -> Over | None:
    """Give the list that a step runs over; None where it runs once, or where that is no list, which is noted."""
    each = sketch.document.value["steps"][name].get("each")
    if not each:
        return None
    problems: list[Problem] = []
    at = ("steps", name, "each", "over")
    place = find_reference(each["over"], _read_shape(sketch), at, problems)
    if sketch.ground.notes.note_problems(sketch.document, (), problems, NOT_COMPILED) or place is None:
        return None
    item = place.shape.item
    if place.shape.types != {"array"} or item is None:
        sketch.note(at, CODE_STEP, f"{each['over']} is no list of known elements", "name a list")
        return None
    return Over(place.path, {"allOf": [part.node for part in item.parts]}, each["most"], each["width"], each["absent"] == "omit")


def _read_shape(sketch: Sketch) -> Shape:
    return read_call(sketch.shape, sketch.ground.shelf.library)


def _make_reader(path: Segments) -> Callable[[Exchange], Sequence[Json]]:
    def read(x: Exchange) -> Sequence[Json]:
        found: Json = {"steps": x.steps, "body": x.body, "query": x.query, "path": x.path}.get(path[0])
        for name in path[1:]:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, list) else ()

    return read


def build_condition(sketch: Sketch, at: Path, text: str, shape: CallShape) -> Condition | None:
    """Compile a condition at a place of the journey; None where it is wrong, which is noted."""
    problems: list[Problem] = []
    made = compile_condition(text, shape, sketch.ground.shelf.library, at, problems)
    sketch.ground.notes.note_problems(sketch.document, (), problems, NOT_COMPILED)
    return made


def _build_musts(sketch: Sketch, name: str, musts: Sequence[Json]) -> list[tuple[Condition, Fault]]:
    found = []
    for index, must in enumerate(musts):
        condition = build_condition(sketch, ("steps", name, "must", index, "holds"), must["holds"], sketch.shape)
        kind = sketch.ground.shelf.faults.get(must["fault"])
        is_fitting = is_meant(sketch.ground.notes, sketch.document, ("steps", name, "must", index, "fault"), must["fault"])
        if condition is not None and kind is not None and is_fitting:
            found.append((condition, Fault(kind, reason=f"step {name}")))
    return found
