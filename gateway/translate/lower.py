"""From the mapping language to the intermediate form: paths resolved against both schemas, operators built, types compared.

Laws: what is wrong in itself is a problem; what only stops one direction is kept with that direction.
Must not know: Python source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .chain import CODE_TYPE, Chain, build_chain
from .claims import BOTH, Claim
from .ir import Copy, Cut, Expect, Glue, Loop, Put, Step, Write
from .library import Library
from .mapping import Body, Const, Drop, Each, Form, Join, Lack, Move
from .operators.spec import STRING
from .paths import EVERY, ITEM, Lost, Place, Segments, Shape, Types, find_place, is_meeting, show_path, type_of
from .presence import find_unfed

CODE_UNKNOWN, CODE_ARRAY, CODE_NULL = "JB-MAP-005", "JB-MAP-006", "JB-MAP-013"
Direction = Literal["to_canonical", "to_agency"]
DIRECTIONS: tuple[Direction, Direction] = ("to_canonical", "to_agency")


@dataclass(frozen=True, slots=True)
class Line:
    """What the report says of one field: where it comes from and its class per direction ("-" where it does not run)."""

    canonical: str
    agency: tuple[str, ...]
    to_canonical: str
    to_agency: str


@dataclass(slots=True)
class Draft:
    """What lowering has found so far; `agency` and `canonical` are the claims on each side, with full paths."""

    library: Library
    problems: list[Problem] = field(default_factory=list)
    blocked: Mapping[Direction, list[Problem]] = field(default_factory=lambda: {way: [] for way in DIRECTIONS})
    agency: list[Claim] = field(default_factory=list)
    canonical: list[Claim] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where fields are resolved: the whole documents, or an element on each side (`…_prefix` are their full paths)."""

    agency: Shape
    canonical: Shape
    draft: Draft
    agency_prefix: Segments = ()
    canonical_prefix: Segments = ()
    only: str = ""

    def find(self, side: Literal["agency", "canonical"], path: Segments, at: Path, *, through_arrays: bool = False) -> Place | None:
        """Resolve a path on one side; None, and a problem with a did-you-mean, where it leads nowhere."""
        found = find_place(getattr(self, side), path, through_arrays=through_arrays)
        if isinstance(found, Place):
            return found
        word = "the agency's schema" if side == "agency" else "the canonical schema"
        message = f"{show_path(path)} leads nowhere in {word}: " + (found.why or f'unknown name "{found.name}"')
        self.draft.problems.append(Problem(at, CODE_UNKNOWN, message, _hint(found), side == "canonical" or through_arrays))
        return None

    def claim(self, at: Path, only: str, canonical: Segments, *agency: Segments) -> None:
        """Note the claims of one field."""
        ways = frozenset({only or self.only}) if only or self.only else BOTH
        self.draft.canonical.append(Claim(self.canonical_prefix + canonical, at, ways))
        self.draft.agency.extend(Claim(self.agency_prefix + path, at, ways) for path in agency)

    def note(self, only: str, classes: tuple[str, str], canonical: Segments, *agency: Segments) -> None:
        """Note the line of one field for reports."""
        shown = [("F" if only else own) if only in ("", way) else "-" for way, own in zip(DIRECTIONS, classes, strict=True)]
        froms = tuple(show_path(self.agency_prefix + path) for path in agency)
        self.draft.lines.append(Line(show_path(self.canonical_prefix + canonical), froms, *shown))


def _hint(lost: Lost) -> str:
    return suggest_name(lost.name, lost.known) or (f"known there: {', '.join(sorted(lost.known)[:8])}" if lost.known else "")


Lowered = dict[Direction, list[Write]]


