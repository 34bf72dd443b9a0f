"""What a schema says of one dotted path: which names stand below it, and how sensitive its leaves are.

Laws: 1. Arrays are looked through: a path means the same for one element and for all. 2. All branches of a union count.
3. A leaf without `x-class` has the class of its nearest ancestor with one; an identifier of a person is at least `personal`; what
says nothing is taken for `sensitive`.
Must not know: policies, routes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..policy.disclosure import Field
from ..schema.registry import Registry
from ..values.model import Json

PERSONAL_FORMATS = frozenset({"nik", "nip", "npwp", "nkk"})
_BRANCHES = ("allOf", "anyOf", "oneOf")
_DEPTH_MAX = 24

Spot = tuple[str, Json, str]  # the schema it stands in, the subschema, the class from above


class Classes:
    """Answers for one schema of a registry; None for a path that the schema does not have."""

    def __init__(self, registry: Registry, name: str) -> None:
        self.registry = registry
        self.name = name
        self._described: dict[str, Field | None] = {}

    def describe_field(self, dotted: str) -> Field | None:
        """Describe a path; the empty path is the whole document."""
        if dotted not in self._described:
            self._described[dotted] = self._describe(dotted)
        return self._described[dotted]

    def _describe(self, dotted: str) -> Field | None:
        spots: list[Spot] = [(self.name, self.registry.documents[self.name], "")]
        for segment in dotted.split(".") if dotted else ():
            spots = [child for name, child in self._children(spots) if name == segment]
            if not spots:
                return None
        names = tuple(dict.fromkeys(name for name, _ in self._children(spots)))
        return Field(names, frozenset(self._leaf_classes(spots, 0)))

    def _children(self, spots: list[Spot]) -> list[tuple[str, Spot]]:
        found = []
        for name, schema, above in self._flatten(spots):
            found += [(key, (name, sub, above)) for key, sub in schema.get("properties", {}).items()]
        return found

    def _flatten(self, spots: list[Spot]) -> Iterator[tuple[str, dict[str, Json], str]]:
        """Give every object schema that stands at these spots: through `$ref`, unions and arrays."""
        stack = list(reversed(spots))
        seen: set[int] = set()
        while stack:
            name, schema, above = stack.pop()
            if not isinstance(schema, dict) or id(schema) in seen:
                continue
            seen.add(id(schema))
            above = schema.get("x-class", "") or above
            yield name, schema, above
            if "$ref" in schema:
                there, target = self.registry.resolve(name, schema["$ref"])
                stack.append((there, target, above))
            inner = [branch for word in _BRANCHES for branch in schema.get(word, ())]
            inner += [schema[word] for word in ("items", "if", "then", "else") if word in schema]
            inner += list(schema.get("prefixItems", ()))
            stack.extend((name, branch, above) for branch in inner)

    def _leaf_classes(self, spots: list[Spot], depth: int) -> set[str]:
        found: set[str] = set()
        if depth > _DEPTH_MAX:
            return found
        children = self._children(spots)
        if children:
            for _, spot in children:
                found |= self._leaf_classes([spot], depth + 1)
            return found
        for _, schema, above in self._flatten(spots):
            implied = "personal" if schema.get("format") in PERSONAL_FORMATS else ""
            if above or implied:
                found.add(above or implied)
        return found or {"sensitive"}
