"""Lowering what depends on values: `split`, `switch`, `pick`, `derive`.

Laws: those of `lower`. Claims in different cases of one switch, or of elements told apart by a constant, do not clash.
Must not know: Python source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gateway.values.model import Json
from gateway.values.problem import Problem

from .chain import CODE_TYPE, Chain
from .claims import BOTH
from .derive import read_expression
from .forms import Body, CaseForm, Choice, Derived, Form, Picked, Split
from .ir import Case, Cut, Derive, Gather, Glue, Part, Pick, Put, Rest, Switch, Where, Write
from .leftover import Leftover, make_rest_test
from .operators.spec import STRING
from .paths import EVERY, ITEM, Lost, Place, Segments, Shape, find_place, is_meeting, may_hold, show_path, type_of
from .presence import CODE_OPTIONAL, find_unfed, list_targets
from .problems import is_same
from .prove.domain import implies
from .prove.keywords import list_counts
from .scope import CODE_NULL, CODE_UNKNOWN, Direction, Lowered, Scope, check_null, find_item, read_chain, steps_of

CODE_FORM, CODE_TWICE, CODE_CASE = "JB-MAP-001", "JB-MAP-020", "JB-MAP-014"
Both = dict[Direction, Write]
LowerBody = Callable[[Body, Scope], Lowered]


def lower_split(form: Split, scope: Scope) -> Both | None:
    """Lower one agency text that is several canonical fields."""
    agency = scope.find("agency", form.agency, (*form.at, "split"))
    found = [scope.find("canonical", form.canonical + path, (*form.at, "into", index)) for index, path in enumerate(form.into)]
    canonical = tuple(place for place in found if place is not None)
    if agency is None or len(canonical) < len(found):
        return None
    _check_parts(form, canonical, scope)
    for index, place in enumerate(canonical):
        scope.claim(form.at, form.only, place.path, *(() if index else (agency.path,)))
    chain = read_chain(form.via, form.at, agency.shape.types, STRING, scope)
    if chain is None:
        return None
    _check_whole(form, agency, chain, scope)
    for place in canonical:
        scope.note(form.only, chain.classes, place.path, agency.path)
    inward, outward = steps_of(chain, "to_canonical"), steps_of(chain, "to_agency")
    return {
        "to_canonical": Cut(form.at, agency, tuple(place.path for place in canonical), form.widths, form.sep, inward),
        "to_agency": Glue(form.at, canonical, agency.path, form.widths, form.sep, True, outward),
    }


def _check_parts(form: Split, canonical: tuple[Place, ...], scope: Scope) -> None:
    for index, place in enumerate(canonical):
        here, types = (*form.at, "into", index), place.shape.types
        if not is_meeting(types, STRING):
            scope.draft.problems.append(Problem(here, CODE_TYPE, "what a text is split into must be texts", "declare it as string"))
        elif "null" in types and types != EVERY:
            check_null(types, STRING, False, here, "to_agency", scope)


def _check_whole(form: Split, agency: Place, chain: Chain, scope: Scope) -> None:
    if chain.null_as or chain.default:
        scope.draft.problems.append(Problem((*form.at, "via"), CODE_TYPE, "`null_as` and `default` do not go with `split`"))
    if form.only in ("", "to_canonical"):
        check_null(agency.shape.types, STRING, False, form.at, "to_canonical", scope)


def lower_switch(form: Choice, scope: Scope, lower_fields: LowerBody) -> Both | None:
    """Lower a discriminated union: the tags, and each case with both schemas narrowed to it."""
    agency, canonical = scope.find("agency", form.agency, (*form.at, "switch")), scope.find("canonical", form.canonical, form.at)
    if agency is None or canonical is None:
        return None
    scope.claim(form.at, form.only, canonical.path, agency.path)
    scope.note(form.only, ("I", "I"), canonical.path, agency.path)
    pairs: tuple[tuple[Direction, Place, Place], ...] = (("to_canonical", agency, canonical), ("to_agency", canonical, agency))
    _check_tag_nulls(form, pairs, scope)
    read = [_lower_case(case, form, (agency, canonical), scope, lower_fields) for case in form.cases]
    cases = [case for case in read if case is not None]
    if len(cases) < len(read):
        return None
    _check_tags(form, [case["to_canonical"].tag for case in cases], scope)
    made: Both = {way: Switch(form.at, source, target.path, tuple(case[way] for case in cases)) for way, source, target in pairs}
    for write in made.values():
        _check_targets(write, scope)
    return made


def _check_tag_nulls(form: Choice, pairs: Sequence[tuple[Direction, Place, Place]], scope: Scope) -> None:
    for way, source, _ in pairs:
        if form.only in ("", way):
            check_null(source.shape.types, frozenset(), False, form.at, way, scope)


def _check_tags(form: Choice, tags: Sequence[Json], scope: Scope) -> None:
    for index, tag in enumerate(tags):
        if tag in tags[:index] and form.only != "to_canonical":
            message = "two cases have one canonical tag, so that nobody could say which is written back"
            scope.draft.problems.append(Problem(form.cases[index].at, CODE_CASE, message, "only: to_canonical, or a tag for each"))


def _lower_case(
    case: CaseForm, form: Choice, tags: tuple[Place, Place], scope: Scope, lower_fields: LowerBody
) -> dict[Direction, Case] | None:
    agency, canonical = tags
    value = _read_tag(case.key, agency.shape)
    for tag, place, side in ((value, agency, "agency's"), (case.tag, canonical, "canonical")):
        if tag is None or not may_hold(place.shape, tag):
            message = f"the {side} schema leaves no room for this tag at {show_path(place.path)}"
            scope.draft.problems.append(Problem(case.at, CODE_CASE, message, "a tag is a value of the schema's `enum` or `const`"))
            return None
    inner = scope.choose(((agency.path, value),), ((canonical.path, case.tag),), form.only)
    scope.draft.cases.append((inner.agency_chosen, inner.canonical_chosen, case.at))
    writes = lower_fields(case.body, inner)
    return {
        "to_canonical": Case(value, case.tag, tuple(writes["to_canonical"])),
        "to_agency": Case(case.tag, value, tuple(writes["to_agency"])),
    }


def _read_tag(key: str, shape: Shape) -> Json:
    """Give an agency's tag of the type that its schema has; None where it is none."""
    if "string" in shape.types:
        return key
    if "boolean" in shape.types and key in ("true", "false"):
        return key == "true"
    return int(key) if "integer" in shape.types and key.removeprefix("-").isdecimal() and len(key) < 16 else None


