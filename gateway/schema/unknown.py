"""Fields in no schema: found, dropped, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gateway.values.faults import Finding
from gateway.values.model import Json

from .registry import Registry

DropUnknown: TypeAlias = Callable[[Json], tuple[Json, int]]
FindUnknown: TypeAlias = Callable[[Json], tuple[Finding, ...]]


def compile_drop(registry: Registry, name: str) -> DropUnknown:
    """Compile what gives a document without its unknown fields, and how many were dropped; the same document where none was."""
    raise NotImplementedError


def compile_refuse(registry: Registry, name: str, part: str = "body") -> FindUnknown:
    """Compile what gives one finding (keyword `unknown`) a field that is in no schema; at most 20."""
    raise NotImplementedError
