"""`delegates:` of a policy: what an owner lets another agency's folder open further, and what such a folder makes of it.

Laws: 1. A folder opens only what its own agencies own or were delegated. 2. A grant on what was delegated stays within one delegation:
its callers are the folder's own, its purposes, fields, masks and days no wider. 3. What was delegated is not delegated on. 4. A journey
takes it only where the delegation says so: the journey's answer goes to whom its own grants name.
Must not know: how grants are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..policy.disclosure import Tree, plant_tree, shows_no_more
from ..values.model import Json
from .decode import Document
from .diagnose import Related
from .federation import Federation
from .notes import Notes
from .owners import is_own, owners_of

CODE_FOREIGN, CODE_WIDE = "JB-POL-091", "JB-POL-093"
_EFFECT = "a folder opens only what its own agencies own or were delegated"


@dataclass(frozen=True, slots=True)
class Delegation:
    """What one policy lets the folder of one agency open further. Shape: `since`, `until` "" = without that end."""

    document: Document
    index: int
    to: str
    purposes: frozenset[str]
    tree: Tree
    since: str
    until: str
    with_journeys: bool


Delegations = Mapping[str, Sequence[Delegation]]  # operation → what was delegated of it


def read_delegations(documents: Iterable[tuple[Document, frozenset[str]]]) -> Delegations:
    """Give what policies delegate, by operation; each policy comes with its operations, expanded."""
    found: dict[str, list[Delegation]] = {}
    for document, operations in documents:
        for index, each in enumerate(document.value.get("delegates") or ()):
            delegation = _read_delegation(document, index, each)
            for name in operations:
                found.setdefault(name, []).append(delegation)
    return found


def _read_delegation(document: Document, index: int, value: Json) -> Delegation:
    purposes = frozenset(value["purposes"])
    return Delegation(document, index, value["to"], purposes, _plant(value), *_days(value), bool(value.get("journeys")))


def _plant(value: Json) -> Tree:
    return plant_tree(None if value["reveals"] == "all" else value["reveals"], value.get("masks") or {})


def _days(value: Json) -> tuple[str, str]:
    valid = value.get("valid") or {}
    return valid.get("since") or "", valid.get("until") or ""


def check_ownership(federation: Federation, document: Document, operations: frozenset[str], known: Delegations, notes: Notes) -> None:
    """Hold a policy of one of several folders to what its agencies own or were delegated."""
    if len(federation.folders) < 2:
        return
    home, owners = federation.home_of(document), owners_of(federation)
    wide: set[int] = set()
    for name in sorted(operations):
        owner = owners.get(name, "")
        if is_own(federation, home, owner):
            continue
        ours = [each for each in known.get(name, ()) if is_own(federation, home, each.to) and each.document is not document]
        if not ours or document.value.get("delegates"):
            message = f"{name} is owned by {owner}, an agency of another folder"
            notes.note(document, ("operations",), CODE_FOREIGN, message, "ask its owner to grant it there, or to delegate it", _EFFECT)
            continue
        for index, grant in enumerate(document.value["grants"]):
            if index not in wide and _is_wide(federation, document, index, grant, ours, notes):
                wide.add(index)


def _is_wide(federation: Federation, document: Document, index: int, grant: Json, delegations: Sequence[Delegation], notes: Notes) -> bool:
    """Say whether no delegation holds a grant, and note what goes beyond the one that comes nearest."""
    home = federation.home_of(document)
    beyond = min((list(_list_beyond(federation, home, grant, each)) for each in delegations), key=len)
    if not beyond:
        return False
    related = tuple(Related(f"delegated to {each.to} here", each.document.mark_at(("delegates", each.index))) for each in delegations)
    key, message = beyond[0]
    notes.note(document, ("grants", index, key), CODE_WIDE, message, "stay within what was delegated", _EFFECT, related)
    return True


def _list_beyond(federation: Federation, home: int, grant: Json, delegation: Delegation) -> Iterator[tuple[str, str]]:
    """Give what of a grant goes beyond a delegation: the key, and why."""
    for who in grant["callers"]:
        if why := _judge_caller(federation, home, who, delegation):
            yield "callers", why
    wide = sorted(set(grant["purposes"]) - delegation.purposes)
    if wide:
        yield "purposes", f"{', '.join(wide)}: no purpose that was delegated"
    if not shows_no_more(_plant(grant), delegation.tree):
        yield "reveals", "it reveals more than was delegated"
    since, until = _days(grant)
    if since < delegation.since or (delegation.until and not "" < until <= delegation.until):
        yield "valid", f"it holds on more days than was delegated ({delegation.since or '…'} to {delegation.until or '…'})"


def _judge_caller(federation: Federation, home: int, who: Json, delegation: Delegation) -> str:
    if isinstance(who, str):
        return "" if is_own(federation, home, who) else f"{who} is no agency of this folder"
    if "class" in who:
        return "what was delegated is granted to agencies by name"
    journey = federation.of("journey").get(who["journey"])
    if journey is not None and federation.home_of(journey) != home:
        return f"{journey.id} is no journey of this folder"
    return "" if delegation.with_journeys else "nothing was delegated to journeys"
