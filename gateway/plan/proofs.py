"""The verdicts on the mappings that routes use, kept between runs, and what is noted of them.

Laws: 1. A verdict is found by the content of everything that it hangs on, the prover's own code included. 2. What is wrong with a
direction is noted once, at its rule, whichever route uses it first. 3. A document that is shown was made up by the prover.
Must not know: routes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path as File

from ..schema.codelists import CodeList
from ..schema.registry import list_references
from ..translate.bind import BoundRequest
from ..translate.compile import Compiled
from ..translate.prove.mapping import Prover
from ..translate.prove.verdict import VERSION, Verdict
from ..translate.references import CallShape, describe_call
from ..translate.scope import Direction
from ..values.model import Json
from ..values.problem import Path
from .decode import Document
from .notes import Notes

SHOWN_MAX = 600
_CODES = {"REFUTED": "JB-PRV-001", "UNKNOWN": "JB-PRV-002"}
_WORDS = {"REFUTED": "refuted", "UNKNOWN": "not proved"}
_EFFECTS = {
    "REFUTED": "a valid document would be refused, or its translation would not be valid",
    "UNKNOWN": "whether every valid document has a valid translation is not known",
}


@lru_cache(maxsize=1)
def prover_version() -> str:
    """Give a digest of everything that a verdict hangs on besides documents: the code of the rooms below."""
    total = hashlib.sha256(VERSION.encode())
    here = File(__file__).parent.parent
    for room in ("schema", "translate"):
        for path in sorted((here / room).rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()


@dataclass(slots=True)
class Proofs:
    """Proves directions once each. Shape: `kept` maps a digest to a verdict's row; who calls may fill it beforehand and keep it after."""

    prover: Prover
    codelists: Mapping[str, CodeList]
    kept: MutableMapping[str, Json] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _known: dict[tuple[int, Direction], Verdict | None] = field(default_factory=dict)
    _held: list[Compiled] = field(default_factory=list)

    def judge(self, compiled: Compiled, way: Direction, body: Json) -> Verdict | None:
        """Give the verdict on one direction of a mapping, whose document is `body`; None where it is blocked."""
        key = id(compiled), way
        if key not in self._known:
            self._held.append(compiled)
            self._known[key] = self._recall(self.digest_direction(compiled, way, body), lambda: self.prover.prove_direction(compiled, way))
        return self._known[key]

    def judge_put(self, compiled: Compiled, body: Json) -> Verdict | None:
        """Give the verdict on a mapping that writes into the agency's old document; None where it does not."""
        digest = self._digest(["put", body], [compiled.agency_schema, compiled.canonical_schema], body)
        return self._recall(digest, lambda: self.prover.prove_put(compiled))

    def judge_request(self, bound: BoundRequest, call: CallShape, target: str, request: Json) -> Verdict:
        """Give the verdict on a request's bindings: on the body that they make for a schema, or on texts of path, query and headers."""
        described = describe_call(call)
        names = sorted({*list_references(described), *([target] if target else [])})
        digest = self._digest(["request", target, request, described], names, request)
        prover = self.prover
        verdict = self._recall(digest, lambda: prover.prove_request(bound, call, target) if target else prover.prove_texts(bound, call))
        assert verdict is not None
        return verdict

    def _recall(self, digest: str, make: Callable[[], Verdict | None]) -> Verdict | None:
        """Give the verdict that is kept under a digest; else make it, and keep it."""
        self.used.add(digest)
        row = self.kept.get(digest)
        if row is not None:
            word, at, reason, document, is_assumed = row
            return Verdict(word, tuple(at), reason, document, is_assumed)
        verdict = make()
        if verdict is not None:
            self.kept[digest] = [verdict.word, list(verdict.at), verdict.reason, verdict.document, verdict.is_assumed]
        return verdict

    def digest_direction(self, compiled: Compiled, way: Direction, body: Json) -> str:
        """Give what the verdict on a direction is kept under: everything that it hangs on."""
        return self._digest([way, body], [compiled.agency_schema, compiled.canonical_schema], body)

    def _digest(self, what: Json, names: Sequence[str], body: Json) -> str:
        registry = self.prover.registry
        schemas = {name: registry.documents[name] for each in names for name in registry.list_reached(each)}
        lists = {name: _describe_list(self.codelists[name]) for name in sorted(set(_list_words(body)) & self.codelists.keys())}
        text = json.dumps([prover_version(), what, schemas, lists], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def note(self, notes: Notes, document: Document, prefix: Path, name: str, way: str, verdict: Verdict) -> None:
        """Note a direction that is not proved, at its rule, once; where it is assumed there, it is watched at run time."""
        if verdict.word == "PROVED" or verdict.is_assumed:
            return
        message = f"{name} {way} is {_WORDS[verdict.word]} at {_describe(verdict)}"
        hint = "make the source's schema say what is taken, or write `assume:` there" if verdict.word == "UNKNOWN" else ""
        if not any(each.message == message for each in notes.diagnostics):
            notes.note(document, (*prefix, *verdict.at), _CODES[verdict.word], message, hint, _EFFECTS[verdict.word])


def _describe(verdict: Verdict) -> str:
    """Say where and why a direction is not proved, and show the document."""
    place = "" if verdict.rule and verdict.reason.startswith(f"{verdict.rule}:") else f"{verdict.rule or 'the whole'}: "
    if verdict.word != "REFUTED":
        return place + verdict.reason
    text = json.dumps(verdict.document, ensure_ascii=False)
    return f"{place}{verdict.reason}; for example {text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + '…'}"


def _describe_list(codes: CodeList) -> Json:
    return [dict(codes.to_canonical), dict(codes.to_agency), codes.otherwise]


def _list_words(value: Json) -> Iterator[str]:
    """Give every text that stands in a document as a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _list_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_words(inner)
