"""The clusters and plans that the catalogue's pages show: found when the listener starts, reckoned in a thread beside it.

Laws: 1. What a thread reckons is handed over whole: a page sees all of it or nothing. 2. Clusters are found on the index that screens,
before anybody listens; the thread touches neither index nor stores. Must not know: pages.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..catalogue.entry import App
from ..catalogue.merging.plan import plan_merge, rank_plans
from ..manage.catalogue_plans import Reckoned
from .catalogue_merging import load_around, load_clusters

if TYPE_CHECKING:
    from .catalogue_desk import Screener

_LOG = logging.getLogger("jembatan.catalogue")


class Planner:
    """What to merge, as it was when the listener started."""

    def __init__(self, arguments: argparse.Namespace, apps: Mapping[str, App], screener: Screener) -> None:
        """Find the clusters, or read them.

        Faults: UsageError.
        """
        self._apps = apps
        self._screener = screener
        self._around = load_around(arguments)
        self._clusters = load_clusters(arguments.clusters, apps) if arguments.clusters else screener.group()
        self._found = datetime.now(UTC).date().isoformat()
        if arguments.clusters:
            self._found = datetime.fromtimestamp(arguments.clusters.stat().st_mtime, UTC).date().isoformat()
        self._reckoned: Reckoned | None = None

    def reckon(self) -> None:
        """Make the plans; a defect leaves the pages without them, and is said."""
        try:
            plans = tuple(rank_plans(plan_merge(one, self._apps, self._around) for one in self._clusters))
        except Exception as error:
            _LOG.error("defect in the plans: %s", type(error).__name__)
            return
        homes = {member.app.id: plan.cluster.id for plan in plans for member in plan.members}
        self._reckoned = Reckoned(plans, homes, self._around.assumptions, self._found)

    def reckoned(self) -> Reckoned | None:
        """Give them, None while they are still reckoned."""
        return self._reckoned

    def relate(self, ids: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
        """Give the likely pairs among some entries."""
        return self._screener.relate(ids)
