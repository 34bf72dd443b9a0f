"""The types of parameters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Problem

from .codelists import CodeList
from .registry import Registry


@dataclass(frozen=True, slots=True)
class ParamType:
    """A type of one path, query or header parameter: `name` is a built-in type or `NAME@MAJOR`; `document` its JSON Schema."""

    name: str
    is_optional: bool
    document: Json

    def decode(self, text: str, pointer: str = "", part: str = "query") -> Json:
        """Decode the text of a parameter.

        Faults: CALL_INVALID with one finding.
        """
        raise NotImplementedError


def parse_type(
    text: Json,
    registry: Registry | None = None,
    codelists: dict[str, CodeList] | None = None,
    agencies: Collection[str] | None = None,
    path: tuple[str | int, ...] = (),
) -> ParamType | Problem:
    """Read a type as YAML.md rule 6 writes it: `nik`, `optional date`, `facility-code@1`."""
    raise NotImplementedError
