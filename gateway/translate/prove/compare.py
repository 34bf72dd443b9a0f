"""Two versions of a schema, compared: is every document of the one a document of the other?

Laws: 1. Compatible is said only where it is proved, breaking only with a document that both validators confirm; else it is unknown.
2. Backward: who reads by the newer schema takes what was written by the older. Forward: the other way round.
Must not know: files, routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.values.model import Json

from ...schema.registry import Registry
from .abstract import Abstraction
from .contain import MISSING, Budget, Comparison
from .domain import TooLarge
from .search import Trial, find_refutation

STEPS_MAX = 200_000
Word = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Whether one schema takes all that the other takes. Shape: `document` shows it where the word is no; `reason` says why not yes."""

    word: Word
    reason: str = ""
    document: Json = None


@dataclass(frozen=True, slots=True)
class Change:
    """What changes between two versions."""

    backward: Inclusion
    forward: Inclusion

    @property
    def word(self) -> str:
        """The change in a word: compatible, backward, forward, breaking, or unknown."""
        words = self.backward.word, self.forward.word
        named = {("yes", "yes"): "compatible", ("yes", "no"): "backward", ("no", "yes"): "forward", ("no", "no"): "breaking"}
        return named.get(words, "unknown")


def compare_schemas(registry: Registry, old: str, new: str) -> Change:
    """Compare two schemas of a registry, by name."""
    abstraction = Abstraction(registry.documents)
    return Change(_include(registry, abstraction, old, new), _include(registry, abstraction, new, old))


def _include(registry: Registry, abstraction: Abstraction, inner: str, outer: str) -> Inclusion:
    trial = Trial(lambda document: document, registry.compile_schema(inner).is_valid, registry.compile_schema(outer).is_valid)
    try:
        value = abstraction.read_schema(inner, "source")
        gap = Comparison(Budget(STEPS_MAX)).find_gap(value, abstraction.read_schema(outer, "target"))
        if gap is None:
            return Inclusion("yes")
        if gap.document is not MISSING and trial.refutes(gap.document):
            return Inclusion("no", gap.reason, gap.document)
        found = find_refutation(trial, value, ())
    except TooLarge as large:
        return Inclusion("unknown", str(large))
    return Inclusion("unknown", gap.reason) if found is None else Inclusion("no", gap.reason, found[0])
