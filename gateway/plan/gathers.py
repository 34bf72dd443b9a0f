"""A route whose providers are asked together: `providers: {gather, any_of | all_of, uncovered}`, compiled.

Laws: 1. A fan-out has bounds that are known when the plan is made: how many rows, how many at a time, how long. 2. What may be missing
has a place in the answer where it is said. 3. Of a list it is known which elements of two providers are the same. 4. Only what reads is
gathered.
Must not know: how a line is compiled, how answers are merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..journey.gather import Check, GatherDocument
from ..journey.gather_lists import Cursors, MergeList, WalkList, make_key_reader
from ..journey.together import PART_OUTCOMES, Circle, GatherCells, Member, Select, Selection
from ..policy.cursors import bind_cursor, open_state, read_position, seal_state, write_position
from ..translate.paths import read_shape
from ..values.faults import Fault, refuse
from ..values.model import Json, Upstream
from ..values.route import Exchange, Provider, Route
from .calls import OPAQUE, CanonicalCall, build_call, is_list, make_guard
from .choices import first_upstream, is_covered
from .decode import Document
from .gather_checks import Wanted, check_form, check_problems, find_key, find_same, find_where, index_rows
from .gather_merge import Merging, build_merge
from .gather_steps import make_withhold_document, withhold_gathered_list
from .lines import Lines, build_lines, build_named_lines, list_lines
from .providers import answer_type
from .routes import Ground, make_head, weakening_steps
from .steps import check_document
from .tables import Table


def build_gather(ground: Ground, document: Document, index: int) -> Route | None:
    """Compile a route that asks several providers together; None where something is wrong, which is noted here or where it stands."""
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    name = document.value["providers"]["gather"].get("table") or ""
    table = ground.tables.get(name)
    check_form(ground, document)
    if call is None or ground.notes.is_wrong(document) or not _has_schema(ground, document) or (name and table is None):
        return None
    wanted = find_where(ground, document, call, table)
    if wanted is None:
        return None
    call = replace(call, keys=tuple(each.place.path for each in wanted))
    head = make_head(ground, document, call, first_upstream(ground, document), index)
    lines = _build_lines(ground, document, call, table, head)
    if lines is None:
        return None
    sketch = _Sketch(ground, document, call, table, lines, wanted)
    circle = _make_circle(sketch)
    return None if circle is None else _make_route(sketch, head, circle)


def _build_lines(ground: Ground, document: Document, call: CanonicalCall, table: Table | None, head: Route) -> Lines | None:
    if table is None:
        return build_named_lines(ground, document, call, head)
    lines = build_lines(ground, document, call, table, head)
    return lines if lines is not None and is_covered(ground, document, table, lines) else None


def _has_schema(ground: Ground, document: Document) -> bool:
    name = answer_type(document)
    return name not in ("", OPAQUE) and ground.shelf.find_schema(name) is not None


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What the compilation of one gather has found so far."""

    ground: Ground
    document: Document
    call: CanonicalCall
    table: Table | None
    lines: Lines
    wanted: Sequence[Wanted]

    @property
    def given(self) -> Json:
        """Give what the document says of the gather."""
        return self.document.value["providers"]["gather"]

    @property
    def written(self) -> list[Json]:
        """Give the lines as they are written."""
        return list_lines(self.document)

    @property
    def required(self) -> frozenset[str]:
        """Give the upstreams without which there is no answer."""
        return frozenset(line["upstream"] for line in self.written if line.get("need") == "required")


def _make_circle(sketch: _Sketch) -> Circle | None:
    """Give who is asked, on what terms; None where something is wrong, which is noted."""
    given, ground, route, table = sketch.given, sketch.ground, sketch.document.id, sketch.table
    same = find_same(ground, sketch.document, sketch.call, table)
    if table is not None and any(row.upstream is None for row in table.rows):
        return None  # noted where families are told apart
    members = _list_named(sketch) if table is None else _list_rows(sketch, table)
    select: Select = (lambda x: members) if table is None else _make_selection(sketch, table, members)
    if same is None or ground.notes.is_wrong(sketch.document):
        return None
    complete, partial, failed = (
        ground.layout.add_series("jembatan_gathers_total", route, each) for each in ("complete", "partial", "failed")
    )
    cells = GatherCells(complete, partial, failed, ground.layout.add_series("jembatan_gather_merged_total", route))
    least = given.get("least") or 1
    quorum = least if given["until"] == "quorum" else 0
    return Circle(select, given["width"], given["deadline"], cells, quorum, least, same, _describe(sketch, members), tuple(members))


def _describe(sketch: _Sketch, members: Sequence[Member]) -> str:
    if sketch.table is None:
        return "together"
    by = " and ".join(each.text for each in sketch.wanted) or "no column"
    return f"{len(members)} rows of {sketch.table.document.id} by {by}, together"


def _make_selection(sketch: _Sketch, table: Table, members: Sequence[Member]) -> Selection:
    index = index_rows(sketch.ground, sketch.document, table, members, sketch.wanted)
    first = sketch.wanted[0] if sketch.wanted else None
    part, pointer = ("body", "") if first is None else (first.part, first.pointer)
    unknown = sketch.ground.layout.add_series("jembatan_choices_total", sketch.document.id, "", "unknown")
    return Selection(table.document.id, index, tuple(each.read for each in sketch.wanted), part, pointer, unknown)


