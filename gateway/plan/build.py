"""From a read federation to a frozen plan, or to everything that is wrong with it.

Laws: 1. What `check` passes is what `serve` runs: there is this one compilation. 2. All findings come at once. 3. No clock and no
network: a plan that loads today loads at any later date.
Must not know: how files are read, how findings are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace

from ..journey.doors import Beginning
from ..journey.lasting import OTHER
from ..journey.runner import Runner
from ..policy.grants import Grant, compile_permits, list_expiries
from ..policy.identity import SCHEMES, Identifier
from ..policy.refusals import OUTCOMES
from ..routing import compile_routes
from ..translate.dialect import compile_dialect
from ..values.cells import register_process_cells
from ..values.journeys import OPEN
from ..values.meters import Layout
from ..values.model import KEPT_MAX, Bounds, GatewayOptions, Json, Listener, ServerTls, StoreOptions, Upstream
from ..values.route import Identify, MakeRunner, Plan, Ports, Route
from ..values.sealed import PARTS, UNKNOWN
from .access import Access, build_access, name_class
from .broken import find_broken, leave_out
from .choices import build_choice
from .citizens import build_citizens, check_citizens, check_opened
from .consents import build_consents
from .days import end_of
from .decode import Document
from .diagnose import Diagnostic
from .families import Family, assign_rows, build_family
from .federation import Federation
from .gateway_keys import GatewayKeys, read_keys
from .gathers import build_gather
from .journeys import build_journeys
from .laws import LAWS, check_references, list_assumptions, list_weakenings
from .lists import note_paging
from .notes import Notes
from .overlays import check_rows
from .owners import owners_of
from .parameters import check_parameters
from .routes import Ground, build_route
from .secrets import Secrets
from .shelf import Shelf, fill_shelf
from .tables import Table, read_tables
from .through import build_throughs
from .upstreams import build_upstream

SERIES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Built:
    """A compilation's end: the plan (None where there is an error) and every diagnostic."""

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    series: int = 0


def build_plan(
    federation: Federation, environment: Mapping[str, str] | None = None, kept: MutableMapping[str, Json] | None = None
) -> Built:
    """Compile a federation; without an environment, references to secrets get stand-ins. `kept` are verdicts on mappings, by digest."""
    broken = find_broken(federation)
    notes = Notes(list(federation.diagnostics), broken)
    secrets = Secrets(environment, bool(_gateway_value(federation).get("sandbox")))
    check_references(federation, notes)
    tags = {name: route.value.get("tags") or () for name, route in federation.operations.items()}
    federation = leave_out(federation, broken)
    for law in LAWS:
        law(federation, notes)
    gateway = read_gateway(federation)
    shelf = fill_shelf(federation, notes, kept)
    layout = Layout()
    tables = read_tables(federation, shelf, notes)
    check_rows(federation, tables, notes)
    check_citizens(federation, shelf, notes)
    upstreams = _build_upstreams(federation, shelf, tables, secrets, notes)
    access = build_access(federation, tags, shelf, secrets, notes)
    register_process_cells(layout, upstreams.values(), [options.id for options in access.issuers])
    keys = read_keys(federation, secrets, notes)
    gateway = replace(gateway, stores=gateway.stores and replace(gateway.stores, marks=keys.marks, before=keys.before))
    routes = _build_routes(federation, shelf, layout, notes, upstreams, access, gateway, keys, tables)
    _check_series(federation, layout, notes)
    diagnostics = tuple(notes.diagnostics)
    if any(each.severity == "error" for each in diagnostics):
        return Built(None, diagnostics, layout.count_series())
    weakenings = list_weakenings(federation)
    plan = Plan(
        hash=federation.digest,
        gateway=gateway,
        match=compile_routes(routes),
        make_identify=_identify_factory(access, layout),
        routes=tuple(routes),
        upstreams=tuple(upstreams.values()),
        layout=layout,
        issuers=tuple(options.id for options in access.issuers),
        make_runner=_runner_factory(routes, keys.marks, layout),
        expiries=(*weakenings, *list_assumptions(federation), *list_expiries(access.grants)),
        weakenings=len(weakenings),
        is_sandbox=bool(_gateway_value(federation).get("sandbox", False)),
    )
    return Built(plan, diagnostics, layout.count_series())


