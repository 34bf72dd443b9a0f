"""Patterns as trees.

Holds: the grammar of what `patterns.find_pattern_fault` accepts, read as the validator's engine reads it.
Laws: 1. What is not surely read as the engine reads it is `Unreadable`, never guessed. 2. Depth is bounded. Where the engine
parts from ECMA 262: `a{2}{3}` and `a*+` repeat what was repeated, `]` and `-` stand for themselves at the head of a class,
`\\<` and `\\>` are boundaries of words (not read here).
Must not know: machines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from .signs import ANY, BLANKS, DIGITS, LAST, LETTERS, NOT_NEWLINE, Runs, ask_engine, make_runs, negate_runs

DEPTH_MAX: Final = 50
STACKED_MAX: Final = 20  # repetitions of what is repeated already

Edge: TypeAlias = Literal["^", "$", "b", "B"]


class Unreadable(ValueError):
    """A pattern, or a part of one, that has no language here."""


@dataclass(frozen=True, slots=True)
class One:
    """One sign of a set."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class At:
    """A place: the beginning, the end, a boundary of a word or none."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after another."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A part several times; `most` is None where there is no end."""

    part: Tree
    least: int
    most: int | None


Tree: TypeAlias = One | At | Row | Either | Many

_SHORT: Final[dict[str, Runs]] = {
    "d": DIGITS,
    "D": negate_runs(DIGITS),
    "w": LETTERS,
    "W": negate_runs(LETTERS),
    "s": BLANKS,
    "S": negate_runs(BLANKS),
    **{letter: ((ord(sign), ord(sign)),) for letter, sign in zip("nrtfv", "\n\r\t\f\v", strict=True)},
}
_EDGES: Final[dict[str, Edge]] = {"^": "^", "$": "$", r"\b": "b", r"\B": "B"}
_COUNTS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_COUNTED: Final = re.compile(r"\{ *([0-9]{1,9}) *(?:(,) *([0-9]{1,9})? *)?\}", re.ASCII)
_CODE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\})", re.ASCII)
_PROPERTY: Final = re.compile(r"\\[pP]\{[A-Za-z_=]+\}", re.ASCII)
_PUNCTUATION: Final = re.compile(r"\\([\x00-\x7f])", re.DOTALL)


def read_pattern(text: str) -> Tree:
    """Read a pattern. Faults: Unreadable."""
    reader = _Reader(text)
    tree = reader.read_either(0)
    if reader.at < len(text):
        raise Unreadable(f"a bracket closes nothing, at {reader.at}")
    return tree


class _Reader:
    __slots__ = ("at", "stacked", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.stacked = 0

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, token: str) -> bool:
        is_there = self.text.startswith(token, self.at)
        self.at += len(token) if is_there else 0
        return is_there

    def read_either(self, depth: int) -> Tree:
        if depth > DEPTH_MAX:
            raise Unreadable("nested too deep")
        branches = [self._read_row(depth)]
        while self._take("|"):
            branches.append(self._read_row(depth))
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _read_row(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._read_counts(self._read_part(depth)))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _read_counts(self, part: Tree) -> Tree:
        """Read the repetitions that follow; a `?` after one makes it lazy, which changes no language."""
        while True:
            counted = _COUNTED.match(self.text, self.at)
            if counted is not None:
                self.at = counted.end()
                least = int(counted[1])
                most = int(counted[3]) if counted[3] else None if counted[2] else least
            elif self._peek() in _COUNTS and self._peek():
                least, most = _COUNTS[self._peek()]
                self.at += 1
            else:
                return part
            self._take("?")
            self.stacked += isinstance(part, Many)
            if self.stacked > STACKED_MAX:
                raise Unreadable("repetitions are stacked too high")
            part = Many(part, least, most)

    def _read_part(self, depth: int) -> Tree:
        if self._take("("):
            if self._peek() == "?" and not self._take("?:"):
                raise Unreadable("a group with a flag or a name")
            inner = self.read_either(depth + 1)
            if not self._take(")"):
                raise Unreadable("a bracket is not closed")
            return inner
        if self._take("["):
            return One(self._read_class())
        if self._take("."):
            return One(NOT_NEWLINE)
        if self._peek() in "*+?{":
            raise Unreadable("nothing to repeat")
        return self._read_edge() or One(self._read_sign())

    def _read_edge(self) -> Tree | None:
        edge = next((token for token in _EDGES if self._take(token)), None)
        if edge is None:
            return None
        if edge in (r"\b", r"\B") and self._peek() == "{" and _COUNTED.match(self.text, self.at) is None:
            raise Unreadable("a boundary that only one engine knows")
        return At(_EDGES[edge])

    def _read_sign(self) -> Runs:
        """Read one sign or one escape, inside a class or outside."""
        if self._peek() != "\\":
            sign = ord(self._peek())
            self.at += 1
            return _make_one(sign)
        code = _CODE.match(self.text, self.at)
        if code is not None:
            self.at = code.end()
            return _make_one(int(code[1] or code[2] or code[3], 16))
        named = _PROPERTY.match(self.text, self.at)
        if named is not None:
            self.at = named.end()
            try:
                return ask_engine(named[0])
            except ValueError:
                raise Unreadable("an unknown property of signs") from None
        plain = _PUNCTUATION.match(self.text, self.at)
        if plain is None or plain[1] in "<>" or (plain[1].isalnum() and plain[1] not in _SHORT):
            raise Unreadable("an escape that engines read differently")
        self.at += 2
        return _SHORT[plain[1]] if plain[1] in _SHORT else _make_one(ord(plain[1]))

    def _read_class(self) -> Runs:
        is_negated = self._take("^")
        pairs: list[tuple[int, int]] = []
        while self._take("-"):
            pairs.append((0x2D, 0x2D))
        if not pairs and self._take("]"):
            pairs.append((0x5D, 0x5D))
        while not self._take("]"):
            if self.at >= len(self.text) or self._peek() == "[":
                raise Unreadable("a class is not closed, or holds another")
            pairs += self._read_range()
        runs = make_runs(pairs)
        return negate_runs(runs) if is_negated else runs

    def _read_range(self) -> Runs:
        first = self._read_sign()
        if self._peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("", "-", "]"):
            return first
        self.at += 1
        last = self._read_sign()
        if _single(first) is None or _single(last) is None or first[0][0] > last[0][0]:
            raise Unreadable("a range that has no order")
        return ((first[0][0], last[0][0]),)


def _make_one(sign: int) -> Runs:
    if sign > LAST or 0xD800 <= sign <= 0xDFFF:
        raise Unreadable("no sign of Unicode")
    return ((sign, sign),)


def _single(runs: Runs) -> int | None:
    return runs[0][0] if len(runs) == 1 and runs[0][0] == runs[0][1] and runs != ANY else None
