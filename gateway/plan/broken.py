"""Documents that are not whole, as reading has found them, and what is said elsewhere only because they are left out.

Laws: 1. A document in whose lines reading has found an error is compiled no further. 2. What follows from that is not said: whoever mends
the document would look for a second mistake where there is none. 3. What is not said still keeps the plan from loading.
Must not know: what a document means.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .decode import Document
from .federation import Federation
from .kinds import KINDS

_TAKEN_ALREADY = frozenset(("JB-REF-001", "JB-OVL-001"))  # said of a document that is not there at all: the first of its id is
_HEAD = re.compile(rf"^({'|'.join(KINDS)}):[ \t]*[\"']?([A-Za-z0-9@_./-]*)", re.MULTILINE)
_NAMED = re.compile(r'^(?:unknown|no) (.+?) "([^"]+)"')
_ANY = ""  # the id of a document whose id cannot be read

Kinds: TypeAlias = "tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class Broken:
    """The documents that are not whole. Shape: kind → ids."""

    ids: Mapping[str, set[str]] = field(default_factory=dict)

    def has(self, kind: str, name: str) -> bool:
        """Say whether a document of this kind and name may be one of them; a decision belongs to its journey."""
        ids = self.ids.get(kind, ())
        return _ANY in ids or name in ids or (kind == "journey" and any(name.startswith(f"{id}.") for id in ids))


def find_broken(federation: Federation) -> Broken:
    """Give the documents in whose lines reading has found an error."""
    places: dict[str, tuple[list[int], dict[int, Document]]] = {}
    found: dict[str, set[str]] = {}
    for one in federation.diagnostics:
        source = federation.sources.get(one.mark.file)
        if one.severity != "error" or one.code in _TAKEN_ALREADY or source is None or not one.mark.line:
            continue
        rulers, documents = places.setdefault(source.file, (_list_rulers(source.text), {}))
        if not documents:
            documents |= _place_documents(federation, source.file, rulers)
        number = bisect_right(rulers, one.mark.line)
        holder = documents.get(number)
        kind, id = (holder.kind, holder.id) if holder is not None else _read_head(source.text, rulers, number)
        if kind:
            found.setdefault(kind, set()).add(id)
    return Broken(found)


def _list_rulers(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("---")]


def _place_documents(federation: Federation, file: str, rulers: list[int]) -> dict[int, Document]:
    all_documents = (document for documents in federation.documents.values() for document in documents.values())
    return {bisect_right(rulers, document.mark.line): document for document in all_documents if document.mark.file == file}


def _read_head(text: str, rulers: list[int], number: int) -> tuple[str, str]:
    """Give the kind and the id of a document that could not be decoded, as far as its text says them."""
    lines = text.split("\n")
    begin = rulers[number - 1] if number else 0
    end = rulers[number] - 1 if number < len(rulers) else len(lines)
    head = _HEAD.search("\n".join(lines[begin:end]))
    return ("", "") if head is None else (head[1], head[2])


def leave_out(federation: Federation, broken: Broken) -> Federation:
    """Give the federation without what is not whole."""
    kept = {
        kind: {name: document for name, document in documents.items() if name not in broken.ids.get(kind, ())}
        for kind, documents in federation.documents.items()
    }
    return replace(federation, documents=kept) if broken.ids else federation


# what is said of a kind's documents where they are missing: by the name that the message tells, or because any of them is missing
_BY_NAME: Mapping[str, Kinds] = {"JB-REF-003": (), "JB-REF-006": ("service",), "JB-POL-001": ("route", "journey")}
_BY_ANY: Mapping[str, Kinds] = {
    "JB-STO-001": ("gateway",),
    "JB-SEC-012": ("gateway",),
    "JB-SEC-008": ("gateway",),
    "JB-POL-092": ("policy",),
    "JB-JRN-002": ("policy",),
    "JB-CIT-003": ("issuer",),
    "JB-FAM-001": ("upstream",),
}


def follows(code: str, message: str, has: Callable[[str, str], bool], broken: Broken) -> bool:
    """Say whether a diagnostic says only that a document which is not whole was left out; `has` knows what else is wrong by kind and id."""
    if any(broken.ids.get(kind) for kind in _BY_ANY.get(code, ())):
        return True
    named = _NAMED.match(message) if code in _BY_NAME else None
    if named is None:
        return False
    kinds = _BY_NAME[code] or tuple(named[1].replace("code list", "codelist").split(" or "))
    return any(broken.has(kind, named[2]) or has(kind, named[2]) for kind in kinds)
