"""What is measured: the families of metrics as data, and the layout that gives each series its cell.

Laws: 1. Labels come from closed sets known at load: a series that has no cell cannot be counted. 2. A histogram carries one
label, `route` or `upstream`. 3. Offsets are stable within one layout; series are matched by name and labels across layouts.
Must not know: where the cells are kept, who scrapes.
Source: OpenTelemetry semantic conventions (names and buckets), Prometheus exposition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0)
OVERHEAD_SECONDS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25)
LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, type, labels, help, and for a histogram the upper bounds of its buckets."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    help: str
    bounds: tuple[float, ...] = ()


_LIST = (
    Family("http_server_request_duration_seconds", "histogram", ("route",), "From a call's first byte to its last byte sent.", SECONDS),
    Family("http_client_request_duration_seconds", "histogram", ("upstream",), "One call to an upstream, as its caller waited for it.", SECONDS),
    Family("jembatan_overhead_seconds", "histogram", ("route",), "An exchange's total less its waiting for upstreams.", OVERHEAD_SECONDS),
    Family("jembatan_responses_total", "counter", ("route", "origin", "status", "fault"), "Exchanges ended, by outcome; `fault` is empty for an answer."),
    Family("jembatan_caller_requests_total", "counter", ("caller", "route"), "Exchanges by calling agency; the rest is `_other`."),
    Family("jembatan_upstream_attempts_total", "counter", ("upstream", "outcome"), "Attempts on the wire by how they ended."),
    Family("jembatan_auth_decisions_total", "counter", ("scheme", "outcome"), "Credentials judged, from the cache or not."),
    Family("jembatan_findings_total", "counter", ("route", "direction", "mode", "keyword"), "Schema findings by keyword, refused or only reported."),
    Family("jembatan_translations_total", "counter", ("mapping", "direction", "outcome"), "Documents translated."),
    Family("jembatan_dropped_fields_total", "counter", ("mapping", "direction"), "Fields that held something and were left behind on purpose (drop, lack, one-way)."),
    Family("jembatan_unknown_fields_total", "counter", ("route", "direction"), "Fields in no schema that were dropped."),
    Family("jembatan_list_elements_total", "counter", ("route",), "Elements of lists given to callers."),
    Family("jembatan_journeys_total", "counter", ("journey", "outcome"), "Journeys ended: complete, partial (a part is missing), failed; of those that write also begun, compensated, cancelled, stuck (an operator is wanted), resumed, fenced (a run that had lost its lease)."),
    Family("jembatan_journey_steps_total", "counter", ("journey", "step", "outcome"), "Steps settled: done, skipped, failed, refused (a `must` does not hold); and times the fallback was asked; of journeys that write each event that is kept: started, tried, deferred, waiting, overdue, undoing, undone, stuck."),
    Family("jembatan_journeys_open", "gauge", ("journey", "state"), "Journeys that write and have not ended: running, waiting (for a decision), failed (an operator is wanted); `_other`: what the plan does not know."),
    Family("jembatan_journey_oldest_seconds", "gauge", ("journey",), "Age of the oldest journey that has not ended."),
    Family("jembatan_decisions_waiting", "gauge", ("journey", "step"), "Decisions that are waited for now."),
    Family("jembatan_choices_total", "counter", ("route", "upstream", "outcome"), "Providers chosen by content, by family; and keys that choose none."),
    Family("jembatan_gathers_total", "counter", ("route", "outcome"), "Answers of several providers: complete, partial (a part is missing), failed."),
    Family("jembatan_gather_parts_total", "counter", ("route", "upstream", "outcome"), "Providers asked together: answered, absent (knows nothing of the subject), failed, unneeded."),
    Family("jembatan_gather_merged_total", "counter", ("route",), "Documents and elements of lists that several providers had and that were made one."),
    Family("jembatan_consent_checks_total", "counter", ("purpose", "outcome"), "Consents looked up for a call: given, missing, withdrawn, ended, outdated (covers less), unavailable."),
    Family("jembatan_consents_total", "counter", ("purpose", "event"), "Consents given and withdrawn."),
    Family("jembatan_refused_requests_total", "counter", ("fault",), "Requests refused before a route was known."),
    Family("jembatan_defects_total", "counter", (), "Defects of ours; anything over zero is a bug to report."),
    Family("jembatan_connections", "gauge", ("state",), "Callers' connections open now."),
    Family("jembatan_connections_refused_total", "counter", ("bound",), "Connections closed for a bound, by the bound."),
    Family("jembatan_late_answers_total", "counter", (), "Answers to asks that nobody waited for any more."),
    Family("jembatan_write_once_total", "counter", ("route", "outcome"), "Writes by Idempotency-Key: done and kept (unkept: the store failed; late: another turn had it), freed (surely not done), unsure; and repeats: replayed, resent, running, other (another call), full."),
    Family("jembatan_store_deeds_total", "counter", ("outcome",), "Deeds over the durable stores: done, refused (by what they found), failed, late, shed."),
    Family("jembatan_store_key_holds", "gauge", ("key", "part"), "What hangs on each key of the durable stores, by the key's mark (unknown = keys that are not configured): answers, journeys, consents that stand; 100000 means as many or more."),
    Family("jembatan_store_duration_seconds", "histogram", (), "One deed over the durable stores, as its exchange waited for it.", SECONDS),
    Family("jembatan_log_lines_dropped_total", "counter", (), "Access-log lines that could not be written."),
    Family("jembatan_event_loop_lag_seconds", "histogram", (), "How late the loop's timer ran.", LAG_SECONDS),
    Family("jembatan_key_fetches_total", "counter", ("issuer", "outcome"), "Fetches of an issuer's keys."),
)  # fmt: skip
FAMILIES: dict[str, Family] = {family.name: family for family in _LIST}


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its family, its label values in the family's order, and its first cell.

    Shape: a counter or gauge takes one cell; a histogram one per bucket (not cumulative), one for +Inf, one for the sum.
    """

    family: str
    labels: tuple[str, ...]
    offset: int


@dataclass(slots=True)
class Layout:
    """The cells of one plan. Filled at load by whoever counts, then read by whoever exposes."""

    size: int = 0
    _known: dict[str, dict[tuple[str, ...], int]] = field(default_factory=dict)

    @property
    def series(self) -> list[Series]:
        """Every series in the order of its cells, made when asked for: a plan of a country has a third of a million."""
        found = [Series(name, labels, offset) for name, rows in self._known.items() for labels, offset in rows.items()]
        return sorted(found, key=lambda one: one.offset)

    def count_series(self) -> int:
        """Give how many series there are."""
        return sum(map(len, self._known.values()))

    def add_series(self, name: str, *labels: str) -> int:
        """Give the offset of a series, made if it is new.

        Faults: KeyError for an unknown family, ValueError for a wrong number of labels (defects of ours).
        """
        family = FAMILIES[name]
        if len(labels) != len(family.labels):
            raise ValueError(f"{name} takes {family.labels}")
        known = self._known.setdefault(name, {})
        if labels in known:
            return known[labels]
        offset = self.size
        self.size += len(family.bounds) + 2 if family.type == "histogram" else 1
        known[labels] = offset
        return offset
