"""The cells that a plan takes in a layout: which series a route has, and which every worker has.

Laws: 1. All series are made at load, at zero; nothing is made while exchanges run. 2. Registering twice gives the same cells.
Must not know: where the cells are kept, when they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .faults import CATALOGUE
from .meters import Layout
from .model import Upstream
from .route import RouteCells

OTHER_CALLER = "_other"
OTHER_OUTCOME = ("gateway", 0, "_other")  # an outcome that was not foreseen at load: counted here and as a defect
CALLER_GONE_OUTCOME = ("gateway", 499, "CALLER_GONE")
ATTEMPT_OUTCOMES = ("answered", "timeout", "unreachable", "truncated", "protocol", "too_large", "cancelled", "shed")
KEY_FETCH_OUTCOMES = ("fetched", "failed")
DEED_OUTCOMES = ("done", "refused", "failed", "late", "shed")
BOUNDS = ("connections", "per_peer", "requests", "header_deadline", "body_deadline", "body_rate", "idle", "write_deadline")
OTHER_BOUND = "_other"
_TEXTS = tuple(str(status) for status in range(600))  # one text a status, however many routes


@dataclass(frozen=True, slots=True)
class ProcessCells:
    """Where the series stand that belong to a worker as such, not to one route.

    Shape: `upstreams` and `attempts` are indexed by `Upstream.index`.
    """

    defects: int
    lag: int
    log_lines_dropped: int
    late_answers: int
    connections: int
    refused: Mapping[str, int]  # fault → jembatan_refused_requests_total
    bounds: Mapping[str, int]  # bound → jembatan_connections_refused_total; "_other" is there
    upstreams: tuple[int, ...]  # http_client_request_duration_seconds
    attempts: tuple[Mapping[str, int], ...]
    key_fetches: Mapping[tuple[str, str], int]  # (issuer, outcome)
    deeds: Mapping[str, int]  # outcome → jembatan_store_deeds_total
    deed_seconds: int


def register_route_cells(layout: Layout, route_id: str, outcomes: Iterable[tuple[str, int, str]], callers: Iterable[str]) -> RouteCells:
    """Make the series of one route, at zero: its two histograms, one counter an outcome, one counter a caller.

    Shape: an outcome is (origin, status, fault), fault "" for an answer; a caller that left and an unforeseen outcome are added.
    """
    wanted = (*outcomes, CALLER_GONE_OUTCOME, OTHER_OUTCOME)
    return RouteCells(
        duration=layout.add_series("http_server_request_duration_seconds", route_id),
        overhead=layout.add_series("jembatan_overhead_seconds", route_id),
        outcomes={
            outcome: layout.add_series("jembatan_responses_total", route_id, outcome[0], _TEXTS[outcome[1]], outcome[2])
            for outcome in wanted
        },
        callers={caller: layout.add_series("jembatan_caller_requests_total", caller, route_id) for caller in (*callers, OTHER_CALLER)},
    )


def register_process_cells(layout: Layout, upstreams: Iterable[Upstream], issuers: Iterable[str]) -> ProcessCells:
    """Make the series that every worker has, at zero.

    Faults: ValueError where the upstreams are not given in the order of their index (a defect of ours).
    """
    listed = tuple(upstreams)
    if any(upstream.index != place for place, upstream in enumerate(listed)):
        raise ValueError("upstreams are indexed by their place in the plan")
    add = layout.add_series
    return ProcessCells(
        defects=add("jembatan_defects_total"),
        lag=add("jembatan_event_loop_lag_seconds"),
        log_lines_dropped=add("jembatan_log_lines_dropped_total"),
        late_answers=add("jembatan_late_answers_total"),
        connections=add("jembatan_connections", "open"),
        refused={fault: add("jembatan_refused_requests_total", fault) for fault in CATALOGUE},
        bounds={bound: add("jembatan_connections_refused_total", bound) for bound in (*BOUNDS, OTHER_BOUND)},
        upstreams=tuple(add("http_client_request_duration_seconds", upstream.id) for upstream in listed),
        attempts=tuple(
            {outcome: add("jembatan_upstream_attempts_total", upstream.id, outcome) for outcome in (*ATTEMPT_OUTCOMES, "_other")}
            for upstream in listed
        ),
        key_fetches={
            (issuer, outcome): add("jembatan_key_fetches_total", issuer, outcome) for issuer in issuers for outcome in KEY_FETCH_OUTCOMES
        },
        deeds={outcome: add("jembatan_store_deeds_total", outcome) for outcome in DEED_OUTCOMES},
        deed_seconds=add("jembatan_store_duration_seconds"),
    )
