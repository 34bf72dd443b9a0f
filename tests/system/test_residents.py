"""1,000 resident services of 40 softwares answer as one operation: each answer is compared with the truth, through the real process."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gateway.sandbox.identity import AUDIENCE, load_key, mint_token
from gateway.sandbox.places import find_reference
from gateway.sandbox.residents.families import read_families
from gateway.sandbox.residents.people import RESIDENTS, list_residents, tell_truth
from gateway.sandbox.residents.register import read_register
from gateway.sandbox.residents.shelf import write_shelf

from .talk import COMMAND, ROOT, Answer, Served, until, write_request

FEDERATION, SEEDS = ROOT / "federations" / "residents", find_reference() / "seeds"
FAMILIES = read_families(SEEDS)
SERVICES = read_register(SEEDS, FAMILIES)
PATH = "/population/v1/residents/lookup"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox with its residents, and the gateway over them, each started by its own command."""
    place = tmp_path_factory.mktemp("residents")
    told = place / "sandbox.json"
    sandbox = subprocess.Popen([COMMAND, "sandbox", "--residents", "--ready-file", told, "--state", place / "state"])
    until(lambda: told.exists() or sandbox.poll() is not None)
    made = Served(place, [COMMAND, "serve", FEDERATION], {**os.environ, **json.loads(told.read_text())})
    yield made
    made.end()
    sandbox.terminate()
    assert sandbox.wait() == 0


@pytest.fixture(scope="module")
def headers(served: Served) -> dict[str, str]:
    token = mint_token(load_key(served.place / "state"), "kemensos", "", AUDIENCE, 3600)
    return {"authorization": f"Bearer {token}", "jembatan-purpose": "social-aid-targeting", "content-type": "application/json"}


def list_calls() -> Iterator[tuple[str, str, object]]:
    """Give one resident of each service, a different place in each, with what is true."""
    for place, service in enumerate(SERVICES.values()):
        record = list_residents(service)[place % RESIDENTS]
        yield service.code, record["nik"], tell_truth(FAMILIES[service.software], record)


def test_all_1000_answer_in_one_shape_what_is_true(served: Served, headers: dict[str, str]) -> None:
    """The truth is written from the records, never from what a service answered."""
    wrong, right = [], Counter[str]()
    with served.line() as line:
        for code, nik, truth in list_calls():
            body = json.dumps({"service": code, "nik": nik}).encode()
            line.send(write_request("POST", PATH, line.host, headers, body))
            answer = line.read("POST")
            if (answer.status, answer.body and answer.json) == (200, truth):
                right[SERVICES[code].software] += 1
            else:
                wrong.append((code, SERVICES[code].software, answer.status, answer.body[:300]))
    assert wrong[:3] == []
    assert right == Counter(service.software for service in SERVICES.values())
    assert sum(right.values()) == 1000


def test_nobody_is_nobody_in_every_software(served: Served, headers: dict[str, str]) -> None:
    """However a software says so: by a status, a code inside a 200, or a SOAP fault."""
    ends = Counter[tuple[int, str | None]]()
    for code in {service.software: service.code for service in SERVICES.values()}.values():
        answer: Answer = served.ask("POST", PATH, headers, json.dumps({"service": code, "nik": "3215011708910004"}))
        ends[answer.status, answer.fault] += 1
    assert ends == {(404, "SUBJECT_NOT_FOUND"): len(FAMILIES)}


def test_the_table_is_the_one_that_the_makers_publish(tmp_path: Path) -> None:
    """It is taken as it is, and so are the owners; nothing else of the published folder is needed at run time."""
    write_shelf(SEEDS, tmp_path)
    assert (FEDERATION / "routes" / "services.csv").read_text() == (tmp_path / "services.csv").read_text()


def test_the_person_is_the_one_of_the_reference_federation() -> None:
    """A copy may not drift."""
    national = list(yaml.safe_load_all((ROOT / "schemas" / "canonical" / "population.yaml").read_text()))
    shared = [
        one
        for one in yaml.safe_load_all((FEDERATION / "schemas" / "canonical.yaml").read_text())
        if "resident" not in one.get("schema", "")
    ]
    assert len(shared) == 5
    assert [one for one in shared if one not in national] == []


def test_the_examples_of_the_federation_hold_without_any_service() -> None:
    """They are made from the makers' own samples."""
    done = subprocess.run([COMMAND, "test", FEDERATION], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("7 passed, 0 failed\n"), done.stdout + done.stderr
