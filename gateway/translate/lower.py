"""From the mapping language to the intermediate form: paths resolved against both schemas, operators built, types compared.

Laws: what is wrong in itself is a problem; what only stops one direction is kept with that direction.
Must not know: Python source.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.values.model import Json
from gateway.values.problem import Problem

from .chain import CODE_TYPE, Chain
from .claims import BOTH, Claim
from .forms import Body, Choice, Const, Derived, Drop, Each, Form, Join, Lack, Move, Picked, Split
from .ir import Copy, Cut, Expect, Glue, Loop, Put, Write
from .lower_choice import finish_picks, list_single, lower_derive, lower_pick, lower_split, lower_switch
from .operators.spec import STRING
from .paths import EVERY, ITEM, Place, Shape, is_meeting, show_path, type_of
from .presence import find_unfed
from .scope import (
    CODE_ARRAY,
    CODE_NULL,
    DIRECTIONS,
    Direction,
    Lowered,
    Scope,
    check_null,
    find_item,
    is_loose,
    read_chain,
    says_null,
    steps_of,
)


def lower_body(body: Body, scope: Scope) -> Lowered:
    """Lower all fields, drops and lacks of one scope, and judge whether what is required is there."""
    before = len(scope.draft.problems)
    writes = lower_fields(body, scope)
    if len(scope.draft.problems) == before:
        sides: tuple[tuple[Direction, Shape, str], ...] = (
            ("to_canonical", scope.canonical, "the canonical schema"),
            ("to_agency", scope.agency, "the agency's schema"),
        )
        for way, shape, word in sides:
            scope.draft.blocked[way].extend(find_unfed(writes[way], shape, word, (*body.at, "fields")))
    return writes


def lower_fields(body: Body, scope: Scope) -> Lowered:
    """Lower all fields, drops and lacks of one scope, or of one case in it."""
    writes: Lowered = {"to_canonical": [], "to_agency": []}
    for form in list_single(body.fields, scope):
        lowered = _lower_form(form, scope)
        only = "" if isinstance(form, Const) else form.only
        for way in DIRECTIONS:
            if lowered is not None and only in ("", way):
                writes[way].append(lowered[way])
    picked = {form.agency for form in body.fields if isinstance(form, Picked)}
    for drop in body.drops:
        if drop.path not in picked:
            _lower_drop(drop, scope, writes)
    for lack in body.lacks:
        _lower_lack(lack, scope)
    return finish_picks(writes, {drop.path for drop in body.drops} & picked, scope)


def _lower_form(form: Form, scope: Scope) -> dict[Direction, Write] | None:
    if isinstance(form, Choice):
        return lower_switch(form, scope, lower_fields)
    if isinstance(form, Picked):  # what the element gives to the whole is judged with the whole
        return lower_pick(form, scope, lower_body if form.canonical else lower_fields)
    lower = next(lower for kind, lower in _PLAIN if isinstance(form, kind))
    return lower(form, scope)


def _lower_move(form: Move, scope: Scope) -> dict[Direction, Write] | None:
    agency, canonical = scope.find("agency", form.agency, form.at), scope.find("canonical", form.canonical, form.at)
    if agency is None or canonical is None:
        return None
    scope.claim(form.at, form.only, canonical.path, agency.path)
    theirs, ours = agency.shape.types, canonical.shape.types
    chain = read_chain(form.via, form.at, theirs, ours, scope)
    if chain is None:
        return None
    scope.note(form.only, chain.classes, canonical.path, agency.path)
    null_as = chain.null_as
    if form.only in ("", "to_canonical"):
        check_null(theirs, ours, bool(null_as and null_as.value is None), form.at, "to_canonical", scope)
    if form.only in ("", "to_agency"):
        check_null(ours, theirs, null_as is not None, form.at, "to_agency", scope)
    return {"to_canonical": _copy_in(form, chain, agency, canonical), "to_agency": _copy_out(form, chain, agency, canonical)}


def _copy_in(form: Move, chain: Chain, agency: Place, canonical: Place) -> Copy:
    is_kept = says_null(canonical)
    steps = steps_of(chain, "to_canonical")
    refuses = form.is_absence_refused
    return Copy(form.at, agency, canonical.path, steps, chain.null_as, is_kept, chain.default, None, is_kept, refuses, is_loose(chain))


def _copy_out(form: Move, chain: Chain, agency: Place, canonical: Place) -> Copy:
    is_optional = agency.path in agency.optional
    omit = chain.default if is_optional else None
    fill = None if says_null(canonical) and is_optional else chain.null_as
    steps = steps_of(chain, "to_agency")
    return Copy(form.at, canonical, agency.path, steps, omit, False, fill, chain.null_as, says_null(agency), form.is_absence_refused)


def _lower_join(form: Join, scope: Scope) -> dict[Direction, Write] | None:
    canonical = scope.find("canonical", form.canonical, form.at)
    found = [scope.find("agency", path, (*form.at, "join", index)) for index, path in enumerate(form.agency)]
    agency = tuple(place for place in found if place is not None)
    if canonical is None or len(agency) < len(found):
        return None
    paths = tuple(place.path for place in agency)
    scope.claim(form.at, form.only, canonical.path, *paths)
    scope.draft.problems += _judge_parts(form, agency)
    chain = read_chain(form.via, form.at, STRING, canonical.shape.types, scope)
    if chain is None:
        return None
    if chain.null_as or chain.default:
        scope.draft.problems.append(Problem((*form.at, "via"), CODE_TYPE, "`null_as` and `default` do not go with `join`"))
    if form.only in ("", "to_agency"):
        check_null(canonical.shape.types, STRING, False, form.at, "to_agency", scope)
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
    theirs = find_item(agency, "the agency's", form.at, scope)
    ours = find_item(canonical, "the canonical", form.at, scope)
    if theirs is None or ours is None:
        return None
    pairs: tuple[tuple[Direction, Place, Place], ...] = (("to_canonical", agency, canonical), ("to_agency", canonical, agency))
    for way, source, target in pairs:
        if form.only in ("", way):
            check_null(source.shape.types, target.shape.types, False, form.at, way, scope)
    bodies, chain = _lower_elements(form, agency, canonical, (theirs, ours), scope)
    if chain is None:
        return None
    return {way: _make_loop(form, source, target, bodies.get(way), chain, way) for way, source, target in pairs}


def _lower_elements(form: Each, agency: Place, canonical: Place, items: tuple[Shape, Shape], scope: Scope) -> tuple[Lowered, Chain | None]:
    """Give the writes of an element's fields (none for plain values), and the chain of plain values (none where it is wrong)."""
    if form.body is None:
        return {}, _lower_plain(form, agency, canonical, scope)
    prefixes = (*scope.agency_prefix, *agency.path, ITEM), (*scope.canonical_prefix, *canonical.path, ITEM)
    inner = Scope(*items, scope.draft, *prefixes, form.only, scope.agency_chosen, scope.canonical_chosen)
    bodies = lower_body(form.body, inner)
    if form.key:
        inner.find("agency", form.key, (*form.at, "key"))
    return bodies, Chain()