def _check_series(federation: Federation, layout: Layout, notes: Notes) -> None:
    if layout.size > SERIES_MAX:
        document = next(iter(federation.of("route").values()))
        message = f"the plan would make {layout.size} cells of series, over {SERIES_MAX}"
        notes.note(document, (), "JB-CAP-001", message, "use fewer routes or callers")


def _gateway_value(federation: Federation) -> dict[str, object]:
    return next((document.value for document in federation.of("gateway").values()), {})


def read_gateway(federation: Federation) -> GatewayOptions:
    """Give what the gateway document says, or the defaults where there is none."""
    document = next(iter(federation.of("gateway").values()), None)
    if document is None:
        return GatewayOptions()
    value = document.value
    until_s = max((end_of(each["until"]) for each in value.get("weakens") or () if each["law"] == "tls-1.2"), default=0.0)
    tls = value.get("tls")
    ours = None if not tls else ServerTls(tls["cert"], tls["key"], until_s)
    return GatewayOptions(
        id=document.id,
        data_plane=replace(_read_listener(value.get("listen") or "127.0.0.1:8080"), tls=ours),
        management=_read_listener(value.get("management") or "127.0.0.1:9090"),
        bounds=_read_bounds(value),
        workers=value.get("workers") or 1,
        loop=value.get("loop") or "uvloop",
        stores=_read_stores(value.get("stores")),
    )


def _read_stores(given: Json) -> StoreOptions | None:
    return None if given is None else StoreOptions(given["path"], given.get("kept") or KEPT_MAX)


def _read_listener(text: str) -> Listener:
    host, _, port = text.rpartition(":")
    return Listener(host.strip("[]"), int(port))


_BOUNDS = {
    "request_line": "request_line_bytes_max", "headers": "header_bytes_max", "header_count": "header_count_max", "body": "body_bytes_max",
    "connections": "connections_max", "connections_per_peer": "connections_per_peer_max",
    "requests_per_connection": "requests_per_connection_max", "pipelined": "pipelined_max", "header_deadline": "header_s",
    "body_deadline": "body_s", "body_rate": "body_rate_min", "idle": "idle_s", "write_deadline": "write_s",
    "write_buffer": "write_buffer_bytes_max",
}  # fmt: skip


def _read_bounds(value: Mapping[str, object]) -> Bounds:
    given = value.get("bounds") or {}
    drain = value.get("drain") or {}
    assert isinstance(given, dict) and isinstance(drain, dict)
    named = {_BOUNDS[key]: amount for key, amount in given.items() if amount is not None}
    named |= {f"{key}_s": amount for key, amount in (("grace", drain.get("grace")), ("drain", drain.get("deadline"))) if amount is not None}
    return Bounds(**named)


def _build_upstreams(
    federation: Federation, shelf: Shelf, tables: Mapping[str, Table], secrets: Secrets, notes: Notes
) -> dict[str, Upstream]:
    upstreams: dict[str, Upstream] = {}
    families: dict[str, Family] = {}
    for identifier, document in federation.of("upstream").items():
        dialect = compile_dialect(document.value.get("dialect") or {}, shelf.faults)
        if not notes.note_problems(document, ("dialect",), dialect.problems, "what the provider answers cannot be judged"):
            shelf.dialects[identifier] = dialect
        note_paging(document, notes)
        per = document.value.get("per")
        if per is None:
            upstream = build_upstream(document, len(upstreams), secrets, notes)
            if upstream is not None:
                upstreams[identifier] = upstream
        elif per["table"] in tables and (family := build_family(document, len(upstreams), tables[per["table"]], secrets, notes)):
            families[identifier] = family
            upstreams[identifier] = family.upstream
    assign_rows(families, federation, secrets, notes)
    return upstreams


