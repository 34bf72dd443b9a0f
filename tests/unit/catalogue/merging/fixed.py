"""Plans that tests of pages share: one cluster of two agencies, reckoned. All are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.catalogue.drawing import Edge
from gateway.catalogue.entry import App, Field, Text
from gateway.catalogue.merging.assumptions import DEFAULT
from gateway.catalogue.merging.cluster import Cluster
from gateway.catalogue.merging.plan import Around, Supply, plan_merge
from gateway.manage.catalogue_plans import Reckoned, Since

from .test_columns import align

_FIELDS = tuple(map(Field, ("nik", "nama", "tgl_lahir")))
MEMBERS = (
    App("bkn.siasn", "bkn", Text("SIASN <b>"), function="kepegawaian", sector="staff", fields=_FIELDS, users=900, cost_rupiah=10**9),
    App("kab-a.simpeg", "kab-a", Text("SIMPEG"), function="kepegawaian", sector="staff", fields=_FIELDS, users=90, cost_rupiah=10**8),
    App("kab-a.simpeg-baru", "kab-a", Text("SIMPEG 2"), function="kepegawaian", sector="staff", lifecycle="proposed", cost_rupiah=10**9),
)


class FixedPlans:
    """One plan; `is_ready` False while it is still reckoned."""

    def __init__(self, is_ready: bool = True) -> None:
        self.is_ready = is_ready
        apps = {app.id: app for app in MEMBERS}
        answer, call = App("o.answer", "o", Text("o"), fields=_FIELDS), App("o.call", "o", Text("o"), fields=(Field("nik"),))
        around = Around(align, align, DEFAULT, (Supply("population.person.lookup", answer, call),))
        plan = plan_merge(Cluster("bkn.siasn", tuple(sorted(apps))), apps, around)
        self._reckoned = Reckoned((plan,), dict.fromkeys(apps, "bkn.siasn"), DEFAULT, datetime(2026, 3, 2, 7, tzinfo=UTC))

    def reckoned(self) -> Reckoned | None:
        return self._reckoned if self.is_ready else None

    def since(self) -> Since:
        return Since(12, 3)

    def relate(self, ids: Sequence[str]) -> tuple[Edge, ...]:
        return ((ids[0], ids[1], 0.9),)
