"""A compiled schema and what it says about documents."""

from __future__ import annotations

from collections.abc import Callable

from gateway.values.faults import Finding
from gateway.values.model import Json


class Schema:
    """A compiled schema: `name` is `person@1`; `has_big_integers` where it declares integers beyond 2^53."""

    name: str
    has_big_integers: bool
    is_valid: Callable[[Json], bool]

    def check(self, document: Json, part: str = "body", prefix: str = "") -> tuple[Finding, ...]:
        """Give what is wrong with a document: () where nothing is; at most 20, sorted by pointer, then keyword.

        Shape: `prefix` is put before each pointer.
        """
        raise NotImplementedError
