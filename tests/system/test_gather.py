"""The health centres of a regency answer as one list: compared with what each of them holds, whatever the size of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.sandbox.centres.truth import PATIENTS, list_visits, read_centres
from gateway.sandbox.places import find_reference

from .talk import COMMAND, Answer, Served
from .test_health_centres import tell

CENTRES = read_centres(find_reference() / "seeds")
FIND = "/health/v1/visits/find"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("gather"), [COMMAND, "demo"])
    yield made
    made.end()


def ask(served: Served, regency: str, nik: str, query: str = "", prefer: str = "") -> Answer:
    token = served.ready["tokens"]["bpjs-kesehatan"]
    headers = {"authorization": f"Bearer {token}", "jembatan-purpose": "health-service", "content-type": "application/json"}
    headers |= {"prefer": prefer} if prefer else {}
    return served.ask("POST", FIND + query, headers, json.dumps({"regency": regency, "patient": {"nik": nik}}))


def walk(served: Served, regency: str, nik: str, size: int) -> tuple[list[Any], int]:
    items, query, pages = [], f"?size={size}", 0
    while True:
        answer = ask(served, regency, nik, query)
        assert answer.status == 200, answer.body
        assert "missing" not in answer.json
        items += answer.json["items"]
        pages += 1
        if "next" not in answer.json:
            return items, pages
        query = f"?size={size}&after={answer.json['next']}"


def truth(regency: str, nik: str) -> list[Any]:
    centres = sorted((each for each in CENTRES.values() if each.code[1:5] == regency), key=lambda each: each.code)
    return [tell(centre, visit) for centre in centres for visit in list_visits(centre, nik)]


def test_all_ten_regencies_give_for_every_patient_what_their_centres_hold(served: Served) -> None:
    for regency in sorted({each.code[1:5] for each in CENTRES.values()}):
        for nik in PATIENTS:
            items, pages = walk(served, regency, nik, 1000)
            assert items == truth(regency, nik)
            assert pages == 1


@pytest.mark.parametrize("size", [1, 7, 30])
def test_the_pages_together_are_the_whole_whatever_their_size(served: Served, size: int) -> None:
    items, pages = walk(served, "3215", PATIENTS[0], size)
    assert items == truth("3215", PATIENTS[0])
    assert pages == -(-len(items) // size)


def test_a_resident_is_named_by_the_register_and_lives_where_the_newest_says(served: Served) -> None:
    headers = {"authorization": f"Bearer {served.ready['tokens']['kemensos']}", "jembatan-purpose": "social-aid-targeting"}
    headers |= {"content-type": "application/json", "prefer": "provenance"}
    answer = served.ask("POST", "/population/v1/residents/profile", headers, json.dumps({"nik": PATIENTS[0]}))
    got = answer.json
    told = {source["agency"]: source["fields"] for source in got.pop("_provenance")}
    assert told == {"dukcapil": ["birth", "name", "nik"], "bpjs-kesehatan": ["address"]}
    assert got == {
        "nik": PATIENTS[0],
        "name": "SITI CONTOH",
        "birth": {"date": "1993-02-05"},
        "address": {"street": "JL BARU CONTOH 9", "region": "3273021004", "since": "2026-06-30"},
    }
    assert answer.headers["preference-applied"] == "provenance"
    parts = re.findall(r'"([a-z-]+)"; parts=1; at=@\d+', answer.headers["jembatan-provenance"])
    assert parts == ["dukcapil", "bpjs-kesehatan", "kemensos"]


def test_each_element_says_whose_it_is_and_what_was_left_behind_is_told_once_for_all(served: Served) -> None:
    answer = ask(served, "3215", PATIENTS[0], "?size=1000", "provenance")
    for item in answer.json["items"]:
        assert [(source["agency"], source["row"]) for source in item["_provenance"]] == [("dinkes-karawang", item["facility"])]
    simpus = [each for each in CENTRES.values() if each.code[1:5] == "3215" and each.software == "simpus"]
    left = re.findall(r'"simpus/visit"; dropped=(\d+); to=canonical', answer.headers["jembatan-translation"])
    assert left == [str(len(simpus))]
    centres = [each for each in CENTRES.values() if each.code[1:5] == "3215"]
    assert f'"dinkes-karawang"; parts={len(centres)}; at=@' in answer.headers["jembatan-provenance"]


def test_gathers_and_their_parts_are_counted_by_family(served: Served) -> None:
    before = served.metric("jembatan_gathers_total", route="health.visit.find", outcome="complete")
    sikda = {"route": "health.visit.find", "upstream": "sikda", "outcome": "absent"}
    absent = served.metric("jembatan_gather_parts_total", **sikda)
    assert ask(served, "3215", "3215011708910004").json == {"items": []}
    served.count(before + 1, "jembatan_gathers_total", route="health.visit.find", outcome="complete")
    count = len([each for each in CENTRES.values() if each.code[1:5] == "3215" and each.software == "sikda"])
    served.count(absent + count, "jembatan_gather_parts_total", **sikda)
