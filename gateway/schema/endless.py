"""Schemas that refer to themselves without a step into the document: they say nothing, and no evaluation of them ends.

Laws: a cycle of references counts where every step of it applies in place (`$ref`, `allOf`, `anyOf`, `oneOf`, `not`, `if`,
`then`, `else`, `dependentSchemas`); one that passes through a field or an item is a recursive schema, and fine.
Must not know: what else may be wrong; it wants documents that `lint_schema` found nothing in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem

from .registry import Registry
from .vocabulary import iter_subschemas

Key: TypeAlias = tuple[str, int]

_ONE: Final = ("not", "if", "then", "else")
_MANY: Final = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class _Node:
    name: str  # of the document
    path: Path
    schema: dict[str, Json]

    @property
    def key(self) -> Key:
        return self.name, id(self.schema)


def find_endless(registry: Registry) -> tuple[tuple[str, Problem], ...]:
    """Give the name of each schema that holds a reference which closes such a cycle, and the problem there.

    Faults: KeyError where a reference is to nothing.
    """
    done: set[Key] = set()
    starts = [
        _Node(name, path, one)
        for name, document in registry.documents.items()
        for path, one in iter_subschemas(document)
        if isinstance(one, dict)
    ]
    closing = [node for start in starts for node in _search(registry, start, set(), done)]
    message = "the reference leads back to itself without a field in between"
    return tuple((node.name, Problem((*node.path, "$ref"), "JB-SCH-014", message, "refer to another schema")) for node in closing)


def _search(registry: Registry, node: _Node, around: set[Key], done: set[Key]) -> Iterator[_Node]:
    """Walk in place from one schema; give each schema whose reference leads back to what the walk stands in."""
    if node.key in done:
        return
    around.add(node.key)
    for inner in _steps(registry, node):
        if inner.key in around:
            yield node
        else:
            yield from _search(registry, inner, around, done)
    around.discard(node.key)
    done.add(node.key)


def _steps(registry: Registry, node: _Node) -> Iterator[_Node]:
    schema = node.schema
    children: list[tuple[Path, Json]] = [((word,), schema[word]) for word in _ONE if word in schema]
    children += [((word, index), child) for word in _MANY for index, child in enumerate(schema.get(word, ()))]
    children += [(("dependentSchemas", name), child) for name, child in schema.get("dependentSchemas", {}).items()]
    yield from (_Node(node.name, (*node.path, *path), child) for path, child in children if isinstance(child, dict))
    if "$ref" in schema:
        name, target = registry.resolve(node.name, schema["$ref"])
        if isinstance(target, dict):
            steps = schema["$ref"].partition("#")[2].split("/")[1:]
            path = tuple(int(step) if step.isdecimal() else step.replace("~1", "/").replace("~0", "~") for step in steps)
            yield _Node(name, path, target)
