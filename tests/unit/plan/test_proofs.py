"""Verdicts in a plan: routes of the reference federation are proved; a verdict is kept while nothing that it hangs on changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.plan.build import build_plan
from gateway.plan.federation import Federation, read_federation
from gateway.plan.load import check_federation
from gateway.plan.notes import Notes
from gateway.plan.proofs import Proofs
from gateway.plan.shelf import fill_shelf
from gateway.schema.registry import Registry
from gateway.translate.bind import CallShape, compile_request
from gateway.translate.library import Library
from gateway.translate.prove.mapping import make_prover
from gateway.translate.scope import DIRECTIONS
from gateway.values.model import Json

ROOT = Path(__file__).parents[3]


def read_reference() -> Federation:
    return read_federation([ROOT])


def test_every_direction_that_a_route_of_the_reference_federation_uses_is_proved() -> None:
    """No diagnostic of the prover, neither error nor warning, and there was something to prove."""
    kept: dict[str, Json] = {}
    built = build_plan(read_reference(), None, kept)
    assert not [each.message for each in built.diagnostics if each.code.startswith("JB-PRV")]
    assert len(kept) >= 20 and {row[0] for row in kept.values()} == {"PROVED"}


def test_a_verdict_that_is_kept_is_not_made_again() -> None:
    """What the rows say is taken: a row that was changed shows."""
    kept: dict[str, Json] = {}
    build_plan(read_reference(), None, kept)
    changed = {digest: ["UNKNOWN", [], "kept", None, False] for digest in kept}
    built = build_plan(read_reference(), None, changed)
    found = [each for each in built.diagnostics if each.code == "JB-PRV-002"]
    assert found and all("kept" in each.message for each in found)


def test_another_code_list_or_schema_is_another_digest() -> None:
    """A verdict hangs on the mapping, both schemas with what they refer to, and the code lists that it names."""
    shelf = fill_shelf(read_reference(), Notes())
    compiled, body = shelf.mappings["dukcapil/warga"], shelf.mapping_documents["dukcapil/warga"].value
    digests = {shelf.proofs.digest_direction(compiled, way, body) for way in DIRECTIONS}
    assert len(digests) == 2
    codes = shelf.codelists["dukcapil/sex@1"]
    shelf.codelists["dukcapil/sex@1"] = type(codes)(codes.name, codes.codes, codes.to, {"L": "male"}, {"male": "L"})
    digests |= {shelf.proofs.digest_direction(compiled, way, body) for way in DIRECTIONS}
    assert len(digests) == 4


def test_verdicts_are_kept_between_runs_and_a_broken_file_is_none(tmp_path: Path) -> None:
    """The file is written by the first check and read by the next; garbage in it changes nothing."""
    file = tmp_path / "proofs"
    check_federation([ROOT], None, tmp_path)
    first = file.read_bytes()
    file.write_bytes(first[:-20])
    for kept in tmp_path.glob("*"):
        if kept != file:
            kept.unlink()
    _, verdict = check_federation([ROOT], None, tmp_path)
    assert not [each for each in verdict.diagnostics if each.severity == "error"]
    assert len(file.read_bytes()) == len(first)


@pytest.mark.parametrize("root", ["steps", "row"])
def test_a_verdict_on_a_request_hangs_on_what_steps_and_rows_give(root: str) -> None:
    """A looser schema of what a binding reads is another digest; the call that refutes is shown with what is read, and is valid."""
    digits: Json = {"type": "object", "required": ["n"], "properties": {"n": {"type": "string", "pattern": "^[0-9]+$"}}}
    text: Json = {**digits, "properties": {"n": {"type": "string"}}}
    request: Json = {"method": "POST", "path": "/x", "schema": "theirs@1", "body": {"n": f"{root}.one.n"}}
    one: Json = {"type": "object", "required": ["one"], "properties": {"one": {"$ref": "given@1"}}}
    call = CallShape(**{root: one})
    digests: set[str] = set()
    for given, word, shown in ((digits, "PROVED", None), (text, "REFUTED", {root: {"one": {"n": ""}}})):
        registry = Registry({"theirs@1": digits, "given@1": given})
        bound = compile_request(request, call, Library(registry.documents), {})
        proofs = Proofs(make_prover(registry), {})
        verdict = proofs.judge_request(bound, call, "theirs@1", request)
        assert (bound.problems, verdict.word, verdict.document) == ((), word, shown)
        digests |= proofs.used
    assert len(digests) == 2
