"""From one agency to another: pairs of shipped mappings that share a canonical schema.

Laws: 1. A mapping that is proved to write into the agency's old document makes a valid one of every two documents. 2. Where the one is
proved to the canonical schema and the other from it, whatever the one agency has comes out valid for the other.
"""

from __future__ import annotations

from gateway.translate.problems import Untranslatable
from gateway.translate.prove.mapping import make_prover
from gateway.translate.scope import DIRECTIONS
from tests.property.test_prove_mutations import ASSUMED, draw_documents, shipped, translate

DOCUMENTS = 60


def test_what_one_agency_has_comes_out_valid_for_every_other_of_its_canonical_schema() -> None:
    shelf = shipped()
    prover = make_prover(shelf.registry)
    proved = {
        (name, way)
        for name, compiled in shelf.mappings.items()
        for way in DIRECTIONS
        if (verdict := prover.prove_direction(compiled, way)) is not None and verdict.word == "PROVED"
    }
    tried = 0
    for one, into in shelf.mappings.items():
        documents = draw_documents(shelf.registry, into.agency_schema, DOCUMENTS, tried) if (one, "to_canonical") in proved else ()
        for other, out in shelf.mappings.items():
            if out.canonical_schema != into.canonical_schema or (other, "to_agency") not in proved or into.to_canonical.run is None:
                continue
            is_valid = shelf.registry.compile_schema(out.agency_schema).is_valid
            for document in documents:
                between = translate(into.to_canonical.run, document)
                assert out.to_agency.run is not None and between is not Untranslatable
                result = ASSUMED if between is ASSUMED else translate(out.to_agency.run, between)
                assert result is ASSUMED or (result is not Untranslatable and is_valid(result)), (one, other, document)
                tried += 1
    assert tried >= DOCUMENTS * 5


def test_what_is_proved_to_be_put_into_an_old_document_is_valid() -> None:
    shelf = shipped()
    prover = make_prover(shelf.registry)
    proved = 0
    for name, compiled in shelf.mappings.items():
        verdict = prover.prove_put(compiled)
        if verdict is None or verdict.word != "PROVED" or compiled.put is None:
            continue
        proved += 1
        calls = draw_documents(shelf.registry, compiled.canonical_schema, DOCUMENTS, proved)
        olds = draw_documents(shelf.registry, compiled.agency_schema, DOCUMENTS, proved + 1)
        is_valid = shelf.registry.compile_schema(compiled.agency_schema).is_valid
        for call, old in zip(calls, olds, strict=False):
            try:
                assert is_valid(compiled.put(call, old)), (name, call, old)
            except Untranslatable as error:
                assert {finding.keyword for finding in error.findings} == {"assume"}, (name, call, old)
    assert proved >= 10
