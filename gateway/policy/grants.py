"""stub"""
from __future__ import annotations
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from gateway.values.model import Expiry
from gateway.values.route import Exchange
from .disclosure import Withhold
from .problems import Problem

@dataclass(frozen=True, slots=True)
class ClassOf:
    """All agencies of a class: `{class: state_company}` among `callers`."""
    name: str

@dataclass(frozen=True, slots=True)
class TagOf:
    """All operations with a tag: `{tag: NAME}` among `operations`."""
    name: str

@dataclass(frozen=True, slots=True)
class Grant:
    """One grant of a policy; `operations` already expanded; `reveals` None = all."""
    policy: str
    index: int
    operations: frozenset[str]
    callers: tuple[str | ClassOf, ...]
    purposes: tuple[str, ...]
    reveals: tuple[str, ...] | None
    masks: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    where: str = ""

@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Literal["granted", "ACCESS_DENIED", "PURPOSE_DENIED"]
    grants: tuple[Grant, ...] = ()
    withhold: Withhold | None = None

class Permit:
    """A `Step`: call it with an Exchange. `decide` is the same engine for `explain`."""
    def __call__(self, exchange: Exchange) -> None: raise NotImplementedError
    def decide(self, agency: str, purpose: str, now_s: float) -> Decision: raise NotImplementedError

def compile_permit(operation: str, grants: Iterable[Grant], classes: Mapping[str, str]) -> Permit:
    """`classes` = agency id → class, one mapping for all operations."""
    raise NotImplementedError

@dataclass(frozen=True, slots=True)
class Expanded:
    operations: frozenset[str]
    problems: tuple[Problem, ...]

def expand_operations(patterns: Sequence[str | TagOf], tags: Mapping[str, Sequence[str]]) -> Expanded:
    """`tags` = operation id → its tags (all operations of the federation)."""
    raise NotImplementedError

def list_expiries(grants: Iterable[Grant]) -> tuple[Expiry, ...]: raise NotImplementedError
