"""People, rules and deeds that the tests of the gate share. All are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gateway.catalogue.entry import Text
from gateway.catalogue.gate.deeds import Answered, Decided, Proposed, Requested, Screened
from gateway.catalogue.gate.desk import Desk
from gateway.catalogue.gate.people import Person
from gateway.catalogue.gate.rules import Moratorium, Rules
from gateway.stores.memory_cases import MemoryCases

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 12, tzinfo=UTC)
STOPPED = Moratorium(date(2026, 1, 1), date(2026, 12, 31), Text("Penghentian", "A stop"), "made up")
RULES = Rules("test", 14, 10, 365, 730)
ANI = Person("ani", "karawang", "proposer")
BUDI = Person("budi", "bkn", "owner")
CITRA = Person("citra", "komdigi", "reviewer")
DEWI = Person("dewi", "komdigi", "head")
EKO = Person("eko", "bpk", "reader")
PT = Person("pt-contoh", "pt-contoh", "integrator")
PROPOSED = Proposed("karawang", {"app": "karawang.pegawai", "owner": "karawang", "title": {"id": "Pegawai"}}, 450_000_000)
REQUESTED = Requested("karawang", "bkn", "bkn.siasn", ("nip", "nama"), "payroll of the regency", ("UU 20/2023",), "")
EVIDENCE = {
    "strongest": "duplicate", "reuse": ["bkn.siasn"], "extend": [], "masters": [], "dependants": [], "replaces": [],
    "matches": [{"app": "bkn.siasn", "title": "SIASN", "owner": "bkn", "verdict": "duplicate", "probability": 0.9, "evidence": ["data"],
                 "fields": [{"mine": "nip", "theirs": "nip_baru", "why": "concept", "score": 1.0}],
                 "coverage": {"mine": {"cited": 1, "fields": 2, "share": 0.5}, "theirs": {"cited": 1, "fields": 3, "share": 0.33}}}],
    "supplied": [{"field": "nama", "operation": "population.person.lookup", "their_field": "name", "why": "concept"}],
}  # fmt: skip
SCREENED = Screened("building", EVIDENCE, "reuse", {"bkn": ""})
SAME = Answered("bkn", "same", "SIASN does this already")
REUSE = Decided("reuse", "SIASN does this already", "", ("bkn.siasn",))
BUILD = Decided("build", "nothing does it well", "")


def make_desk(rules: Rules = RULES) -> Desk:
    return Desk(MemoryCases(), rules)


def screened_case(desk: Desk) -> str:
    id = desk.open_case(ANI, PROPOSED, NOON).id
    desk.act(ANI, id, SCREENED, NOON)
    return id