def lower_body(body: Body, scope: Scope) -> Lowered:
    """Lower all fields, drops and lacks of one scope."""
    writes: Lowered = {"to_canonical": [], "to_agency": []}
    before = len(scope.draft.problems)
    for form in body.fields:
        _lower_form(form, scope, writes)
    for drop in body.drops:
        _lower_drop(drop, scope, writes)
    for lack in body.lacks:
        _lower_lack(lack, scope)
    if len(scope.draft.problems) == before:
        sides = (("to_canonical", scope.canonical, "the canonical schema"), ("to_agency", scope.agency, "the agency's schema"))
        for way, shape, word in sides:
            scope.draft.blocked[_direction(way)].extend(find_unfed(writes[_direction(way)], shape, word, (*body.at, "fields")))
    return writes


def _direction(way: str) -> Direction:
    return "to_canonical" if way == "to_canonical" else "to_agency"


def _lower_form(form: Form, scope: Scope, writes: Lowered) -> None:
    if isinstance(form, Move):
        lowered = _lower_move(form, scope)
    elif isinstance(form, Join):
        lowered = _lower_join(form, scope)
    elif isinstance(form, Const):
        lowered = _lower_const(form, scope)
    else:
        lowered = _lower_each(form, scope)
    only = "" if isinstance(form, Const) else form.only
    for way in DIRECTIONS:
        if lowered is not None and only in ("", way):
            writes[way].append(lowered[way])


def steps_of(chain: Chain, way: Direction) -> tuple[Step, ...]:
    """Give a chain's steps in the order in which one direction runs them."""
    if way == "to_canonical":
        return tuple(Step(op.name, op.to_canonical, op.emit_to_canonical, op.detail) for op in chain.operators)
    return tuple(Step(op.name, op.to_agency, op.emit_to_agency, op.detail) for op in reversed(chain.operators))


def _read_chain(via: Json, at: Path, agency: Types, canonical: Types, scope: Scope) -> Chain | None:
    chain = Chain()
    if via is not None:
        chain, problems = build_chain(via, (*at, "via"), agency, canonical, scope.draft.library)
        if problems:
            scope.draft.problems.extend(problems)
            return None
    flowing = chain.operators[-1].canonical if chain.operators else agency
    wanted = canonical - {"null"} or canonical
    if not is_meeting(flowing - {"null"} or flowing, wanted):
        gets, wants = " or ".join(sorted(flowing)), " or ".join(sorted(wanted))
        scope.draft.problems.append(
            Problem(at, CODE_TYPE, f"the canonical field is {wants} and gets {gets}", "an operator in `via` may convert it")
        )
        return None
    if chain.default and type_of(chain.default.value) not in canonical:
        scope.draft.problems.append(Problem(at, CODE_TYPE, "the default is not of the canonical field's type"))
    return chain


def _check_null(source: Types, target: Types, absorbs: bool, at: Path, way: Direction, scope: Scope) -> None:
    if "null" in source and source != EVERY and "null" not in target and not absorbs:
        message = f"the source may be null and the destination may not ({way})"
        scope.draft.blocked[way].append(Problem(at, CODE_NULL, message, "via: [{null_as: null}]"))


def _lower_move(form: Move, scope: Scope) -> dict[Direction, Write] | None:
    agency, canonical = scope.find("agency", form.agency, form.at), scope.find("canonical", form.canonical, form.at)
    if agency is None or canonical is None:
        return None
    scope.claim(form.at, form.only, canonical.path, agency.path)
    theirs, ours = agency.shape.types, canonical.shape.types
    chain = _read_chain(form.via, form.at, theirs, ours, scope)
    if chain is None:
        return None
    scope.note(form.only, chain.classes, canonical.path, agency.path)
    null_as = chain.null_as
    if form.only in ("", "to_canonical"):
        _check_null(theirs, ours, bool(null_as and null_as.value is None), form.at, "to_canonical", scope)
    if form.only in ("", "to_agency"):
        _check_null(ours, theirs, null_as is not None, form.at, "to_agency", scope)
    return {"to_canonical": _copy_in(form, chain, agency, canonical), "to_agency": _copy_out(form, chain, agency, canonical)}


