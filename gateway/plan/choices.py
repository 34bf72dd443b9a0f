"""A route whose provider is chosen: `providers: {choose, any_of, uncovered}`, compiled.

Laws: 1. The key is surely there, and of the type of the table's key. 2. Every family of the table has a line, or the route says what its
callers get. 3. A key is found by as many table reads as the match allows.
Must not know: how a line is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter

from ..journey.choose import Choice, Counts
from ..schema.pointers import make_pointer
from ..traffic.tables import Find, index_exact, index_prefix, index_range
from ..translate.paths import Place, Segments
from ..translate.references import find_reference, locate, read_call
from ..values.meters import Layout
from ..values.model import Json, Upstream
from ..values.problem import Problem
from ..values.route import Exchange, Route
from .calls import CanonicalCall, build_call
from .decode import Document
from .lines import Lines, build_lines, list_lines
from .lists import withhold_elements
from .providers import is_meant
from .routes import Ground, make_head, weakening_steps
from .tables import Table

_ROOTS = ("body", "path", "query", "header", "caller", "purpose")
_CODE = "JB-CHO-001"
_NOT_COMPILED = "the route has no provider, so it is refused"
_READERS: dict[str, Callable[[Exchange], Json]] = {
    "body": attrgetter("body"), "path": attrgetter("path"), "query": attrgetter("query"), "header": attrgetter("headers"),
}  # fmt: skip


def build_choice(ground: Ground, document: Document, index: int) -> Route | None:
    """Compile a route that chooses; None where something is wrong, which is noted here or where it stands."""
    given = document.value["providers"]
    table = ground.tables.get(given["choose"]["table"])
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    _check_lines(ground, document)
    if document.value.get("old") is not None:
        hint = "old: in each line of any_of"
        ground.notes.note(document, ("old",), "JB-CHO-002", "each provider has an old document of its own", hint, on_key=True)
    if call is None or table is None or ground.notes.is_wrong(document):
        return None
    place = _find_key(ground, document, call, table)
    find = _index(ground, document, table)
    if place is None or find is None:
        return None
    call = replace(call, keys=(place.path,))
    head = make_head(ground, document, call, first_upstream(ground, document), index)
    lines = build_lines(ground, document, call, table, head)
    if lines is None or not is_covered(ground, document, table, lines):
        return None
    return _make_route(document, head, lines, _make_choice(ground, document, table, place, find, lines))


def _check_lines(ground: Ground, document: Document) -> None:
    """Note what stands in the lines and is for providers that are asked together."""
    given = document.value["providers"]
    if given.get("all_of"):
        hint = "any_of, with families over the table"
        ground.notes.note(document, ("providers", "all_of"), "JB-CHO-002", "one is chosen, and these are asked together", hint, on_key=True)
    for number, line in enumerate(given.get("any_of") or ()):
        for key in ("deadline", "need"):
            if line.get(key) is not None:
                at = ("providers", "any_of", number, key)
                ground.notes.note(
                    document, at, "JB-CHO-002", f"`{key}` is of providers that are asked together", "take it out", on_key=True
                )


def first_upstream(ground: Ground, document: Document) -> Upstream:
    """Give the upstream of the first line that has one."""
    named = [ground.upstreams.get(line["upstream"]) for line in list_lines(document)]
    return next((each for each in named if each is not None), Upstream("", 0, "", 0))


def _make_route(document: Document, head: Route, lines: Lines, choice: Choice) -> Route:
    first = lines.route or head
    return replace(
        head,
        upstream=lines.upstreams[0],
        is_streamed=lines.is_streamed,
        permit=(*weakening_steps(document), *head.permit),
        read=first.read,
        media_types=first.media_types,
        withhold=(withhold_elements,) if lines.is_list else head.withhold,
        supply=choice,
    )


def _find_key(ground: Ground, document: Document, call: CanonicalCall, table: Table) -> Place | None:
    """Resolve the key of the choice; None where it could be absent, or is of another type than the table's."""
    at = ("providers", "choose", "key")
    problems: list[Problem] = []
    text = document.value["providers"]["choose"]["key"]
    place = find_reference(text, read_call(call.shape, ground.shelf.library), at, problems)
    if place is None:
        ground.notes.note_problems(document, (), problems, _NOT_COMPILED)
        return None
    wanted = table.columns[table.document.value["key"]].type.kind
    message = hint = ""
    if place.path[0] not in _ROOTS:
        message, hint = f"{text} is nothing that a caller says", "roots: " + ", ".join(_ROOTS)
    elif place.conditions:
        message, hint = f"{text} may be absent, and then nobody could be chosen", "make it required in the call"
    elif not place.shape.types <= {wanted}:
        message = f"{text} is {' or '.join(sorted(place.shape.types))}, and the key of {table.document.id} is {wanted}"
    if message:
        ground.notes.note(document, at, _CODE, message, hint, _NOT_COMPILED)
    return None if message else place