def _list_named(sketch: _Sketch) -> list[Member]:
    """Give the providers that the lines name."""
    found = []
    for number, (line, provider) in enumerate(zip(sketch.written, sketch.lines.providers, strict=True)):
        assert provider is not None, "every line that names a provider was compiled"
        owner = str(sketch.ground.upstream_documents[line["upstream"]].value["owner"])
        found.append(_make_member(sketch, provider, number, owner))
    return found


def _make_member(sketch: _Sketch, provider: Provider, line: int, agency: str) -> Member:
    add, name = sketch.ground.layout.add_series, provider.upstream.id
    cells = {outcome: add("jembatan_gather_parts_total", sketch.document.id, name, outcome) for outcome in PART_OUTCOMES}
    return Member(provider, line, agency, cells, is_required=name in sketch.required)


def _list_rows(sketch: _Sketch, table: Table) -> list[Member]:
    """Give the provider of each row of a table; of a row whose family has no line, what is said of it."""
    number_of = {line["upstream"]: number for number, line in enumerate(sketch.written)}
    kinds, uncovered = sketch.ground.shelf.faults, sketch.document.value["providers"].get("uncovered")
    made: dict[tuple[int, str], Member] = {}
    found = []
    for row, provider in zip(table.rows, sketch.lines.providers, strict=True):
        assert row.upstream is not None, "every row has a family"
        owner = _owner_of(sketch.ground, row.upstream, row.cells)
        provider = provider or Provider(row.upstream, (), ())
        key = id(provider) if row.upstream.id in number_of else -row.upstream.index, owner
        if key not in made:
            made[key] = _make_member(sketch, provider, number_of.get(row.upstream.id, 0), owner)
        missing = None if row.upstream.id in number_of else Fault(kinds[uncovered])
        found.append(replace(made[key], row=row, uncovered=missing))
    return found


def _owner_of(ground: Ground, upstream: Upstream, cells: Mapping[str, Json]) -> str:
    return str(ground.upstream_documents[upstream.id].value.get("owner") or cells["owner"])


def _make_route(sketch: _Sketch, head: Route, circle: Circle) -> Route | None:
    """Fill the route with what gathers; None where something is wrong, which is noted."""
    ground, document, given = sketch.ground, sketch.document, sketch.given
    shape = read_shape({"$ref": answer_type(document)}, ground.shelf.library.schemas)
    merging = Merging(document, ground.notes, shape, [line["upstream"] for line in sketch.written], sketch.required)
    merge = build_merge(merging, given.get("merge"))
    key = find_key(merging, given.get("merge") or {})
    check_problems(ground, document, shape, has_rows=sketch.table is not None, is_sure=_is_sure(sketch))
    if ground.notes.is_wrong(document) or key is None:
        return None
    check = None if merging.is_proved else _make_check(sketch)
    problems = tuple((given.get("problems") or "").split("."))
    supply: GatherDocument | WalkList | MergeList
    if not is_list(document):
        supply = GatherDocument(circle, merge, check, problems, given["until"] == "first")
    elif key:
        supply = MergeList(
            circle, _make_cursors(sketch, f"merged {given['merge']['key']}"), merge, make_key_reader(key), given["elements"], check
        )
    else:
        supply = WalkList(circle, _make_cursors(sketch, "walked"))
    return replace(
        head,
        upstream=sketch.lines.upstreams[0],
        permit=(*weakening_steps(document), *head.permit),
        read=(sketch.lines.route or head).read,
        withhold=(withhold_gathered_list if is_list(document) else make_withhold_document(problems),),
        supply=supply,
    )


def _is_sure(sketch: _Sketch) -> bool:
    """Say whether no part can be missing in an answer."""
    return sketch.given["until"] == "first" or {line["upstream"] for line in sketch.written} <= sketch.required


def _make_check(sketch: _Sketch) -> Check:
    ground, name = sketch.ground, answer_type(sketch.document)
    guard = make_guard(ground.shelf, ground.layout, sketch.document.id, "answer", name)

    def check(x: Exchange, merged: Json) -> Json:
        merged, findings = check_document(guard, x, merged)
        if findings:
            raise refuse("PROVIDER_INVALID", *findings, reason="the merged answer breaks its schema")
        return merged

    return check


def _make_cursors(sketch: _Sketch, way: str) -> Cursors:
    keys, operation = sketch.ground.cursors, sketch.document.id
    assert keys is not None, "a list whose callers go on has keys"
    provider = f"gather {sketch.given.get('table') or ''} {way}"

    def open_walk(x: Exchange) -> list[Json] | None:
        after = x.query.get("after")
        return None if after is None else open_state(keys, after, bind_cursor(x, operation, provider), x.began_s)

    def seal_walk(x: Exchange, state: list[Json]) -> str | None:
        return seal_state(keys, state, bind_cursor(x, operation, provider), x.id, x.began_s)

    elements = sketch.ground.layout.add_series("jembatan_list_elements_total", operation)
    return Cursors(open_walk, seal_walk, write_position, read_position, sketch.ground.shelf.faults, elements)
