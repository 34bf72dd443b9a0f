"""The reference federation's journeys that write, in the real processes: promotion, retirement, a newborn in five sectors.

What is done at the agencies is counted there, by key. All data are synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .offices import Offices, Watched, run_offices
from .talk import Answer, check_problem, until

BOARD, HEAD, BKN, TASPEN, CLERK = "bkpsdm-karawang/pegawai", "bkpsdm-karawang/kepala", "bkn/pejabat", "taspen/petugas", "karawang/petugas"
PROMOTIONS, RETIREMENTS, NEWBORNS = "/civil-service/v1/promotions", "/civil-service/v1/retirements", "/population/v1/newborns"
ASEP, SITI, DEDI, RINA = "199108172015031003", "198503152010012004", "199206202019031005", "197911052005012002"
WAWAN, UJANG = "199003142014031007", "196801121990031001"
PURPOSE = {PROMOTIONS: "rank-promotion", RETIREMENTS: "retirement", NEWBORNS: "birth-registration"}
ENDS = ("complete", "compensated", "cancelled", "failed")


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with run_offices(tmp_path_factory.mktemp("offices")) as made:
        yield made


def begin(offices: Offices, where: str, body: Any, by: str, key: str) -> Answer:
    """Begin a journey, or ask again what became of it: the same key is the same journey. Slow offices are waited for."""

    said: list[Answer] = []

    def is_settled() -> bool:
        said[:] = [offices.call("POST", where, body, by, PURPOSE[where], key)]
        return said[0].status != 202 or said[0].json["state"] != "running"

    until(is_settled)
    return said[0]


def look(offices: Offices, where: str, id: str, by: str) -> Any:
    return offices.call("GET", f"{where}/{id}", None, by, PURPOSE[where]).json


def wait_for_end(offices: Offices, where: str, id: str, by: str) -> Any:
    until(lambda: look(offices, where, id, by)["state"] in ENDS)
    return look(offices, where, id, by)


def promote(offices: Offices, nip: str, rank: str, key: str) -> str:
    """Ask for a promotion; give the journey that waits for its decision."""
    begun = begin(offices, PROMOTIONS, {"nip": nip, "target_rank": rank}, BOARD, key)
    assert (begun.status, begun.json["state"]) == (202, "waiting"), begun.body
    assert begun.headers["location"] == f"{PROMOTIONS}/{begun.json['journey']}"
    return str(begun.json["journey"])


def decide(offices: Offices, id: str, body: Any, by: str = BKN) -> Answer:
    return offices.call("POST", f"{PROMOTIONS}/{id}/decision", body, by, "rank-promotion")


def show(offices: Offices, id: str, by: str) -> Answer:
    return offices.call("GET", f"{PROMOTIONS}/{id}/decision", None, by, "rank-promotion")


def retire(offices: Offices, nip: str, key: str) -> str:
    begun = begin(offices, RETIREMENTS, {"nip": nip}, BOARD, key)
    assert (begun.status, begun.json["state"]) == (202, "waiting"), begun.body
    return str(begun.json["journey"])


def confirm(offices: Offices, id: str, outcome: str) -> Answer:
    return offices.call("POST", f"{RETIREMENTS}/{id}/confirmation", {"outcome": outcome}, TASPEN, "retirement")


# -- promotion: 14 steps as request and decision


def test_two_typed_fields_and_one_decision_end_in_a_decree_and_a_changed_salary_each_once(offices: Offices) -> None:
    watched = Watched(offices)
    id = promote(offices, ASEP, "3d", "asep-1")
    assert show(offices, id, BKN).json == {
        "name": "ASEP CONTOH",
        "rank": "3c",
        "target_rank": "3d",
        "unit": "DINAS KOMINFO KARAWANG",
        "proposal": "KP202600012",
        "checks": {
            "eligible": True,
            "vacant": True,
            "clear_of_sanctions": True,
            "clear_of_police_record": True,
            "tax_compliant": True,
            "performance": "excellent",
            "degree": "bachelor",
            "training": "supervisor",
        },
    }
    assert watched.done() == {}, "nothing is done before it is decided"
    assert decide(offices, id, {"outcome": "approved"}).status == 200
    ended = wait_for_end(offices, PROMOTIONS, id, BOARD)
    assert ended["state"] == "complete"
    answer = ended["answer"]
    assert (answer["outcome"], answer["decree"]["effective_on"]) == ("approved", "2027-04-01")
    assert watched.done() == {"bkn: sk pangkat terbit": 1, "djpb: gaji ubah": 1}
    again = begin(offices, PROMOTIONS, {"nip": ASEP, "target_rank": "3d"}, BOARD, "asep-1")
    assert (again.status, again.json) == (200, answer)
    assert watched.done() == {"bkn: sk pangkat terbit": 1, "djpb: gaji ubah": 1}


def test_what_is_refused_orders_nothing_and_says_why(offices: Offices) -> None:
    watched = Watched(offices)
    id = promote(offices, ASEP, "3d", "asep-2")
    decide(offices, id, {"outcome": "refused", "reason": "formasi dipakai unit lain"})
    ended = wait_for_end(offices, PROMOTIONS, id, BOARD)
    assert ended["answer"] == {"nip": ASEP, "outcome": "refused", "reason": "formasi dipakai unit lain"}
    assert watched.done() == {}


def test_who_asked_does_not_decide_and_a_file_shows_what_the_grants_reveal(offices: Offices) -> None:
    id = promote(offices, ASEP, "3d", "asep-3")
    assert check_problem(decide(offices, id, {"outcome": "approved"}, BOARD), "caller")["code"] == "DECISION_DENIED"
    file = show(offices, id, HEAD).json
    assert file["checks"].keys() == {"eligible", "vacant", "clear_of_sanctions", "performance", "degree", "training"}
    assert check_problem(decide(offices, id, {"outcome": "approved"}, TASPEN), "caller")["code"] == "ACCESS_DENIED"
    assert decide(offices, id, {"outcome": "refused"}, HEAD).status == 200
    assert check_problem(decide(offices, id, {"outcome": "approved"}))["code"] == "DECISION_CLOSED"


def test_a_part_that_may_be_missing_is_missing_in_the_file_and_said_in_the_answer(offices: Offices) -> None:
    id = promote(offices, SITI, "4a", "siti-1")
    assert "training" not in show(offices, id, BKN).json["checks"]
    decide(offices, id, {"outcome": "approved"})
    answer = wait_for_end(offices, PROMOTIONS, id, BOARD)["answer"]
    assert answer["missing"] == [{"step": "training", "code": "SUBJECT_NOT_FOUND", "status": 404, "retry": False}]
    assert answer["outcome"] == "approved"


@pytest.mark.parametrize(
    ("nip", "rank", "code"), [(DEDI, "2d", "NOT_YET_ELIGIBLE"), (RINA, "4b", "NO_VACANT_POST"), (ASEP, "4e", "SUBJECT_NOT_FOUND")]
)
def test_what_cannot_be_is_said_at_once_and_nobody_is_asked_to_decide(offices: Offices, nip: str, rank: str, code: str) -> None:
    watched = Watched(offices)
    refused = begin(offices, PROMOTIONS, {"nip": nip, "target_rank": rank}, BOARD, f"{nip}-{rank}")
    assert check_problem(refused)["code"] == code
    assert watched.done() == {}


def test_a_salary_that_cannot_be_changed_takes_the_decree_back(offices: Offices) -> None:
    watched = Watched(offices)
    id = promote(offices, WAWAN, "3d", "wawan-1")
    decide(offices, id, {"outcome": "approved"})
    ended = wait_for_end(offices, PROMOTIONS, id, BOARD)
    assert (ended["state"], ended["problem"]["code"]) == ("compensated", "SUBJECT_NOT_FOUND")
    assert {step["step"]: step["state"] for step in ended["steps"]}["decree"] == "undone"
    assert watched.done() == {"bkn: sk pangkat terbit": 1, "bkn: sk pangkat cabut": 1}


def test_an_answer_that_is_lost_after_the_deed_does_nothing_twice(offices: Offices) -> None:
    watched = Watched(offices)
    id = promote(offices, ASEP, "3d", "asep-4")
    offices.control_sandbox("POST", "/_sandbox/faults", {"agency": "bkn", "kind": "lost"})
    decide(offices, id, {"outcome": "approved"})
    assert wait_for_end(offices, PROMOTIONS, id, BOARD)["state"] == "complete"
    assert watched.done() == {"bkn: sk pangkat terbit": 1, "djpb: gaji ubah": 1}


def test_a_treasury_that_is_busy_is_asked_again_under_the_same_key(offices: Offices) -> None:
    watched = Watched(offices)
    id = promote(offices, ASEP, "3d", "asep-5")
    offices.control_sandbox("POST", "/_sandbox/faults", {"agency": "djpb", "kind": "busy", "count": 2})
    decide(offices, id, {"outcome": "approved"})
    assert wait_for_end(offices, PROMOTIONS, id, BOARD)["state"] == "complete"
    assert watched.done() == {"bkn: sk pangkat terbit": 1, "djpb: gaji ubah": 1}


def test_where_nobody_decides_in_time_a_promotion_is_cancelled(tmp_path: Path) -> None:
    shorter = {"routes/civil-service/promotion.yaml": ("within: 14d", "within: 1s")}
    with run_offices(tmp_path, shorter) as offices:
        watched = Watched(offices)
        id = promote(offices, ASEP, "3d", "asep-late")
        assert wait_for_end(offices, PROMOTIONS, id, BOARD)["state"] == "cancelled"
        assert check_problem(decide(offices, id, {"outcome": "approved"}))["code"] == "DECISION_CLOSED"
        assert watched.done() == {}


def list_waiting(
    offices: Offices, by: str, where: str = PROMOTIONS, purpose: str = "rank-promotion", size: int = 2
) -> list[dict[str, Any]]:
    """Give all that waits for an official, page by page."""
    found: list[dict[str, Any]] = []
    path = f"{where}/{'decisions' if where == PROMOTIONS else 'confirmations'}?size={size}"
    page: dict[str, Any] = {"next": ""}
    while "next" in page:
        page = offices.call("GET", path + (f"&after={page['next']}" if page["next"] else ""), None, by, purpose).json
        assert len(page["items"]) <= size
        found += page["items"]
    return found


def test_an_approver_asks_one_operation_for_what_waits_and_sees_no_more_than_its_grants_reveal(offices: Offices) -> None:
    ids = [
        promote(offices, nip, rank, f"listed-{number}") for number, (nip, rank) in enumerate([(ASEP, "3d"), (SITI, "4a"), (WAWAN, "3d")])
    ]
    listed = [each for each in list_waiting(offices, BKN) if each["journey"] in ids]
    assert [each["journey"] for each in listed] == ids
    assert listed[0]["file"] == {"name": "ASEP CONTOH", "rank": "3c", "target_rank": "3d", "unit": "DINAS KOMINFO KARAWANG"}
    assert offices.call("GET", listed[0]["decision"], None, BKN, "rank-promotion").json["name"] == "ASEP CONTOH"
    assert offices.call("POST", listed[1]["decision"], {"outcome": "refused"}, BKN, "rank-promotion").status == 200
    assert [each["journey"] for each in list_waiting(offices, HEAD) if each["journey"] in ids] == [ids[0], ids[2]]
    assert [each["journey"] for each in list_waiting(offices, BOARD) if each["journey"] in ids] == [], "who asked does not decide"
    for id in (ids[0], ids[2]):
        decide(offices, id, {"outcome": "refused"})
    assert [each["journey"] for each in list_waiting(offices, BKN) if each["journey"] in ids] == []


def test_what_waits_is_told_to_whom_the_decision_is_granted_and_a_cursor_is_its_callers(offices: Offices) -> None:
    ids = [promote(offices, nip, rank, f"cursor-{nip}") for nip, rank in ((ASEP, "3d"), (SITI, "4a"))]
    where = f"{PROMOTIONS}/decisions"
    assert check_problem(offices.call("GET", where, None, TASPEN, "rank-promotion"))["code"] == "ACCESS_DENIED"
    assert check_problem(offices.call("GET", where, None, BKN, "retirement"))["code"] == "PURPOSE_DENIED"
    cursor = offices.call("GET", f"{where}?size=1", None, BKN, "rank-promotion").json["next"]
    for by in (HEAD, "bkn/lain"):
        refused = offices.call("GET", f"{where}?size=1&after={cursor}", None, by, "rank-promotion")
        assert check_problem(refused, "caller")["code"] == "CURSOR_INVALID"
    until(lambda: offices.metric("jembatan_decisions_waiting", journey="civil-service.promotion", step="decision") >= 2)
    for id in ids:
        decide(offices, id, {"outcome": "refused"})


# -- retirement: 8 steps as request and confirmation


def test_one_typed_field_and_one_confirmation_end_in_five_orders_each_once(offices: Offices) -> None:
    watched = Watched(offices)
    id = retire(offices, UJANG, "ujang-1")
    file = offices.call("GET", f"{RETIREMENTS}/{id}/confirmation", None, TASPEN, "retirement").json
    assert {name: file[name] for name in ("name", "retires_on", "monthly", "lump_sum", "card", "labour_account")} == {
        "name": "UJANG MISAL",
        "retires_on": "2028-02-01",
        "monthly": 4273400,
        "lump_sum": 58120000,
        "card": "*********7802",
        "labour_account": "09000471100",
    }
    assert [member["name"]["full"] for member in file["family"]] == ["UJANG MISAL", "EMIN MISAL"]
    waits = [each for each in list_waiting(offices, TASPEN, RETIREMENTS, "retirement") if each["journey"] == id]
    assert [each["file"] for each in waits] == [{"name": "UJANG MISAL", "retires_on": "2028-02-01"}]
    confirm(offices, id, "approved")
    answer = wait_for_end(offices, RETIREMENTS, id, BOARD)["answer"]
    assert answer.keys() == {
        "nip", "outcome", "retires_on", "decree", "salary_stop", "membership_change", "labour_claim", "pension",
    }  # fmt: skip
    assert watched.done() == {
        "bkn: sk pensiun terbit": 1,
        "djpb: gaji henti": 1,
        "bpjs-kesehatan: mutasi": 1,
        "bpjs-ketenagakerjaan: kepesertaan tutup": 1,
        "taspen: pensiun bayar": 1,
    }


def test_a_retirement_that_is_not_confirmed_orders_nothing(offices: Offices) -> None:
    watched = Watched(offices)
    id = retire(offices, UJANG, "ujang-2")
    confirm(offices, id, "refused")
    assert wait_for_end(offices, RETIREMENTS, id, BOARD)["answer"] == {"nip": UJANG, "outcome": "refused"}
    assert watched.done() == {}


def test_a_salary_that_cannot_be_stopped_takes_back_all_that_was_ordered(offices: Offices) -> None:
    watched = Watched(offices)
    id = retire(offices, WAWAN, "wawan-2")
    confirm(offices, id, "approved")
    ended = wait_for_end(offices, RETIREMENTS, id, BOARD)
    assert (ended["state"], ended["problem"]["code"]) == ("compensated", "SUBJECT_NOT_FOUND")
    done = watched.done()
    assert done["bkn: sk pensiun terbit"] == done["bkn: sk pensiun batal"] == 1
    assert done.get("bpjs-kesehatan: mutasi") == done.get("bpjs-kesehatan: mutasi batal")
    assert not done.keys() & {"taspen: pensiun bayar", "djpb: gaji henti"}


# -- a newborn: one call, five sectors


def test_a_number_and_a_name_register_a_newborn_in_five_sectors_each_once(offices: Offices) -> None:
    watched = Watched(offices)
    born = begin(offices, NEWBORNS, {"notice": "SKL2026000017", "name": "NONA CONTOH"}, CLERK, "nona-1")
    assert born.status == 201, born.body
    answer = born.json
    assert (answer["nik"], answer["family_card"], answer["born_on"]) == ("3215014911260017", "3215012301120007", "2026-11-09")
    assert answer["education"]["from_year"] == 2030
    assert "missing" not in answer
    assert watched.done() == {
        "dukcapil: kelahiran catat": 1,
        "bpjs-kesehatan: bayi daftar": 1,
        "kemenkes: kia buka": 1,
        "kemensos: art masuk": 1,
        "kemendikbudristek: pradaftar": 1,
    }
    again = begin(offices, NEWBORNS, {"notice": "SKL2026000017", "name": "NONA CONTOH"}, CLERK, "nona-1")
    assert (again.status, again.json) == (201, answer)
    assert sum(watched.done().values()) == 5


def test_a_household_that_is_not_in_the_register_of_aid_is_said_to_be_missing_there(offices: Offices) -> None:
    watched = Watched(offices)
    answer = begin(offices, NEWBORNS, {"notice": "SKL2026000020", "name": "BAYU MISAL"}, CLERK, "bayu-1").json
    assert "social_entry" not in answer
    assert [(each["step"], each["code"]) for each in answer["missing"]] == [("aid", "SUBJECT_NOT_FOUND")]
    assert "kemensos: art masuk" not in watched.done()


def test_a_mother_who_is_not_insured_takes_the_registration_back_in_every_sector(offices: Offices) -> None:
    watched = Watched(offices)
    refused = begin(offices, NEWBORNS, {"notice": "SKL2026000019", "name": "TONO REKAAN"}, CLERK, "tono-1")
    assert check_problem(refused)["code"] == "SUBJECT_NOT_FOUND"
    done = watched.done()
    assert done["dukcapil: kelahiran catat"] == done["dukcapil: kelahiran batal"] == 1
    assert done.get("kemenkes: kia buka") == done.get("kemenkes: kia tutup")
    assert "kemendikbudristek: pradaftar" not in done


def test_nothing_is_a_defect_and_every_end_is_counted(offices: Offices) -> None:
    assert offices.metric("jembatan_defects_total") == 0
    for journey in ("civil-service.promotion", "civil-service.retirement", "population.newborn.register"):
        assert offices.metric("jembatan_journeys_total", journey=journey, outcome="compensated") >= 1
