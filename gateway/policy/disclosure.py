"""stub"""
from __future__ import annotations
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gateway.values.model import Json
from .problems import Problem

Withhold = Callable[[Json], Json]
MASKS: Mapping[str, Callable[[str], str]] = {}

@dataclass(frozen=True, slots=True)
class Field:
    """What a schema says of one dotted path: its children's names, and the classes of the leaves at or below it."""

    names: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()

Describe = Callable[[str], Field | None]  # "" = the whole answer; None = no such path

@dataclass(frozen=True, slots=True)
class Tree:
    """What is shown of a document: `rest` for all that no branch names ("" nothing, "keep", or a mask)."""

    rest: str = ""
    branches: tuple[tuple[str, Tree], ...] = ()

def plant_tree(reveals: Sequence[str] | None, masks: Mapping[str, str]) -> Tree: raise NotImplementedError
def unite_trees(first: Tree, second: Tree) -> Tree: raise NotImplementedError
def compile_tree(tree: Tree) -> Withhold | None: raise NotImplementedError
def compile_disclosure(reveals: Sequence[str] | None, masks: Mapping[str, str]) -> Withhold: raise NotImplementedError
def check_disclosure(reveals: Sequence[str] | None, masks: Mapping[str, str], describe: Describe) -> tuple[Problem, ...]: raise NotImplementedError
def check_classes(reveals: Sequence[str] | None, classes: Sequence[str], describe: Describe) -> tuple[Problem, ...]: raise NotImplementedError
