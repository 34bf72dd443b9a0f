"""What the catalogue's listener counts, and the text of a scrape.

Laws: 1. Labels come from closed sets: pages, verdicts, deeds, phases, agencies that were asked for data. 2. Everything that can be counted
is there at zero from the start. 3. A scrape does no I/O: what stands in the stores is looked at beforehand.
Must not know: requests, stores.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from ..catalogue.gate.case import Case, Phase, find_phase
from ..catalogue.gate.decisions import Asked
from ..catalogue.gate.deeds import KINDS, Deed

NOTHING = "nothing"  # the verdict where nothing is like a proposal
VERDICTS = (NOTHING, "not enough evidence", "related", "overlap", "duplicate")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
OUTCOMES = ("found", "failed")
BEHIND = ("registered", "changed")
CLASSES = ("2xx", "3xx", "4xx", "5xx")


class Meters:
    """The figures of one listener."""

    def __init__(self) -> None:
        """Make every series, at zero."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._answers = Counter(
            "jembatan_catalogue_answers", "Answers of the catalogue's listener, by page.", ("page", "status"), registry=self._registry
        )
        self._screenings = Counter(
            "jembatan_catalogue_screenings", "Screenings by the strongest verdict.", ("verdict",), registry=self._registry
        )
        self._seconds = Histogram(
            "jembatan_catalogue_screening_seconds", "One screening, from the proposal to its evidence.", buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._deeds = Counter("jembatan_catalogue_deeds", "Deeds done on cases here.", ("deed",), registry=self._registry)
        self._events = Gauge("jembatan_catalogue_events", "Changes of entries since the catalogue began.", registry=self._registry)
        self._cases = Gauge("jembatan_catalogue_cases", "Cases by where they stand.", ("phase",), registry=self._registry)
        self._requests = Gauge(
            "jembatan_catalogue_requests", "Requests for data, by the agency that was asked.", ("agency", "state"), registry=self._registry
        )
        self._make_of_clusters()
        for verdict in VERDICTS:
            self._screenings.labels(verdict)
        for deed in KINDS:
            self._deeds.labels(deed)
        for phase in get_args(Phase):
            self._cases.labels(phase)

    def _make_of_clusters(self) -> None:
        self._reckonings = Counter(
            "jembatan_catalogue_reckonings",
            "Times that clusters and plans were reckoned, by outcome.",
            ("outcome",),
            registry=self._registry,
        )
        self._took = Gauge("jembatan_catalogue_clusters_seconds", "How long the last reckoning took.", registry=self._registry)
        self._age = Gauge(
            "jembatan_catalogue_clusters_age_seconds", "Age of the clusters that are shown; NaN before the first.", registry=self._registry
        )
        self._age.set(math.nan)
        self._behind = Gauge(
            "jembatan_catalogue_clusters_behind", "Entries that came after the clusters that are shown.", ("what",), registry=self._registry
        )
        for outcome in OUTCOMES:
            self._reckonings.labels(outcome)
        for what in BEHIND:
            self._behind.labels(what)

    def name_pages(self, pages: Iterable[str]) -> None:
        """Make the series of the pages."""
        for page in pages:
            for status in CLASSES:
                self._answers.labels(page, status)

    def count_answer(self, page: str, status: int) -> None:
        """Count one answer."""
        self._answers.labels(page, f"{status // 100}xx").inc()

    def count_screening(self, strongest: str, seconds: float) -> None:
        """Count one screening."""
        self._screenings.labels(strongest or NOTHING).inc()
        self._seconds.observe(seconds)

    def count_deed(self, deed: Deed) -> None:
        """Count one deed on a case."""
        self._deeds.labels(type(deed).__name__.lower()).inc()

    def look(self, events: int, cases: Sequence[Case], requests: Iterable[Asked], day: date) -> None:
        """Take what stands in the stores."""
        self._events.set(events)
        counts = dict.fromkeys(get_args(Phase), 0)
        for case in cases:
            counts[find_phase(case, day)] += 1
        for phase, number in counts.items():
            self._cases.labels(phase).set(number)
        for one in requests:
            states = {
                "granted": one.granted,
                "refused": len(one.refusals),
                "waiting": one.waiting,
                "overdue": one.overdue,
                "unanswered": one.unanswered,
            }
            for state, number in states.items():
                self._requests.labels(one.agency, state).set(number)

    def count_reckoning(self, seconds: float, found: datetime | None) -> None:
        """Count one reckoning of clusters and plans, and when its entries were read; None where it failed."""
        self._reckonings.labels("failed" if found is None else "found").inc()
        self._took.set(seconds)
        if found is not None:
            begun = found.timestamp()
            self._age.set_function(lambda: time.time() - begun)

    def look_behind(self, registered: int, changed: int) -> None:
        """Take how many entries came after the clusters."""
        for what, number in zip(BEHIND, (registered, changed), strict=True):
            self._behind.labels(what).set(number)

    def render(self) -> bytes:
        """Give the text of a scrape."""
        return generate_latest(self._registry)