def _index(ground: Ground, document: Document, table: Table) -> Find | None:
    """Index the rows as the choice matches them; None where they cannot be matched so, which is noted."""
    match, upto = document.value["providers"]["choose"]["match"], table.document.value.get("upto")
    at = ("providers", "choose", "match")
    wrong, hint = _judge_match(match, table)
    if wrong:
        ground.notes.note(document, at, _CODE, wrong, hint, _NOT_COMPILED)
        return None
    pairs = list(zip(table.keys, table.rows, strict=True))
    try:
        if upto is not None:
            return index_range([(key, row.cells[upto], row) for key, row in pairs]).find
        return index_prefix(pairs).find if match == "prefix" else index_exact(pairs).find
    except ValueError as error:
        ground.notes.note(document, at, "JB-CHO-004", f"{table.document.id} cannot be searched by {match}: {error}", "", _NOT_COMPILED)
        return None


def _judge_match(match: str, table: Table) -> tuple[str, str]:
    """Say why a table cannot be searched so, and what would help; "" where it can."""
    name, value = table.document.id, table.document.value
    if match == "range" and "upto" not in value:
        return f"the rows of {name} have no last value", "upto: COLUMN in the table"
    if match != "range" and "upto" in value:
        return f"the rows of {name} are ranges", "match: range"
    is_text = table.columns[value["key"]].type.kind == "string"
    return ("", "") if match != "prefix" or is_text else ("only texts have beginnings", "match: exact")


def is_covered(ground: Ground, document: Document, table: Table, lines: Lines) -> bool:
    """Say whether law 2 holds, and note where it does not; a key `uncovered` that nobody could meet is a mistake too."""
    has_line = {upstream.id for upstream in lines.upstreams}
    without = sorted({row.upstream.id for row in table.rows if row.upstream is not None} - has_line)
    is_said = document.value["providers"].get("uncovered") is not None
    if bool(without) == is_said:
        return not is_said or is_meant(ground.notes, document, ("providers", "uncovered"), document.value["providers"]["uncovered"])
    if without:
        shown = ", ".join(without[:5]) + (" …" if len(without) > 5 else "")
        message, hint = f"nobody answers for the family {shown}", "a line in any_of, or uncovered: FAULT"
        ground.notes.note(document, ("providers", "any_of"), "JB-CHO-003", message, hint, "its callers would be refused by accident")
    else:
        at = ("providers", "uncovered")
        ground.notes.note(document, at, "JB-CHO-003", "every family has a line, so nobody can get this", "take it out", on_key=True)
    return False


def _make_choice(ground: Ground, document: Document, table: Table, place: Place, find: Find, lines: Lines) -> Choice:
    given = document.value["providers"]
    part, segments = locate(place.path)
    uncovered = given.get("uncovered")
    families = {row.upstream.id: row.upstream.index for row in table.rows if row.upstream is not None}
    return Choice(
        table=table.document.id,
        key=given["choose"]["key"],
        part=part,
        pointer=make_pointer(segments),
        read=make_reader(place.path),
        find=find,
        providers=tuple(lines.providers),
        uncovered=None if uncovered is None else ground.shelf.faults.get(uncovered),
        counts=_count(ground.layout, document.id, families, {upstream.id for upstream in lines.upstreams}),
        upstreams=tuple(lines.upstreams),
        rows=table.rows,
    )


def _count(layout: Layout, route: str, families: dict[str, int], covered: set[str]) -> Counts:
    def add(family: str, outcome: str) -> int:
        return layout.add_series("jembatan_choices_total", route, family, outcome)

    return Counts(
        {index: add(family, "chosen") for family, index in families.items() if family in covered},
        {index: add(family, "uncovered") for family, index in families.items() if family not in covered},
        add("", "unknown"),
        add("", "outside"),
    )


def make_reader(path: Segments) -> Callable[[Exchange], Json]:
    """Make what reads a key from an exchange; what the call's schema requires is there."""
    root, inner = path[0], path[1:]
    if root == "purpose":
        return lambda x: x.purpose
    if root == "caller":
        return lambda x: None if x.caller is None else x.caller.agency
    begin = _READERS[root]
    if len(inner) == 1:
        name = inner[0]
        return lambda x: begin(x)[name]
    return lambda x: _follow(begin(x), inner)


def _follow(value: Json, names: Sequence[str]) -> Json:
    for name in names:
        value = value[name]
    return value
