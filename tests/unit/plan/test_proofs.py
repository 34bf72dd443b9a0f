"""Verdicts in a plan: routes of the reference federation are proved; a verdict is kept while nothing that it hangs on changes."""

from __future__ import annotations

from pathlib import Path

from gateway.plan.build import build_plan
from gateway.plan.federation import Federation, read_federation
from gateway.plan.load import check_federation
from gateway.plan.notes import Notes
from gateway.plan.shelf import fill_shelf
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