def _says_null(place: Place) -> bool:
    """Whether a schema names null here (one that says nothing of types does not)."""
    return "null" in place.shape.types and place.shape.types != EVERY


def _copy_in(form: Move, chain: Chain, agency: Place, canonical: Place) -> Copy:
    is_kept = _says_null(canonical)
    steps = steps_of(chain, "to_canonical")
    refuses = form.is_absence_refused
    return Copy(form.at, agency, canonical.path, steps, chain.null_as, is_kept, chain.default, None, is_kept, refuses)


def _copy_out(form: Move, chain: Chain, agency: Place, canonical: Place) -> Copy:
    is_optional = agency.path in agency.optional
    omit = chain.default if is_optional else None
    fill = None if _says_null(canonical) and is_optional else chain.null_as
    steps = steps_of(chain, "to_agency")
    return Copy(form.at, canonical, agency.path, steps, omit, False, fill, chain.null_as, _says_null(agency), form.is_absence_refused)


def _lower_join(form: Join, scope: Scope) -> dict[Direction, Write] | None:
    canonical = scope.find("canonical", form.canonical, form.at)
    found = [scope.find("agency", path, (*form.at, "join", index)) for index, path in enumerate(form.agency)]
    agency = tuple(place for place in found if place is not None)
    if canonical is None or len(agency) < len(found):
        return None
    paths = tuple(place.path for place in agency)
    scope.claim(form.at, form.only, canonical.path, *paths)
    scope.draft.problems += _judge_parts(form, agency)
    chain = _read_chain(form.via, form.at, STRING, canonical.shape.types, scope)
    if chain is None:
        return None
    if chain.null_as or chain.default:
        scope.draft.problems.append(Problem((*form.at, "via"), CODE_TYPE, "`null_as` and `default` do not go with `join`"))
    if form.only in ("", "to_agency"):
        _check_null(canonical.shape.types, STRING, False, form.at, "to_agency", scope)
    scope.note(form.only, chain.classes, canonical.path, *paths)
    inward, outward = steps_of(chain, "to_canonical"), steps_of(chain, "to_agency")
    return {
        "to_canonical": Glue(form.at, agency, canonical.path, form.widths, form.sep, not form.only, inward),
        "to_agency": Cut(form.at, canonical, paths, form.widths, form.sep, outward),
    }


def _judge_parts(form: Join, agency: tuple[Place, ...]) -> list[Problem]:
    problems: list[Problem] = []
    for index, place in enumerate(agency):
        at, types = (*form.at, "join", index), place.shape.types
        if not is_meeting(types, STRING):
            problems.append(Problem(at, CODE_TYPE, "what is joined must be texts", "declare it as string"))
        elif "null" in types and types != EVERY:
            problems.append(Problem(at, CODE_NULL, "what is joined may not be null"))
    return problems


def _lower_const(form: Const, scope: Scope) -> dict[Direction, Write] | None:
    canonical = scope.find("canonical", form.canonical, form.at)
    if canonical is None:
        return None
    scope.claim(form.at, "", canonical.path)
    scope.note("", ("I", "I"), canonical.path)
    if not is_meeting(frozenset({type_of(form.value)}), canonical.shape.types):
        wants = " or ".join(sorted(canonical.shape.types))
        scope.draft.problems.append(
            Problem((*form.at, "const"), CODE_TYPE, f"the canonical field is {wants}", f"write a constant of type {wants}")
        )
    return {"to_canonical": Put(form.at, canonical.path, form.value), "to_agency": Expect(form.at, canonical, form.value)}


