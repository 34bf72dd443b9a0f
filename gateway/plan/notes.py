"""What the checker notes while it compiles: problems of all rooms, turned into positioned diagnostics.

Laws: 1. Noting never stops anything; all findings come at once. 2. A document that has an error is not compiled further.
Must not know: what the problems mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from .broken import Broken, follows
from .decode import Document
from .diagnose import Diagnostic, Related, Severity
from .marks import Mark, Path

UNKNOWN_NAME = "JB-REF-003"


class AnyProblem(Protocol):
    """What every room's problem has: where in its document, a stable code, what is wrong, how to mend it."""

    @property
    def path(self) -> Path:
        """Keys and indexes from the document's top."""

    @property
    def code(self) -> str:
        """A stable code of the table of codes."""

    @property
    def message(self) -> str:
        """What is wrong."""

    @property
    def hint(self) -> str:
        """How to mend it; may be empty."""

    @property
    def is_on_key(self) -> bool:
        """Whether the key at the end of the path is meant, not the value."""


@dataclass(slots=True)
class Notes:
    """Diagnostics as they come; `wrong` holds the documents (kind, id) that have an error."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: Broken = field(default_factory=Broken)
    wrong: set[tuple[str, str]] = field(default_factory=set)
    _unknown: set[tuple[str, int, int]] = field(default_factory=set)
    _said: set[tuple[str, str, int, int, str]] = field(default_factory=set)  # one mistake of a mapping shows in each of its instances

    def note(
        self,
        document: Document,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        effect: str = "",
        related: tuple[Related, ...] = (),
        severity: Severity = "error",
        on_key: bool = False,
        listed: str = "",
    ) -> None:
        """Note one thing at a place of a document; what only follows from another that is not whole is not said."""
        if follows(code, message, lambda kind, id: (kind, id) in self.wrong, self.broken):
            self.wrong |= {(document.kind, document.id)} if severity == "error" else set()
            return
        mark = document.key_mark_at(path) if on_key else document.mark_at(path)
        place = (mark.file, mark.line, mark.column)
        if place in self._unknown:
            return  # an unknown name is said once, by whoever finds it first
        if code == UNKNOWN_NAME:
            self._unknown.add(place)
        said = (code, *place, message)
        if said not in self._said:
            self._said.add(said)
            self.diagnostics.append(Diagnostic(code, message, mark, hint, effect, related, severity, listed=listed))
        if severity == "error":
            self.wrong.add((document.kind, document.id))

    def note_mark(
        self, document: Document, mark: Mark, code: str, message: str, hint: str = "", effect: str = "", related: tuple[Related, ...] = ()
    ) -> None:
        """Note one error at a place of a file that a document names."""
        self.diagnostics.append(Diagnostic(code, message, mark, hint, effect, related))
        self.wrong.add((document.kind, document.id))

    def note_problems(self, document: Document, prefix: Path, problems: Iterable[AnyProblem], effect: str = "") -> bool:
        """Note a room's problems, whose paths begin below `prefix`; say whether there were any."""
        had_any = False
        for problem in problems:
            had_any = True
            path = (*prefix, *problem.path)
            self.note(document, path, problem.code, problem.message, problem.hint, effect, on_key=problem.is_on_key)
        return had_any

    def is_wrong(self, document: Document) -> bool:
        """Say whether a document has an error."""
        return (document.kind, document.id) in self.wrong
