"""400 health centres with six softwares answer as one service: each answer is compared with what the centre itself holds."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.sandbox.centres.truth import PATIENTS, Centre, Visit, list_visits, read_centres
from gateway.sandbox.places import find_reference

from .talk import COMMAND, Answer, Served

CENTRES = read_centres(find_reference() / "seeds")
SEARCH, RECORD = "/health/v1/visits/search", "/health/v1/visits"
NUMBERS = {"simpus": "SP", "epuskes": "EP", "smile": "SM", "pkmnet": "PN", "manual": "LK", "sikda": "KJ"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("centres"), [COMMAND, "demo"])
    yield made
    made.end()


def ask(served: Served, body: Any, path: str = SEARCH) -> Answer:
    token = served.ready["tokens"]["bpjs-kesehatan"]
    headers = {"authorization": f"Bearer {token}", "jembatan-purpose": "health-service", "content-type": "application/json"}
    if path == RECORD:
        headers["idempotency-key"] = str(uuid.uuid4())
    return served.ask("POST", path, headers, json.dumps(body))


def tell(centre: Centre, visit: Visit) -> dict[str, Any]:
    """Write a visit as the canonical schema has it."""
    return {
        "number": NUMBERS[centre.software] + visit.number,
        "facility": centre.code,
        "patient": {"nik": visit.nik},
        "began": visit.began.isoformat(timespec="seconds"),
        "diagnoses": [{"code": code, "primary": place == 0} for place, code in enumerate(visit.diagnoses)],
    }


def test_all_400_answer_for_every_patient_what_they_hold(served: Served) -> None:
    wrong, right = [], Counter[str]()
    for centre in CENTRES.values():
        for nik in PATIENTS:
            answer = ask(served, {"facility": centre.code, "patient": {"nik": nik}})
            items, more = [], answer.json
            while answer.status == 200:
                items += more["items"]
                if "next" not in more:
                    break
                answer = ask(served, {"facility": centre.code, "patient": {"nik": nik}}, f"{SEARCH}?after={more['next']}")
                more = answer.json
            if items == [tell(centre, visit) for visit in list_visits(centre, nik)]:
                right[centre.software] += 1
            else:
                wrong.append((centre, nik, answer.status, answer.body[:200]))
    assert wrong == []
    assert right == {"simpus": 420, "epuskes": 270, "smile": 180, "pkmnet": 150, "manual": 105, "sikda": 75}


def test_a_list_of_one_is_walked_in_every_paging_style(served: Served) -> None:
    for software in ("simpus", "epuskes", "smile"):
        centre = next(each for each in CENTRES.values() if each.software == software and len(list_visits(each, PATIENTS[0])) == 3)
        body, path, numbers = {"facility": centre.code, "patient": {"nik": PATIENTS[0]}}, f"{SEARCH}?size=1", []
        for _ in range(3):
            answer = ask(served, body, path)
            assert answer.status == 200, answer.body
            numbers += [item["number"] for item in answer.json["items"]]
            path = f"{SEARCH}?size=1&after={answer.json.get('next', '')}"
        assert numbers == [NUMBERS[software] + visit.number for visit in list_visits(centre, PATIENTS[0])]
        assert "next" not in answer.json


def test_a_visit_is_recorded_where_the_software_takes_it_and_refused_elsewhere(served: Served) -> None:
    found = Counter[tuple[int, str | None]]()
    for software in NUMBERS:
        centre = next(each for each in CENTRES.values() if each.software == software)
        visit = {"facility": centre.code, "patient": {"nik": PATIENTS[0]}, "began": "2026-11-02T08:00:00+07:00", "diagnoses": []}
        answer = ask(served, visit, RECORD)
        found[answer.status, answer.fault] += 1
    assert found == {(201, None): 1, (422, "FACILITY_READ_ONLY"): 5}


def test_what_is_chosen_is_counted_by_family_and_never_by_row(served: Served) -> None:
    for facility, outcome in (("P9999999999", "unknown"), ("P3215900000", "outside")):
        labels = {"route": "health.visit.search", "upstream": "", "outcome": outcome}
        before = served.metric("jembatan_choices_total", **labels)
        answer = ask(served, {"facility": facility, "patient": {"nik": PATIENTS[0]}})
        assert (answer.status, answer.fault) == (422, "NO_PROVIDER")
        assert [(each["pointer"], each["part"]) for each in answer.json["errors"]] == [("/facility", "body")]
        assert facility.encode() not in answer.body
        served.count(before + 1, "jembatan_choices_total", **labels)
    told = {value for _, labels in served.metrics() for _, value in labels}
    assert {"simpus", "sikda"} <= told
    assert told & CENTRES.keys() == set()
