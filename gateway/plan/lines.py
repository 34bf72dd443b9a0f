"""The lines of `providers:`, compiled: each family's places 5 to 7, and which row has which; or those of providers that are named.

Laws: 1. A line is a `provider:`: every law of one holds for it, with the line's own dialect, paging and old document. 2. Rows that give a
line's mappings the same parameters share what is compiled. 3. What ends (a weakening, an assumption of one family) ends for that
family's rows alone.
Must not know: how a row is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..translate.dialect import SOAP
from ..values.asks import CallUpstream
from ..values.model import Json, Upstream
from ..values.page import Turning
from ..values.route import Before, Exchange, Provider, Route, Step
from .calls import CanonicalCall
from .decode import Document
from .inward import build_inward
from .lists import make_turn_page
from .messages import format_of
from .parameters import Use, fill_uses, list_columns, list_uses
from .providers import Site, build_judge
from .routes import Ground, assumption_steps, build_site, check_bodies, find_upstream, weakening_steps
from .tables import Table
from .writeback import with_old

_OF_LINES = ("old", "deadline", "need")
SETS_MAX = 64  # of parameters that one line's mappings are compiled for
_NOT_COMPILED = "the route has no provider, so it is refused"


@dataclass(slots=True)
class Lines:
    """What the lines of a route come to.

    Shape: `providers` by the index of rows, or of lines that name providers; `route` has what all lines' calls are read by.
    """

    providers: list[Provider | None]
    upstreams: list[Upstream] = field(default_factory=list)
    route: Route | None = None
    is_list: bool = False
    is_streamed: bool = False


def list_lines(document: Document) -> list[Json]:
    """Give the lines of a route as they are written."""
    given = document.value["providers"]
    return list(given.get("any_of") or given["all_of"])


def view_line(document: Document, number: int) -> Document:
    """Give a route as if one of its lines were its provider."""
    word = "any_of" if document.value["providers"].get("any_of") else "all_of"
    line = document.value["providers"][word][number]
    here = ("providers", word, number)
    provider = {key: value for key, value in line.items() if key not in _OF_LINES}
    value = {**document.value, "provider": provider, "old": line.get("old")}
    return replace(document, value=value, moved=((("provider",), here), (("old",), (*here, "old"))))


def build_lines(ground: Ground, document: Document, call: CanonicalCall, table: Table, head: Route) -> Lines | None:
    """Compile every line; None where something is wrong, which is noted."""
    lines = Lines([None] * len(table.rows))
    for number in range(len(list_lines(document))):
        view = view_line(document, number)
        upstream = _find_family(ground, view, table, lines)
        if upstream is None:
            continue
        lines.upstreams.append(upstream)
        check_bodies(view, ground.notes)
        _build_line(ground, view, replace(call, row=table.schema), table, upstream, head, lines)
    is_whole = len(lines.upstreams) == len(list_lines(document))  # else a family is wrong, which is noted there
    return lines if is_whole and not ground.notes.is_wrong(document) else None


def build_named_lines(ground: Ground, document: Document, call: CanonicalCall, head: Route) -> Lines | None:
    """Compile every line that names one backend; None where something is wrong, which is noted."""
    count = len(list_lines(document))
    lines = Lines([None] * count)
    for number in range(count):
        view = view_line(document, number)
        upstream = find_upstream(ground, view)
        if upstream is None:
            continue
        if upstream in lines.upstreams:
            ground.notes.note(
                view, ("provider", "upstream"), "JB-CHO-002", f"{upstream.id} has a line already", "one line each", _NOT_COMPILED
            )
        lines.upstreams.append(upstream)
        check_bodies(view, ground.notes)
        if not ground.notes.is_wrong(document):
            uses = list_uses(view, ground.shelf)
            lines.providers[number] = _build_provider(ground, view, uses, {}, call, upstream, head, lines)
    return None if ground.notes.is_wrong(document) or None in lines.providers else lines


def _find_family(ground: Ground, view: Document, table: Table, lines: Lines) -> Upstream | None:
    """Give the family of a line; None where it is none over this table, or has a line already."""
    at = ("provider", "upstream")
    name = view.value["provider"]["upstream"]
    upstream, theirs = ground.upstreams.get(name), ground.upstream_documents.get(name)
    if upstream is None or theirs is None:
        return None
    per = theirs.value.get("per") or {}
    if per.get("table") != table.document.id:
        what = f"a family over {per['table']}" if per else "no family"
        ground.notes.note(view, at, "JB-CHO-002", f"{name} is {what}, and the rows are those of {table.document.id}", "", _NOT_COMPILED)
        return None
    if upstream in lines.upstreams:
        ground.notes.note(view, at, "JB-CHO-002", f"{name} has a line already", "one line a family", _NOT_COMPILED)
        return None
    return upstream


def _build_line(ground: Ground, view: Document, call: CanonicalCall, table: Table, upstream: Upstream, head: Route, lines: Lines) -> None:
    """Compile one line for each set of parameters that its rows give."""
    uses = list_uses(view, ground.shelf)
    columns = [column for column in list_columns(uses) if column in table.columns and not table.columns[column].type.is_optional]
    made: dict[tuple[str, ...], Provider | None] = {}
    for row in table.rows:
        if row.upstream is None or row.upstream.id != upstream.id:
            continue
        values = tuple(str(row.cells[column]) for column in columns)
        if values not in made:
            if len(made) >= SETS_MAX:
                message = f"the rows of {upstream.id} give more than {SETS_MAX} different parameters"
                ground.notes.note(view, ("provider",), "JB-CHO-004", message, "take them from a column with few values", _NOT_COMPILED)
                return
            cells = {column: row.cells[column] for column in columns}
            made[values] = _build_provider(ground, view, uses, cells, call, upstream, head, lines)
        if made[values] is None:
            return
        lines.providers[row.index] = made[values]


def _build_provider(
    ground: Ground, view: Document, uses: list[Use], cells: Mapping[str, Json], call: CanonicalCall, upstream: Upstream, head: Route,
    lines: Lines,
) -> Provider | None:  # fmt: skip
    filled = fill_uses(view, uses, cells, ground.shelf, ground.notes)
    site = None if filled is None else build_site(ground, filled, call, upstream)
    if site is None:
        return None
    turning, site = _take_over(site)
    inward, judge = build_inward(site), build_judge(site)
    if inward is None or judge is None or ground.notes.is_wrong(view):
        return None
    address = (_make_address(site),) if upstream.place else ()
    turn = () if site.listing is None or turning is not None else (make_turn_page(site.listing),)
    ends = (*weakening_steps(site.upstream_document), *assumption_steps(site))
    route = with_old(site, replace(head, inward=(*ends, *turn, *inward, *address), judge=judge))
    if route is None or not _is_alike(ground, view, route, lines):
        return None
    lines.is_list, lines.is_streamed = site.listing is not None, site.is_streamed
    before = tuple(_at_row(before, *address) for before in route.before)
    return Provider(upstream, route.inward, route.judge, before, _deadline_of(view), turning)


def _take_over(site: Site) -> tuple[Turning | None, Site]:
    """Give how a list that is gathered is walked, and its site: whoever asks it counts its elements and says where it goes on."""
    if site.listing is None or not site.document.value["providers"].get("gather"):
        return None, site
    return site.listing.turning, replace(site, listing=replace(site.listing, keys=None, elements=None))


def _deadline_of(view: Document) -> float:
    here = view.moved[0][1]
    line = view.value["providers"][here[1]][here[2]]
    return float(line.get("deadline") or 0.0)


def _is_alike(ground: Ground, view: Document, route: Route, lines: Lines) -> bool:
    """Note a line whose call is read in another way than that of the lines before."""
    first = lines.route
    lines.route = route
    if first is None or first.media_types == route.media_types:
        return True
    message = "this line changes an old document by a patch and another does not"
    ground.notes.note(view, ("provider", "request"), "JB-CHO-002", message, "old: in each line of a PATCH, or in none", _NOT_COMPILED)
    return False


def _make_address(site: Site) -> Step:
    """Make the step that turns a family's call into one to the backend of the row."""
    is_bare = format_of(site.upstream_document) in SOAP and "path" not in site.document.value["provider"]["request"]

    def address_row(x: Exchange) -> None:
        call, row = x.call, x.row
        assert call is not None and row is not None and row.upstream is not None, "a family's call follows the choice of a row"
        upstream = call.upstream = row.upstream
        base = upstream.base.encode()
        call.target = (base or b"/") if is_bare else base + call.target

    return address_row


def _at_row(before: Before, *address: Step) -> Before:
    ask, take = before

    def asked(x: Exchange) -> CallUpstream:
        x.call = ask(x)
        for step in address:
            step(x)
        return x.call

    return asked, take