def _make_loop(form: Each, source: Place, target: Place, body: list[Write] | None, chain: Chain, way: Direction) -> Loop:
    made, is_null_passed = None if body is None else tuple(body), "null" in target.shape.types
    return Loop(form.at, source, target.path, made, steps_of(chain, way), is_null_passed, form.key, is_loose(chain))


def _lower_plain(form: Each, agency: Place, canonical: Place, scope: Scope) -> Chain | None:
    """Lower an `each` over plain values: its claims and its chain."""
    theirs, ours = agency.shape.item, canonical.shape.item
    scope.claim(form.at, form.only, canonical.path, agency.path)
    chain = read_chain(form.via, form.at, theirs.types if theirs else EVERY, ours.types if ours else EVERY, scope)
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
    scope.claim_agency(drop.at, BOTH, place.path)
    scope.leave("to_canonical", place.path)
    if not drop.const:
        scope.draft.kept.append(show_path(scope.agency_prefix + place.path))
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
        scope.draft.canonical.append(Claim(scope.canonical_prefix + place.path, lack.at, BOTH, scope.canonical_chosen))
        scope.leave("to_agency", place.path)


_PLAIN: tuple[tuple[type, Callable[[Json, Scope], dict[Direction, Write] | None]], ...] = (
    (Move, _lower_move),
    (Join, _lower_join),
    (Const, _lower_const),
    (Each, _lower_each),
    (Split, lower_split),
    (Derived, lower_derive),
)