def _list_written(writes: Sequence[Write]) -> Iterator[Segments]:
    for write in writes:
        yield from (path for path, _, _ in list_targets(write))
        if isinstance(write, Switch):
            for case in write.cases:
                yield from _list_written(case.body)


def _check_targets(write: Write, scope: Scope) -> None:
    """Note where one case writes a place whole and another something inside it."""
    written = sorted(set(_list_written([write])))
    for path in written:
        for other in written:
            if len(other) > len(path) and other[: len(path)] == path:
                message = f"one case writes {show_path(path)} whole and another {show_path(other)} inside it"
                scope.draft.problems.append(Problem(write.at, CODE_TWICE, message, "name the same fields in both"))


def list_single(forms: Sequence[Form], scope: Scope) -> Iterator[Form]:
    """Give the forms of a scope without picks that take an element which another takes; those are problems."""
    taken: set[str] = set()
    for form in forms:
        if isinstance(form, Picked):
            element = repr((form.agency, sorted(form.where)))
            if element in taken:
                message = f"another pick takes this element of {show_path(form.agency)}"
                hint = "one pick with all its fields: under the object that holds them, or under `.`"
                scope.draft.problems.append(Problem(form.at, CODE_TWICE, message, hint))
                continue
            taken.add(element)
        yield form


def lower_pick(form: Picked, scope: Scope, lower_body: LowerBody) -> Both | None:
    """Lower one element of a list that is one canonical field."""
    agency, canonical = scope.find("agency", form.agency, (*form.at, "pick")), scope.find("canonical", form.canonical, form.at)
    if agency is None or canonical is None:
        return None
    item = find_item(agency, "the agency's", form.at, scope)
    if item is None or not _check_where(form, item, scope):
        return None
    prefix = (*scope.agency_prefix, *agency.path, ITEM)
    element = replace(
        scope, agency=item, canonical=canonical.shape, agency_prefix=prefix, canonical_prefix=(*scope.canonical_prefix, *canonical.path)
    )
    inner = element.choose(form.where, (), form.only)
    inner.claim_agency(form.at, BOTH, *(path for path, _ in form.where))
    scope.draft.cases.append((inner.agency_chosen, inner.canonical_chosen, form.at))
    before = len(scope.draft.problems)
    writes = _lower_picked(form, inner, lower_body)
    is_promised = _is_promised(agency.shape, item, form.where)
    if not form.canonical:
        _check_spread(form, is_promised, scope)
    if len(scope.draft.problems) > before:
        return None
    part = Part(form.at, canonical, form.where, tuple(writes["to_agency"]), form.is_first)
    inward = tuple(writes["to_canonical"])
    return {
        "to_canonical": Pick(form.at, agency, form.where, form.is_first, canonical.path, inward, is_promised),
        "to_agency": Gather(form.at, (part,), agency.path, agency.path not in agency.optional),
    }


def _check_spread(form: Picked, is_promised: bool, scope: Scope) -> None:
    """Judge an element whose fields are those of the whole."""
    if any(isinstance(each, Choice | Picked) for each in form.body.fields):
        scope.draft.problems.append(Problem(form.at, CODE_FORM, "no `switch` or `pick` stands in what is picked for the whole"))
    if not is_promised:
        message, hint = "no canonical document tells whether the element is there", "`minItems` or `contains` of the schema may promise it"
        scope.draft.blocked["to_agency"].append(Problem(form.at, CODE_OPTIONAL, message, hint))


