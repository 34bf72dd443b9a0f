"""What is taken for true until a day: every `assume` of a document, and of the mappings that a route runs.

Law: an assumption that has ended never stops a plan from loading; the routes that rely on it are refused.
Must not know: what is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..values.model import Json
from .decode import Document


def list_uses(value: Json) -> Iterator[Json]:
    """Give the arguments of every use of `assume` in a decoded document."""
    if isinstance(value, dict):
        use = value.get("assume")
        if len(value) == 1 and isinstance(use, dict) and isinstance(use.get("until"), str):
            yield use
        else:
            for inner in value.values():
                yield from list_uses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from list_uses(inner)


def list_assumed(value: Json) -> Iterator[str]:
    """Give the last day of every use of `assume` in a decoded document."""
    yield from (use["until"] for use in list_uses(value))


def list_relied(route: Document, mappings: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Give whose assumptions a route relies on, and the last day of each."""
    provider = route.value.get("provider") or {}
    yield from ((route.id, until) for part in ("request", "response") for until in list_assumed(provider.get(part)))
    for part in ("request", "response"):
        name = (provider.get(part) or {}).get("mapping")
        if isinstance(name, str) and name in mappings:
            yield from ((name, until) for until in list_assumed(mappings[name].value.get("fields")))
