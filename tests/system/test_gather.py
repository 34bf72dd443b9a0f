"""The health centres of a regency answer as one list: compared with what each of them holds, whatever the size of a page."""

from __future__ import annotations

import json
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
