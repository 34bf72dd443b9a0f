"""Laws of the catalogue's entries in a federation.

Laws: an app's fields are told apart by name and group; a line of successors has an end. That owner, successor and consumed operations
are declared follows from their being references.
Must not know: the catalogue's store, what overlaps.
"""

from __future__ import annotations

from .federation import Federation
from .notes import Notes


def check_apps(federation: Federation, notes: Notes) -> None:
    """Check each app alone, and where its successors lead."""
    apps = federation.of("app")
    for document in apps.values():
        seen: dict[tuple[str, str], int] = {}
        for index, field in enumerate(document.value.get("fields") or ()):
            first = seen.setdefault((field.get("group", ""), field["name"]), index)
            if first != index:
                notes.note(
                    document, ("fields", index, "name"), "JB-APP-001", f'the field "{field["name"]}" stands twice',
                    "keep one, or tell them apart by `group:`", "coverage would be counted twice",
                )  # fmt: skip
        if _is_circle({id: app.value.get("successor") for id, app in apps.items()}, document.id):
            notes.note(
                document, ("successor",), "JB-APP-002", "its line of successors leads back to it",
                "the app that stays has no successor", "nobody could say which one stays",
            )  # fmt: skip


def _is_circle(successors: dict[str, str | None], start: str) -> bool:
    here, passed = successors.get(start), set[str]()
    while here is not None and here != start and here not in passed:
        passed.add(here)
        here = successors.get(here)
    return here == start
