"""What is wrong with a federation, as values.

Laws: 1. A diagnostic has a stable code of `codes.CODES`. 2. It holds no secret and no payload value.
Must not know: files, YAML, kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .marks import Mark

Severity = Literal["error", "warning"]
_WORD_MAX, _SHOWN = 200, 80
_WORD = re.compile(rf"\S{{{_WORD_MAX},}}")


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a diagnostic."""

    message: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong.

    Shape: `hint` stands after the carets (the cure), `effect` says what follows from it. `is_secret` says that the
    marked text must never be shown; `listed` names it where many like it are shown as one list.
    """

    code: str
    message: str
    mark: Mark
    hint: str = ""
    effect: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"
    is_secret: bool = False
    listed: str = ""

    def __post_init__(self) -> None:
        """Cut words of the file that nobody could read whole."""
        for name in ("message", "hint"):
            text = getattr(self, name)
            if len(text) > _WORD_MAX:
                object.__setattr__(self, name, _WORD.sub(_cut, text))


def _cut(word: re.Match[str]) -> str:
    return word[0][:_SHOWN] + "…"
