"""What a route asks the prover: whether its answer's and its request's translation need a second check.

Laws: 1. What is not proved is noted at the mapping's rule, and checked again at run time. 2. A proof starts from a document without unknown
fields: where they are kept, nothing is proved. 3. What leans on an assumption is checked again.
Must not know: steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..translate.bind import BoundRequest
from ..translate.compile import Compiled
from ..translate.prove.read import has_assumption
from ..translate.references import CallShape
from ..translate.scope import Direction
from ..values.model import Json
from ..values.problem import Path
from .decode import Document
from .notes import Notes
from .shelf import Shelf


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Where a proof is asked for: the route's document, and what its verdict is noted in."""

    shelf: Shelf
    notes: Notes
    document: Document
    at: Path = ("provider", "request")  # where the bindings stand

    def is_mapping_proved(self, compiled: Compiled, way: Direction, unknown: str, body: Json = None) -> bool:
        """Whether a direction is proved; its verdict is noted. Shape: `body` is a mapping that is written in the route."""
        source = self.shelf.mapping_documents.get(compiled.id) if body is None else None
        verdict = self.shelf.proofs.judge(compiled, way, source.value if source is not None else body)
        if verdict is None:
            return False
        prefix = () if source is not None else ("provider", "response")
        self.shelf.proofs.note(self.notes, source or self.document, prefix, compiled.id, way, verdict)
        writes = compiled.to_canonical.writes if way == "to_canonical" else compiled.to_agency.writes
        return verdict.word == "PROVED" and unknown != "keep" and not has_assumption(writes)

    def note_put(self, compiled: Compiled) -> None:
        """Note where a mapping that writes into the agency's old document is not proved; its result is checked in any case."""
        source = self.shelf.mapping_documents[compiled.id]
        verdict = self.shelf.proofs.judge_put(compiled, source.value)
        if verdict is not None:
            self.shelf.proofs.note(self.notes, source, (), compiled.id, "put", verdict)

    def is_request_proved(self, bound: BoundRequest, call: CallShape, target: str, unknown: str) -> bool:
        """Whether a request's bindings always make a valid body; the verdict is noted."""
        value: Json = self.document.value
        for name in self.at:
            value = value[name]
        verdict = self.shelf.proofs.judge_request(bound, call, target, value)
        self.shelf.proofs.note(self.notes, self.document, self.at, self.document.id, "to_agency", verdict)
        return verdict.word == "PROVED" and unknown != "keep" and not has_assumption(bound.writes)

    def note_texts(self, bound: BoundRequest, call: CallShape, request: Json, at: Path) -> None:
        """Note where what is bound to path, query or headers may not be able to stand there."""
        verdict = self.shelf.proofs.judge_request(bound, call, "", request)
        self.shelf.proofs.note(self.notes, self.document, at, self.document.id, "to_agency", verdict)
