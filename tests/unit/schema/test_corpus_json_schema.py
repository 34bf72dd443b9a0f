"""The official tests of JSON Schema 2020-12, through the one constructor, without a network."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from gateway.schema.check import make_validator, refuse_retrieval

CORPORA = Path(__file__).parents[3].parent / "shared/corpora"
SUITE, REMOTES = CORPORA / "json-schema-2020-12", CORPORA / "json-schema-remotes"
pytestmark = pytest.mark.skipif(not SUITE.exists(), reason="the corpus json-schema-2020-12 is not there")
FILES = sorted(path.name for path in SUITE.glob("*.json"))
BY_DEFAULT = "only an annotation by default"


@pytest.fixture(scope="module")
def resources():
    """The remotes, served from a registry under the address that the suite expects."""
    folders = [
        path
        for path in REMOTES.rglob("*.json")
        if path.relative_to(REMOTES).parts[0] in ("draft2020-12", "draft2019-09") or path.parent == REMOTES
    ]
    found = [(f"http://localhost:1234/{path.relative_to(REMOTES).as_posix()}", json.loads(path.read_text())) for path in folders]
    return jsonschema_rs.Registry(found, retriever=refuse_retrieval)


@pytest.mark.parametrize("file", FILES)
def test_required_cases_hold_with_formats_as_annotation(file, resources):
    wrong = []
    for group in json.loads((SUITE / file).read_text()):
        validator = make_validator(group["schema"], resources, asserts_formats=False)
        wrong += [(group["description"], t["description"]) for t in group["tests"] if validator.is_valid(t["data"]) is not t["valid"]]
    assert not wrong


def test_with_formats_asserted_the_cases_of_annotation_are_invalid_and_the_rest_valid(resources):
    wrong, annotated = [], 0
    for group in json.loads((SUITE / "format.json").read_text()):
        validator = make_validator(group["schema"], resources)
        for case in group["tests"]:
            is_annotated = BY_DEFAULT in case["description"]
            annotated += is_annotated
            if validator.is_valid(case["data"]) is is_annotated:
                wrong.append((group["description"], case["description"]))
    assert not wrong
    assert annotated >= 15