def _is_promised(elements: Shape, item: Shape, where: Where) -> bool:
    """Whether a list always has an element of these constants: the schema counts them, or every element has them and there is one."""
    if elements.types != {"array"}:
        return False
    nodes = [(part.node, part.root) for part in elements.parts]
    if any(count.least > 0 and implies(count.where, where) for count in list_counts(nodes)):
        return True
    is_one = any(int(node.get("minItems", 0)) > 0 for node, _ in nodes)
    return is_one and all(_is_always(item, path, value) for path, value in where)


def _is_always(item: Shape, path: Segments, value: Json) -> bool:
    """Whether every element has a constant at a place."""
    found = find_place(item, path)
    if isinstance(found, Lost) or found.conditions:
        return False
    return any(is_same(part.node.get("const"), value) or part.node.get("enum") == [value] for part in found.shape.parts)


def _lower_picked(form: Picked, inner: Scope, lower_body: LowerBody) -> Lowered:
    """Lower what is read of the element, and judge whether an element that is made is whole."""
    blocked = inner.draft.blocked["to_agency"]
    before = len(blocked)
    writes = lower_body(form.body, inner)
    del blocked[before:]  # judged without the constants
    constants: list[Write] = [Put(form.at, path, value) for path, value in form.where]
    blocked += find_unfed([*constants, *writes["to_agency"]], inner.agency, "the agency's schema", form.at)
    return writes


def _check_where(form: Picked, item: Shape, scope: Scope) -> bool:
    before = len(scope.draft.problems)
    for path, value in form.where:
        at = (*form.at, "where", show_path(path))
        found = find_place(item, path)
        if isinstance(found, Lost):
            scope.draft.problems.append(Problem(at, CODE_UNKNOWN, f'the elements have no "{show_path(path)}"', "", True))
        elif found.nullable:
            scope.draft.problems.append(Problem(at, CODE_NULL, "what tells elements apart may not stand in what may be null"))
        elif not may_hold(found.shape, value):
            wants = " or ".join(sorted(found.shape.types))
            message = f"the schema leaves no room for this {type_of(value)} ({wants} stands there)"
            scope.draft.problems.append(Problem(at, CODE_CASE, message, "a value of the schema's `enum`; quote a code"))
    return len(scope.draft.problems) == before


def finish_picks(writes: Lowered, dropped: set[Segments], scope: Scope) -> Lowered:
    """Join what is gathered to one list, and refuse elements that no pick takes unless the rest of the list is dropped."""
    picks: dict[Segments, list[Pick]] = {}
    for write in writes["to_canonical"]:
        if isinstance(write, Pick):
            picks.setdefault(write.source.path, []).append(write)
    for path, each in picks.items():
        if path not in dropped:
            writes["to_canonical"].append(Rest(each[0].at, each[0].source, tuple(pick.where for pick in each)))
        if path in dropped or any(pick.is_first for pick in each):
            scope.draft.kept.append(show_path((*scope.agency_prefix, *path)))
            scope.downgrade([path for pick in each for path, _, _ in list_targets(pick)])
            _leave_rest(path, each, path in dropped, scope)
    return {"to_canonical": writes["to_canonical"], "to_agency": _join_gathers(writes["to_agency"])}


def _leave_rest(path: Segments, picks: Sequence[Pick], is_rest_left: bool, scope: Scope) -> None:
    firsts = [pick.where for pick in picks if pick.is_first]
    test = make_rest_test([pick.where for pick in picks], is_rest_left, firsts)
    scope.draft.left["to_canonical"].append(Leftover((*scope.agency_prefix, *path), scope.agency_chosen, test))


def _join_gathers(writes: Sequence[Write]) -> list[Write]:
    gathers: dict[Segments, Gather] = {}
    others: list[Write] = []
    for write in writes:
        if not isinstance(write, Gather):
            others.append(write)
            continue
        earlier = gathers.get(write.target)
        gathers[write.target] = replace(write, parts=(*earlier.parts, *write.parts)) if earlier else write
    return [*others, *gathers.values()]


def lower_derive(form: Derived, scope: Scope) -> Both | None:
    """Lower a computed field: its fields are the agency's, which it reads and does not claim."""
    canonical = scope.find("canonical", form.canonical, form.at)
    if canonical is None:
        return None
    at = (*form.at, "derive")
    sources: list[Place] = []
    expression = read_expression(form.text, scope.agency, at, sources, scope.draft.problems)
    if expression is None:
        return None
    scope.claim(form.at, "to_canonical", canonical.path)
    scope.claim_agency(form.at, frozenset(), *(source.path for source in sources))
    scope.note("to_canonical", ("F", "-"), canonical.path, *(source.path for source in sources))
    if not is_meeting(frozenset({expression.type}), canonical.shape.types):
        wants = " or ".join(sorted(canonical.shape.types))
        scope.draft.problems.append(Problem(at, CODE_TYPE, f"the canonical field is {wants} and the expression {expression.type}"))
    write = Derive(form.at, tuple(sources), canonical.path, expression)
    return {"to_canonical": write, "to_agency": write}
