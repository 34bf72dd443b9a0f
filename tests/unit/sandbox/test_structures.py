"""The reference federation shows the mapping language: many mappings, each in use, no two alike but for their names.

A mapping's structure is two trees, the canonical side's and the agency's, with every name erased and children in no order. A leaf says
which form stands there and which operators, without their arguments. Siblings that are alike count once, so that one more plain field
makes no other structure. Mappings of one structure after any renaming have equal trees.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from gateway.plan.federation import read_federation
from gateway.sandbox.places import find_reference
from gateway.translate.forms import Body, Choice, Const, Derived, Each, Form, Join, Move, Picked, Split
from gateway.translate.mapping import parse_mapping

MAPPINGS_MIN = 40
FEDERATION = read_federation((find_reference(),))
MAPPINGS: dict[str, Any] = {id: document.value for id, document in FEDERATION.of("mapping").items()}
ROUTES: dict[str, Any] = {id: document.value for id, document in FEDERATION.of("route").items()}


@dataclass
class Tree:
    """One side of a mapping. Shape: `marks` are what stands at this place, without names."""

    marks: set[Any] = field(default_factory=set)
    children: dict[str, Tree] = field(default_factory=dict)

    def mark(self, path: tuple[str, ...], *mark: Any) -> None:
        place = self
        for name in path:
            place = place.children.setdefault(name, Tree())
        place.marks.add(mark)

    def erase_names(self) -> Any:
        return frozenset(self.marks), frozenset(child.erase_names() for child in self.children.values())


def list_operators(via: Any) -> tuple[str, ...]:
    return tuple(step if isinstance(step, str) else next(iter(step)) for step in via or ())


def grow(form: Form, canonical: Tree, agency: Tree) -> None:
    """Mark what one form says at its places on both sides."""
    match form:
        case Const():
            canonical.mark(form.canonical, "const")
        case Derived():
            canonical.mark(form.canonical, "derive")
        case Move():
            mark = ("move", list_operators(form.via), form.only, form.is_absence_refused)
            canonical.mark(form.canonical, *mark)
            agency.mark(form.agency, *mark)
        case Join():
            mark = ("join", bool(form.widths), list_operators(form.via), form.only)
            canonical.mark(form.canonical, *mark, len(form.agency))
            for path in form.agency:
                agency.mark(path, *mark)
        case Split():
            mark = ("split", bool(form.widths), list_operators(form.via), form.only)
            agency.mark(form.agency, *mark, len(form.into))
            for path in form.into:
                canonical.mark(form.canonical + path, *mark)
        case Each():
            inner = find_structure(form.body) if form.body else ()
            for tree, path, side in ((canonical, form.canonical, inner[:1]), (agency, form.agency, inner[1:])):
                tree.mark(path, "each", list_operators(form.via), form.only, bool(form.key), side)
        case Picked():
            inner = find_structure(form.body)
            canonical.mark(form.canonical, "pick", form.is_first, form.only, inner[0])
            agency.mark(form.agency, "pick", form.is_first, form.only, len(form.where), inner[1])
        case Choice():
            cases = [find_structure(case.body) for case in form.cases]
            canonical.mark(form.canonical, "switch", form.only, frozenset(case[0] for case in cases))
            agency.mark(form.agency, "switch", form.only, frozenset(case[1] for case in cases))


def find_structure(body: Body) -> tuple[Any, Any]:
    """Give the canonical side's tree and the agency's, without names."""
    canonical, agency = Tree(), Tree()
    for form in body.fields:
        grow(form, canonical, agency)
    for drop in body.drops:
        agency.mark(drop.path, "drop", bool(drop.const))
    for lack in body.lacks:
        canonical.mark(lack.path, "lack")
    return canonical.erase_names(), agency.erase_names()


def read_structure(document: Any) -> tuple[Any, Any]:
    body, problems = parse_mapping(document)
    assert problems == []
    return find_structure(body)


def write(fields: dict[str, Any], **more: Any) -> tuple[Any, Any]:
    return read_structure({"mapping": "a/b", "from": "a/b@1", "to": "c@1", "fields": fields, **more})


def test_structure_is_blind_to_names_order_arguments_and_one_more_of_the_same() -> None:
    dated = write({"x.on": {"from": "TGL", "via": [{"date": "DD-MM-YYYY"}]}, "x.name": "NAMA"})
    assert write({"y.title": "j", "y.end": {"from": "d", "via": [{"date": "YYYYMMDD"}]}, "y.word": "k"}) == dated


def test_structure_sees_forms_operators_nesting_and_arrays() -> None:
    variants = [
        write({"a": "A"}),
        write({"a.b": "A"}),
        write({"a": "A.B"}),
        write({"a": {"from": "A", "via": [{"date": "DD-MM-YYYY"}]}}),
        write({"a": {"from": "A", "absent": "error"}}),
        write({"a": "A", "b": {"const": "x"}}),
        write({"a": "A", "b": {"derive": "A == 1"}}),
        write({"a": "A"}, drop={"B": {"class": "unused", "reason": "x"}}),
        write({"a": {"join": ["A", "B"], "sep": "-"}}),
        write({"a": {"split": "A", "into": ["b", "c"], "sep": "-"}}),
        write({"a": {"each": "A", "fields": {"b": "B"}}}),
        write({"a": {"each": "A", "fields": {"b": {"each": "B", "fields": {"c": "C"}}}}}),
        write({"a": {"pick": "A", "where": {"B": "x"}, "value": "C"}}),
        write({"a": {"switch": "A", "cases": {"X": {"fields": {"b": "B"}}, "Y": "y"}}}),
    ]
    assert all(one != other for index, one in enumerate(variants) for other in variants[:index])


def test_no_two_of_at_least_forty_mappings_have_one_structure() -> None:
    alike: dict[Any, list[str]] = defaultdict(list)
    for id, document in MAPPINGS.items():
        alike[read_structure(document)].append(id)
    assert [ids for ids in alike.values() if len(ids) > 1] == []
    assert len(alike) >= MAPPINGS_MIN


def list_named(route: Any) -> set[str]:
    """Give the mappings that a route names, in its one provider or in the lines of several, chosen or gathered."""
    several = route.get("providers", {})
    lines = several.get("any_of") or several.get("all_of") or [route.get("provider", {})]
    parts = [line.get(part) or {} for line in lines for part in ("request", "response")]
    parts += [(each.get("old") or {}).get("request", {}) for each in (route, *lines)]
    named = [part["mapping"] for part in parts if part.get("mapping")]
    return {each["use"] if isinstance(each, dict) else each for each in named}


def list_types(route: Any) -> set[str]:
    return {value for value in (route["call"].get("body"), route["answer"]) if isinstance(value, str)}


def is_bridge(mapping: Any) -> bool:
    """Whether a mapping stands between two majors of a canonical schema, for a route that answers `through` another."""
    through = [(list_types(route), list_types(ROUTES[route["through"]])) for route in ROUTES.values() if "through" in route]
    return any({mapping["from"], mapping["to"]} & older and {mapping["from"], mapping["to"]} & newer for older, newer in through)


def test_each_mapping_is_used_by_a_route() -> None:
    named = {id for route in ROUTES.values() for id in list_named(route)}
    assert [id for id, mapping in MAPPINGS.items() if id not in named and not is_bridge(mapping)] == []


def test_the_words_of_the_language_are_all_used() -> None:
    seen: set[str] = set()

    def walk(body: Body) -> None:
        for form in body.fields:
            seen.add(type(form).__name__)
            for inner in [case.body for case in form.cases] if isinstance(form, Choice) else [getattr(form, "body", None)]:
                if isinstance(inner, Body):
                    walk(inner)

    for document in MAPPINGS.values():
        walk(parse_mapping(document)[0])
    assert seen == {"Move", "Join", "Const", "Each", "Split", "Choice", "Picked", "Derived"}
