"""What journeys have come to, as the store and the metrics tell it: latency, days to the decision, how many were abandoned.

Laws: 1. What was not measured is absent, never zero. 2. Nothing that is sealed is opened. 3. A quantile is read from a histogram as
Prometheus does: within its bucket in proportion, at most the last bound.
Must not know: how rows are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median

from ..journey.flow import Journey
from ..stores.sqlite_state import SqliteState
from ..values.journeys import ENDS, Kept
from ..values.model import Json

_DAY_S = 86_400
_LOOKED_AT = 5_000  # journeys of one operation, the oldest that are kept first
_LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\} ([0-9.eE+-]+|\+Inf|NaN)\s*")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
_BUCKETS, _RESPONSES = "http_server_request_duration_seconds_bucket", "jembatan_responses_total"


@dataclass(slots=True)
class Measured:
    """What the metrics tell of one operation. Shape: `buckets` are cumulative, by their upper bound in seconds."""

    buckets: dict[float, float] = field(default_factory=dict)
    calls: float = 0.0
    left: float = 0.0


def read_metrics(text: str) -> dict[str, Measured]:
    """Read what a scrape says of each route; what it does not know is passed over."""
    found: dict[str, Measured] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        labels = dict(_LABEL.findall(match[2])) if match else {}
        if match is None or "route" not in labels or match[1] not in (_BUCKETS, _RESPONSES):
            continue
        measured = found.setdefault(labels["route"], Measured())
        if match[1] == _BUCKETS:
            bound = float(labels["le"].replace("+Inf", "inf"))
            measured.buckets[bound] = measured.buckets.get(bound, 0.0) + float(match[3])
        else:
            measured.calls += float(match[3])
            measured.left += float(match[3]) * (labels.get("fault") == "CALLER_GONE")
    return found


def find_quantile(buckets: Mapping[float, float], share: float) -> float | None:
    """Give a quantile of a histogram in seconds; None where nothing was counted."""
    total = buckets.get(inf, 0.0)
    if not total:
        return None
    wanted, below, lower = total * share, 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= wanted:
            return lower if bound == inf else lower + (bound - lower) * (wanted - below) / (count - below)
        below, lower = count, bound
    return lower


def describe_metrics(measured: Measured | None) -> dict[str, Json]:
    """Give latency, and the share of callers who left, of a journey that answers at once."""
    if measured is None or not measured.calls:
        return {}
    quantiles = {name: find_quantile(measured.buckets, share) for name, share in (("latency_p50_s", 0.5), ("latency_p95_s", 0.95))}
    told: dict[str, Json] = {name: round(found, 4) for name, found in quantiles.items() if found is not None}
    return {**told, "ended": int(measured.calls), "abandoned": int(measured.left)}


def describe_kept(state: SqliteState, journey: Journey) -> dict[str, Json]:
    """Give days to the decision, and how many were abandoned, of a journey that lasts: as far as the store keeps it."""
    deciding = {step.name for step in journey.steps if step.inner is None}
    ended = state.consult(lambda stores: [kept.begun.id for kept in stores.journeys.list(ENDS, _LOOKED_AT, journey.id)])
    found = [kept for id in ended if (kept := state.consult(lambda stores, id=id: stores.journeys.find(id))) is not None]  # type: ignore[misc]
    if not found:
        return {}
    told: dict[str, Json] = {"ended": len(found), "abandoned": sum(is_abandoned(kept) for kept in found)}
    days = [day for kept in found if (day := count_days(kept, deciding)) is not None]
    return {**told, "days_to_decision": round(median(days), 2)} if days else told


def count_days(kept: Kept, deciding: set[str]) -> float | None:
    """Give the days from the request to the last decision; None where none was taken."""
    taken = [event.at_s for event in kept.events if event.kind == "done" and event.step in deciding]
    return (max(taken) - kept.begun.begun_s) / _DAY_S if taken else None


def is_abandoned(kept: Kept) -> bool:
    """Say whether a journey ended because somebody withdrew it, or nobody decided in time."""
    return kept.state == "cancelled" or (kept.state != "complete" and any(event.kind == "overdue" for event in kept.events))


def shorten_figures(row: Mapping[str, Json]) -> dict[str, Json]:
    """Give the figures as a table shows them: milliseconds, and abandoned of all that ended."""
    p50, p95 = row.get("latency_p50_s"), row.get("latency_p95_s")
    return {
        "p50_p95_ms": None if p50 is None or p95 is None else f"{p50 * 1e3:.0f} / {p95 * 1e3:.0f}",
        "days_to_decision": row.get("days_to_decision"),
        "abandoned": f"{row['abandoned']} of {row['ended']}" if "ended" in row else None,
    }


COLUMNS: Sequence[str] = ("p50_p95_ms", "days_to_decision", "abandoned")
