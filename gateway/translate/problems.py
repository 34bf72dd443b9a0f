"""What is wrong with what was written (a Problem, at load) or with what is translated (Untranslatable, at run time).

Laws: 1. A problem points into the decoded document; whoever holds positions turns it into a diagnostic. 2. Neither holds
a value of a payload.
Must not know: YAML, files, lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.faults import Finding

At: TypeAlias = "tuple[str | int, ...]"

NOT_YET = "JB-YET-001"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document that a user wrote: where (keys and indexes from its top), which rule, in words."""

    path: At
    code: str
    message: str
    hint: str = ""


class Untranslatable(Exception):
    """A document holds values that have no counterpart on the other side; carries all the findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} values have no counterpart")
        self.findings = findings


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Give a did-you-mean for a name that is not known; empty where nothing is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def say_not_yet(at: At, what: str) -> Problem:
    """Make the problem for a word of the language that a later version will take."""
    return Problem(at, NOT_YET, f"{what} is known but not yet built", "leave it out for now")
