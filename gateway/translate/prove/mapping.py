"""The verdicts on a compiled mapping, and on the bindings of a request.

Laws: 1. A direction that is blocked by its own problems has no verdict. 2. One abstraction serves all mappings of a library.
Must not know: routes, files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from gateway.values.model import Json

from ...schema.registry import Registry
from ...schema.unknown import compile_drop
from ..bind import BoundRequest
from ..compile import Compiled
from ..emit import compile_function, emit_function
from ..ir import Copy, Put, Write
from ..references import CallShape, describe_call
from ..scope import Direction
from .abstract import Abstraction
from .search import Trial
from .texts_of_call import describe_target, is_writable, list_texts, narrow_path
from .verdict import PROVED, Claim, Verdict, prove


@dataclass(slots=True)
class Prover:
    """Proves the mappings of one registry. Shape: `make_clock` gives, at the beginning of each proof, what says that it is late."""

    registry: Registry
    abstraction: Abstraction
    make_clock: Callable[[], Callable[[], bool]] = lambda: lambda: False

    def prove_direction(self, compiled: Compiled, way: Direction) -> Verdict | None:
        """Give the verdict on one direction; None where it is blocked."""
        translation = compiled.to_canonical if way == "to_canonical" else compiled.to_agency
        if translation.run is None:
            return None
        names = compiled.agency_schema, compiled.canonical_schema
        source, target = names if way == "to_canonical" else (names[1], names[0])
        trial = self.make_trial(translation.run, source, target)
        claim = Claim(
            translation.writes,
            lambda: self.abstraction.read_schema(source, "source"),
            lambda: self.abstraction.read_schema(target, "target"),
            trial,
        )
        verdict = prove(claim, self.make_clock())
        self.abstraction.forget()
        return verdict

    def prove_put(self, compiled: Compiled) -> Verdict | None:
        """Give the verdict on a mapping that puts a canonical document into the agency's old one; None where it does not."""
        put, canonical, agency = compiled.put, compiled.canonical_schema, compiled.agency_schema
        if put is None:
            return None
        drop = compile_drop(self.registry, canonical)
        is_call, is_old = self.registry.compile_schema(canonical).is_valid, self.registry.compile_schema(agency).is_valid
        trial = Trial(
            lambda pair: put(pair["call"], pair["old"]),
            lambda pair: pair.keys() == {"call", "old"} and is_call(pair["call"]) and is_old(pair["old"]),
            is_old,
            lambda pair: {**pair, "call": drop(pair["call"])[0]} if "call" in pair else pair,
        )
        claim = Claim(
            compiled.to_agency.writes,
            lambda: self.abstraction.read_schema(canonical, "source"),
            lambda: self.abstraction.read_schema(agency, "target"),
            trial,
            lambda: self.abstraction.read_schema(agency, "source"),
        )
        verdict = prove(claim, self.make_clock())
        self.abstraction.forget()
        return verdict

    def prove_request(self, bound: BoundRequest, call: CallShape, target: str) -> Verdict:
        """Give the verdict on the body that a request's bindings make."""
        writes = [
            replace(write, target=write.target[1:]) for write in bound.writes if isinstance(write, Copy | Put) and write.target[0] == "body"
        ]
        document = _describe_read(call, writes)
        run = compile_function(*emit_function(writes))
        trial = Trial(run, self._hold_call(document), self.registry.compile_schema(target).is_valid, self._drop_of(call))
        claim = Claim(
            writes,
            lambda: self.abstraction.read_document(document, "source"),
            lambda: self.abstraction.read_schema(target, "target"),
            trial,
        )
        verdict = prove(claim, self.make_clock())
        self.abstraction.forget()
        return verdict

    def prove_texts(self, bound: BoundRequest, call: CallShape) -> Verdict:
        """Give the verdict on what bindings write into path, query and headers."""
        writes = list_texts(bound.writes)
        if not writes:
            return PROVED
        document = _describe_read(call, writes)
        claim = Claim(
            writes,
            lambda: narrow_path(self.abstraction.read_document(document, "source")),
            lambda: describe_target(writes),
            Trial(compile_function(*emit_function(writes)), self._hold_call(document), is_writable, self._drop_of(call)),
        )
        verdict = prove(claim, self.make_clock())
        self.abstraction.forget()
        return verdict

    def _hold_call(self, document: Json) -> Callable[[Json], bool]:
        """Give what checks a call as one document; it is made when something is to be refuted."""
        check = cache(lambda: self.registry.make_check(document))
        return lambda call: check()(call)

    def _drop_of(self, call: CallShape) -> Callable[[Json], Json]:
        """Give what drops unknown fields of a call's body."""
        if not isinstance(call.body, dict):
            return lambda document: document
        drop = compile_drop(self.registry, call.body["$ref"])
        return lambda document: {**document, "body": drop(document["body"])[0]} if "body" in document else document

    def make_trial(self, run: Callable[[Json], Json], source: str, target: str) -> Trial:
        """Give what tries documents of one schema for another."""
        drop = compile_drop(self.registry, source)
        is_source, is_target = self.registry.compile_schema(source).is_valid, self.registry.compile_schema(target).is_valid
        return Trial(run, is_source, is_target, lambda document: drop(document)[0])


def _describe_read(call: CallShape, writes: Iterable[Write]) -> Json:
    """Give the schema of what is read of a call, and of its body: what is shown of one that refutes."""
    return describe_call(call, frozenset({"body", *(write.source.path[0] for write in writes if isinstance(write, Copy))}))


def make_prover(registry: Registry, make_clock: Callable[[], Callable[[], bool]] = lambda: lambda: False) -> Prover:
    """Give the prover of a registry."""
    return Prover(registry, Abstraction(registry.documents), make_clock)
