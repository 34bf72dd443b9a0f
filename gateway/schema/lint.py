"""What is wrong with a schema itself."""

from __future__ import annotations

from collections.abc import Collection

from gateway.values.model import Json
from gateway.values.problem import Problem


def lint_schema(name: str, document: Json, known: Collection[str] = ()) -> tuple[Problem, ...]:
    """Give every mistake of a schema document (without the `schema:` and `version:` keys); `known` names all schemas of the federation."""
    raise NotImplementedError
