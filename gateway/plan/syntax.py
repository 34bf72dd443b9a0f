# ruff: noqa: E501 - a table
"""What a YAML parser's complaint means to the one who wrote the file, and how to mend it.

Laws: 1. The rules stand in a table: a pattern over the line that is complained about, and the cure. 2. The parser's own words
are the last resort.
Must not know: kinds and keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import yaml

from .diagnose import Diagnostic
from .marks import Mark

NEAR = 300  # characters around the complaint that are looked at: a pattern never sees a line of a megabyte
_FLOW_VALUE = "quote it, or write it as a block (one key a line)"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One way in which a line is wrong.

    Shape: `says` must stand in the parser's problem; `pattern` in the line, `at` where: `from` = from the place
    that the parser names, `before` = up to it, `any` = anywhere on it; `open` = there, but what is marked is where the construct
    begins. The group `it` of the pattern is marked.
    """

    says: str
    pattern: re.Pattern[str]
    at: Literal["from", "any", "before", "open"]
    code: str
    message: str
    hint: str


def _row(says: str, pattern: str, at: Literal["from", "any", "before", "open"], code: str, message: str, hint: str) -> Complaint:
    return Complaint(says, re.compile(pattern), at, code, message, hint)


_COMPLAINTS = (
    _row("expected ',' or", r"(?P<it>\$\{[^{}]*\}?)", "any", "JB-SYN-004", "a `${…}` inside braces", _FLOW_VALUE),
    _row("expected ',' or", r"(?P<it>[^\s,\[{:]*[/\w.-]\{[^{}]*\}\S*?)(?=[,}\s]|$)", "any", "JB-SYN-004", "a `{…}` in a text inside braces", _FLOW_VALUE),
    _row("expected ',' or", r"(?P<it>[\w@.-]+\?)(?=\s*[,}\]])", "any", "JB-SYN-004", "a `?` inside braces", "write `optional TYPE`, or quote it"),
    _row("could not find expected ':'", r"(?P<it>[\w@.-]+\?)(?=\s*[,}\]])", "any", "JB-SYN-004", "a `?` inside braces", "write `optional TYPE`, or quote it"),
    _row("expected ',' or ']'", r"", "open", "JB-SYN-001", "a list is not closed", "close it with `]`, or put a comma between its items"),
    _row("expected ',' or '}'", r"", "open", "JB-SYN-001", "a map is not closed", "close it with `}`, or put a comma between its keys"),
    _row("cannot start any token", r"^(?P<it>\t+)", "from", "JB-SYN-003", "a tab where spaces belong", "indent with spaces"),
    _row("cannot start any token", r"^(?P<it>[@`%]\S*)", "from", "JB-SYN-004", "a text that begins with `@`, a backtick or `%`", "quote it"),
    _row("cannot start any token", r"^(?P<it>\S)", "from", "JB-SYN-001", "a character that begins nothing", "quote it"),
    _row("mapping values are not allowed", r"^(?P<it>:)", "from", "JB-SYN-001", "a second `: ` on this line", "quote the text, or begin a new line"),
    _row("block sequence entries are not allowed", r"^(?P<it>-)", "from", "JB-SYN-001", "a list item behind a key", "begin a new line, or write `[…]`"),
    _row("undefined alias", r"^(?P<it>\*\S*)", "from", "JB-SYN-008", "an alias that nothing defines", "quote it if it is a text"),
    _row("unexpected end of stream", r"", "from", "JB-SYN-001", "a quote that is never closed", "close it"),
    _row("did not find expected", r"['\"]\s*$", "before", "JB-SYN-001", "a text goes on behind its closing quote", "put the whole text in quotes"),
    _row("expected '-' indicator", r"", "from", "JB-SYN-001", "not a further item of the list above", "indent it like the `-` above, or begin it with `-`"),
    _row("did not find expected key", r"", "from", "JB-SYN-001", "not a further key of the map above", "indent it like the keys above"),
    _row("could not find expected ':'", r"", "open", "JB-SYN-001", "a line without a colon", "write `key: value`"),
    _row("expected node content", r"^(?P<it>\S)", "from", "JB-SYN-001", "a bracket that closes nothing", "quote it, or take it out"),
    _row("another document", r"", "from", "JB-SYN-001", "a document without `---`", "put a line `---` before it"),
    _row("document start", r"", "from", "JB-SYN-001", "a document without `---`", "put a line `---` before it"),
    _row("invalid Unicode character escape", r"", "from", "JB-SYN-001", "an escape of half a character", "write the character itself, or `\\U` with eight digits"),
    _row("unknown escape character", r"^(?P<it>\\.)", "from", "JB-SYN-001", "an escape that YAML does not know", "write `\\\\` for a backslash, or use '…'"),
    _row("second occurrence", r"^(?P<it>&\S*)", "from", "JB-SYN-008", "an anchor that stands twice", "name them differently"),
)  # fmt: skip


def explain_syntax_error(file: str, first: int, text: str, error: yaml.YAMLError) -> Diagnostic:
    """Make a diagnostic of a parser's complaint. Units: `first` lines of the file before `text`."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Diagnostic("JB-SYN-001", "not YAML", Mark(file, first + 1, 1, 0))
    problem, lines = error.problem or "", text.split("\n")
    line, column = _place_of(error, lines)
    shown = lines[line]
    for complaint in _COMPLAINTS:
        if complaint.says in problem and (made := _match(complaint, shown, column)) is not None:
            mark = Mark(file, first + line + 1, made[0] + 1, made[1])
            if complaint.at == "open" and error.context_mark is not None and error.context_mark.line < line:
                mark = Mark(file, first + error.context_mark.line + 1, error.context_mark.column + 1, 1)
            return Diagnostic(complaint.code, complaint.message, mark, complaint.hint, "the document is not read")
    mark = Mark(file, first + line + 1, column + 1, 1)
    return Diagnostic("JB-SYN-001", f"not YAML: {problem}", mark, "", "the document is not read")


def _place_of(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int]:
    """Give line and column where a reader should look, from 0."""
    mark = error.problem_mark
    if "unexpected end of stream" in (error.problem or "") and error.context_mark is not None:
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line].strip()):
        return _last_content(lines)
    return line, column


def _match(complaint: Complaint, line: str, column: int) -> tuple[int, int] | None:
    """Give column and length of what a complaint marks; None where it is another complaint."""
    begin = column if complaint.at == "from" else max(0, column - NEAR)
    found = complaint.pattern.search(line[begin : column if complaint.at == "before" else column + NEAR])
    if found is None:
        return None
    if "it" not in complaint.pattern.groupindex:
        return column, 1
    return begin + found.start("it"), max(len(found.group("it")), 1)


def _last_content(lines: list[str]) -> tuple[int, int]:
    """Give the end of the last line that holds something: where a reader looks for what is missing."""
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].strip():
            return number, max(len(lines[number].rstrip()) - 1, 0)
    return 0, 0
