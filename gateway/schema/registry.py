"""The schemas of one federation by name."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json

from .check import Schema


class Registry:
    """All schemas of a federation: `{"person@1": document, "dukcapil/warga@1": document, …}`."""

    documents: Mapping[str, Json]

    def __init__(self, documents: Mapping[str, Json]) -> None:
        raise NotImplementedError

    def compile_schema(self, name: str) -> Schema:
        """Compile one schema (kept: the same name gives the same value).

        Faults: KeyError for an unknown name, ValueError where lint_schema finds problems.
        """
        raise NotImplementedError

    def resolve(self, name: str, reference: str) -> tuple[str, Json]:
        """Give the subschema that a `$ref` within schema `name` means, and the name of the schema that it stands in.

        Faults: KeyError where there is none.
        """
        raise NotImplementedError
