"""A mapping, compiled: one straight-line function a direction.

Laws: see the room's. A direction that cannot be built (a required field that nothing feeds) is blocked with its problems; whoever
uses that direction reports them.
Must not know: routes, exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .claims import judge_claims
from .emit import compile_function, emit_function
from .ir import Write
from .leftover import FindLeft, compile_left, list_one_way
from .library import Library
from .lower import lower_body
from .mapping import parse_mapping
from .operators.assume import Assumption
from .paths import Shape, list_leaves, read_shape
from .presence import CODE_UNFED
from .scope import DIRECTIONS, Direction, Draft, Line, Scope
from .weave import compile_weave

CODE_SCHEMA, CODE_BROKEN = "JB-REF-003", "JB-SCH-014"
Translate: TypeAlias = Callable[[Json], Json]
Put: TypeAlias = Callable[[Json, Json], Json]


@dataclass(frozen=True, slots=True)
class Translation:
    """One direction of a mapping.

    Shape: `run` raises Untranslatable with all findings; None where `problems` block this direction. `code` is the generated source,
    `writes` the typed form that it was made from. `left` finds the declared places of a source that are left behind, one bit each;
    None where everything is carried.
    """

    run: Translate | None
    problems: tuple[Problem, ...] = ()
    code: str = ""
    writes: tuple[Write, ...] = ()
    left: FindLeft | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A mapping, both ways. Shape: where `problems` is not empty, nothing of it may run.

    `kept` are the places of the agency's document that a canonical one cannot give back: what is dropped, runs one way, or is left behind.
    `put(canonical, old)` writes a canonical document into the agency's old one; `to_agency.run` creates one without.
    """

    id: str
    agency_schema: str
    canonical_schema: str
    to_canonical: Translation
    to_agency: Translation
    problems: tuple[Problem, ...] = ()
    lines: tuple[Line, ...] = ()
    kept: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    put: Put | None = None


def compile_mapping(document: Json, library: Library) -> Compiled:
    """Compile a `mapping:` document (or an inline `response: {from, fields}` given `to`).

    Shape: `document` holds `mapping, from, to, fields, drop, lack`.
    """
    problems: list[Problem] = []
    agency, canonical = (find_schema(document.get(key), (key,), library, problems) for key in ("from", "to"))
    body, wrong = parse_mapping(document)
    problems += wrong
    draft = Draft(library, problems)
    names = str(document.get("mapping", "")), str(document.get("from", "")), str(document.get("to", ""))
    nothing = Translation(None)
    if agency is None or canonical is None:
        return Compiled(*names, nothing, nothing, tuple(problems))
    writes = lower_body(body, Scope(agency, canonical, draft))
    if not draft.problems:
        theirs, ours = [(case[0], case[2]) for case in draft.cases], [(case[1], case[2]) for case in draft.cases]
        draft.problems += judge_claims(draft.agency, agency, names[1], "drop: {PATH: {class: unused, reason: …}}", ("fields",), theirs)
        draft.problems += judge_claims(draft.canonical, canonical, names[2], "lack: {PATH: held by …}", ("fields",), ours)
    if draft.problems:
        return Compiled(*names, nothing, nothing, tuple(draft.problems), tuple(draft.lines))
    made: dict[Direction, Translation] = {}
    for way in DIRECTIONS:
        source, constants = emit_function(writes[way])
        blocked = tuple(draft.blocked[way])
        run = None if blocked else compile_function(source, constants)
        left = (*draft.left[way], *list_one_way(draft.agency if way == "to_canonical" else draft.canonical, way))
        made[way] = Translation(run, blocked, source, tuple(writes[way]), compile_left(left))
    put = _make_put(made["to_agency"], writes, agency)
    told = tuple(draft.lines), tuple(draft.kept), tuple(draft.assumptions)
    return Compiled(*names, made["to_canonical"], made["to_agency"], (), *told, put)


def _make_put(create: Translation, writes: Mapping[Direction, Sequence[Write]], agency: Shape) -> Put | None:
    """Make `put`; what nothing feeds is no hindrance here: the old document has it."""
    if any(problem.code != CODE_UNFED for problem in create.problems):
        return None
    source, constants = emit_function(writes["to_agency"])
    run = create.run or compile_function(source, constants)
    weave, _ = compile_weave(writes["to_agency"], writes["to_canonical"], agency)
    return lambda canonical, old: weave(run(canonical), old)


def find_schema(name: Json, at: Path, library: Library, problems: list[Problem]) -> Shape | None:
    """Give the shape of a schema by name; None, and a problem, where there is none."""
    if not isinstance(name, str) or name not in library.schemas:
        message = f'unknown schema "{name}"' if isinstance(name, str) else "the name of a schema is wanted here"
        problems.append(Problem(at, CODE_SCHEMA, message, suggest_name(name, library.schemas) if isinstance(name, str) else "NAME@MAJOR"))
        return None
    try:
        shape = read_shape(library.schemas[name], library.schemas)
        for _ in list_leaves(shape):  # follows every reference
            pass
        return shape
    except (LookupError, ValueError, TypeError) as error:
        problems.append(Problem(at, CODE_BROKEN, f"the schema {name} cannot be followed: {error}"))
        return None
