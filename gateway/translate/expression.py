"""The typed expressions of `derive`: what stands between reading them and emitting them.

Laws: 1. Every node has one type, found at load: string, integer, number, boolean, or array (only `Size` takes one). 2. Total: no node
divides, indexes or repeats; an integer beyond 2^53 and a number beyond a double's range are refused at the end.
Must not know: YAML, Python source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json


@dataclass(frozen=True, slots=True)
class Fixed:
    """A literal."""

    type: str
    value: Json


@dataclass(frozen=True, slots=True)
class Field:
    """The value at a source, by its index among the sources of the write."""

    type: str
    index: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x` of a boolean, `-x` of a number."""

    type: str
    word: str
    inner: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - *` of numbers, `+` of strings, `== != < <= > >=` of two of a kind, `&& ||` of booleans (the second only where it counts)."""

    type: str
    word: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters a string, or elements an array has."""

    type: str
    inner: Expression


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a scalar is one of these constants (all of its type)."""

    type: str
    inner: Expression
    values: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """`test ? yes : no`."""

    type: str
    test: Expression
    yes: Expression
    no: Expression


Expression: TypeAlias = "Fixed | Field | Unary | Binary | Size | Within | Choose"