def _build_routes(
    federation: Federation,
    shelf: Shelf,
    layout: Layout,
    notes: Notes,
    upstreams: Mapping[str, Upstream],
    access: Access,
    gateway: GatewayOptions,
    keys: GatewayKeys,
    tables: Mapping[str, Table],
) -> list[Route]:
    agencies = federation.of("agency")
    classes = {name: name_class(str(agency.value["class"]), federation.home_of(agency)) for name, agency in agencies.items()}
    permits = compile_permits(federation.operations, access.grants, classes)
    citizens = build_citizens(federation, shelf, permits, keys.seal, layout, notes)
    check_opened(federation, access.grants, citizens, notes)
    ground = Ground(
        shelf=shelf,
        layout=layout,
        notes=notes,
        upstreams=upstreams,
        upstream_documents=federation.of("upstream"),
        agencies=agencies,
        grants=_sort_grants(access.grants),
        permits=permits,
        owners=owners_of(federation),
        body_bytes_max=gateway.bounds.body_bytes_max,
        cursors=keys.cursors,
        seal=keys.seal,
        citizens=citizens,
        purposes=federation.of("purpose"),
        kept_max=KEPT_MAX if gateway.stores is None else gateway.stores.kept_max,
        routes=federation.operations,
        tables=tables,
    )
    routes: list[Route] = []
    throughs = [document for document in federation.of("route").values() if document.value.get("through")]
    for document in federation.of("route").values():
        if document in throughs:
            continue
        build = _find_builder(document)
        route = build(ground, document, len(routes))
        if route is not None and not notes.is_wrong(document):
            routes.append(route)
    build_throughs(ground, throughs, routes)
    build_journeys(ground, list(federation.of("journey").values()), routes)
    check_parameters(shelf, federation.of("route").values(), notes)
    return routes


def _sort_grants(grants: Iterable[Grant]) -> dict[str, tuple[Grant, ...]]:
    """Give the grants of each operation."""
    found: dict[str, list[Grant]] = {}
    for grant in grants:
        for operation in grant.operations:
            found.setdefault(operation, []).append(grant)
    return {name: tuple(each) for name, each in found.items()}


def _runner_factory(routes: Sequence[Route], marks: Sequence[str], layout: Layout) -> MakeRunner | None:
    lastings = {route.id: route.supply.lasting for route in routes if isinstance(route.supply, Beginning)}
    add = layout.add_series
    others = {state: add("jembatan_journeys_open", OTHER, state) for state in OPEN} if marks else {}
    hanging = {(mark, part): add("jembatan_store_key_holds", mark, part) for mark in (*marks, UNKNOWN) for part in PARTS} if marks else {}

    def make_runner(ports: Ports, is_leaving: Callable[[], bool], has_gauges: bool) -> Runner:
        return Runner(lastings, ports, is_leaving, {} if has_gauges else None, hanging, others)

    return make_runner if marks else None


def _find_builder(document: Document) -> Callable[[Ground, Document, int], Route | None]:
    """Give what compiles a route, by who answers it."""
    providers = document.value.get("providers")
    if document.value.get("consents"):
        return build_consents
    return build_route if not providers else build_gather if providers.get("gather") else build_choice


def _identify_factory(access: Access, layout: Layout) -> Callable[[Ports], Identify]:
    outcomes: tuple[str, ...] = ("accepted", *OUTCOMES.values())
    add = layout.add_series
    cells = {(scheme, outcome): add("jembatan_auth_decisions_total", scheme, outcome) for scheme in SCHEMES for outcome in outcomes}

    def make_identify(ports: Ports) -> Identify:
        return Identifier(access.issuers, access.identities, lambda scheme, outcome: ports.count(cells[scheme, outcome]))

    return make_identify
