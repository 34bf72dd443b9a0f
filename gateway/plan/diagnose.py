"""What is wrong with a federation, as values.

Laws: 1. A diagnostic has a stable code of `codes.CODES`. 2. It holds no secret and no payload value.
Must not know: files, YAML, kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .marks import Mark

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a diagnostic."""

    message: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong.

    Shape: `hint` stands after the carets (the cure), `effect` says what follows from it. `is_secret` says that the
    marked text must never be shown.
    """

    code: str
    message: str
    mark: Mark
    hint: str = ""
    effect: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"
    is_secret: bool = False