def _lower_each(form: Each, scope: Scope) -> dict[Direction, Write] | None:
    agency, canonical = scope.find("agency", form.agency, (*form.at, "each")), scope.find("canonical", form.canonical, form.at)
    if agency is None or canonical is None:
        return None
    theirs = _find_item(agency, "the agency's", form.at, scope)
    ours = _find_item(canonical, "the canonical", form.at, scope)
    if theirs is None or ours is None:
        return None
    pairs: tuple[tuple[Direction, Place, Place], ...] = (("to_canonical", agency, canonical), ("to_agency", canonical, agency))
    for way, source, target in pairs:
        if form.only in ("", way):
            _check_null(source.shape.types, target.shape.types, False, form.at, way, scope)
    bodies, chain = _lower_elements(form, agency, canonical, (theirs, ours), scope)
    if chain is None:
        return None
    return {way: _make_loop(form.at, source, target, bodies.get(way), steps_of(chain, way)) for way, source, target in pairs}


def _lower_elements(form: Each, agency: Place, canonical: Place, items: tuple[Shape, Shape], scope: Scope) -> tuple[Lowered, Chain | None]:
    """Give the writes of an element's fields (none for plain values), and the chain of plain values (none where it is wrong)."""
    if form.body is None:
        return {}, _lower_plain(form, agency, canonical, scope)
    prefixes = (*scope.agency_prefix, *agency.path, ITEM), (*scope.canonical_prefix, *canonical.path, ITEM)
    inner = Scope(*items, scope.draft, *prefixes, form.only)
    bodies = lower_body(form.body, inner)
    if form.key:
        inner.find("agency", form.key, (*form.at, "key"))
    return bodies, Chain()


def _make_loop(at: Path, source: Place, target: Place, body: list[Write] | None, steps: tuple[Step, ...]) -> Loop:
    return Loop(at, source, target.path, None if body is None else tuple(body), steps, "null" in target.shape.types)


def _find_item(place: Place, side: str, at: Path, scope: Scope) -> Shape | None:
    item = place.shape.item
    shown = show_path(place.path)
    if item is None or not place.shape.types <= {"array", "null"}:
        scope.draft.problems.append(
            Problem(at, CODE_ARRAY, f"{shown} of {side} schema is no list with described elements", "each runs over lists")
        )
        return None
    if "null" in item.types and item.types != EVERY:
        scope.draft.problems.append(Problem(at, CODE_NULL, f"elements of {shown} of {side} schema may be null"))
    return item


def _lower_plain(form: Each, agency: Place, canonical: Place, scope: Scope) -> Chain | None:
    """Lower an `each` over plain values: its claims and its chain."""
    theirs, ours = agency.shape.item, canonical.shape.item
    scope.claim(form.at, form.only, canonical.path, agency.path)
    chain = _read_chain(form.via, form.at, theirs.types if theirs else EVERY, ours.types if ours else EVERY, scope)
    if chain is None:
        return None
    if chain.null_as or chain.default:
        scope.draft.problems.append(Problem((*form.at, "via"), CODE_TYPE, "`null_as` and `default` do not go with elements"))
    scope.note(form.only, chain.classes, canonical.path, agency.path)
    return chain


def _lower_drop(drop: Drop, scope: Scope, writes: Lowered) -> None:
    place = scope.find("agency", drop.path, drop.at, through_arrays=True)
    if place is None:
        return
    scope.draft.agency.append(Claim(scope.agency_prefix + place.path, drop.at))
    if not drop.const:
        return
    if ITEM in place.path:
        scope.draft.problems.append(
            Problem((*drop.at, "const"), CODE_ARRAY, "a constant inside elements is written in the `drop` of their `each`")
        )
    elif not is_meeting(frozenset({type_of(drop.const[0])}), place.shape.types):
        scope.draft.problems.append(Problem((*drop.at, "const"), CODE_TYPE, "the constant is not of the field's type", "quote it"))
    else:
        writes["to_agency"].append(Put(drop.at, place.path, drop.const[0]))


def _lower_lack(lack: Lack, scope: Scope) -> None:
    place = scope.find("canonical", lack.path, lack.at, through_arrays=True)
    if place is not None:
        scope.draft.canonical.append(Claim(scope.canonical_prefix + place.path, lack.at))
