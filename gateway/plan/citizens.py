"""The citizen whom a call is about: `about:`, purposes that need them, and the consent that is looked up before anybody is asked.

Laws: 1. A token that a citizen's sign-in gave is good for calls about this citizen only. 2. A purpose that needs the citizen opens nothing
to a token without one. 3. Consent is looked up at every call, so that one that was withdrawn stops the next; where the stores cannot be
used the call is refused. 4. What rests on a citizen opens only operations that say whom they are about, and no inner call of a journey.
Must not know: how consents are kept, who signs citizens in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..policy.consent import STANDINGS, judge_consent, list_others, list_shown, name_citizen, write_fields
from ..policy.disclosure import Tree
from ..policy.grants import Grant, Permit
from ..policy.seals import Seal
from ..schema.registry import Registry
from ..values.asks import Consult, Flow, wait
from ..values.consents import Consent
from ..values.faults import Finding, Refused, refuse
from ..values.meters import Layout
from ..values.model import Json
from ..values.route import Exchange, Step
from ..values.stores import Stores
from .decode import Document
from .federation import Federation
from .gateway_keys import need_stores
from .notes import Notes
from .providers import answer_type
from .shelf import Shelf

CODE_ABOUT, CODE_OPEN, CODE_ISSUER, CODE_JOURNEY, CODE_WORD = "JB-CIT-001", "JB-CIT-002", "JB-CIT-003", "JB-CIT-004", "JB-CIT-006"
_DEPTH_MAX = 12
_EFFECT = "nobody could be held to what the citizen agreed to"
_UNAVAILABLE = ("STORE_UNAVAILABLE", "STORE_KEY_UNKNOWN")
Asking = Callable[[Exchange], Flow[None]]


@dataclass(frozen=True, slots=True)
class Citizens:
    """What is known at load of purposes that need a citizen.

    Shape: `needs` purpose → present | consent; `cells` purpose → outcome → cell.
    """

    needs: Mapping[str, str]
    seal: Seal | None
    permits: Mapping[str, Permit]
    leaves: Mapping[str, Sequence[str]]  # operation → the fields of its answer
    cells: Mapping[str, Mapping[str, int]]
    _lines: dict[tuple[str, Tree], tuple[str, ...]] = field(default_factory=dict)

    @property
    def consenting(self) -> frozenset[str]:
        """Give the purposes that need a recorded consent."""
        return frozenset(purpose for purpose, need in self.needs.items() if need == "consent")

    def list_lines(self, operation: str, agency: str, purpose: str, now_s: float) -> tuple[str, ...]:
        """Give what an operation shows an agency for a purpose now, as lines of a consent; nothing where it is not granted."""
        decision = self.permits[operation].decide(agency, purpose, now_s)
        if decision.outcome != "granted":
            return ()
        key = (operation, decision.tree)
        if key not in self._lines:
            self._lines[key] = tuple(write_fields(operation, list_shown(decision.tree, self.leaves.get(operation, ()))))
        return self._lines[key]


def build_citizens(
    federation: Federation, shelf: Shelf, permits: Mapping[str, Permit], seal: Seal | None, layout: Layout, notes: Notes
) -> Citizens:
    """Read the purposes that need a citizen, and what every operation about a person may show."""
    needs = {name: str(purpose.value["citizen"]) for name, purpose in federation.of("purpose").items() if purpose.value.get("citizen")}
    about = {name: operation for name, operation in federation.operations.items() if needs and operation.value.get("about")}
    leaves = {name: tuple(list_fields(shelf, answer_type(operation))) for name, operation in about.items()}
    add = partial(layout.add_series, "jembatan_consent_checks_total")
    outcomes = (*STANDINGS, "unavailable")
    cells = {name: {outcome: add(name, outcome) for outcome in outcomes} for name, need in needs.items() if need == "consent"}
    for name in cells:
        need_stores(seal, federation.of("purpose")[name], ("citizen",), "a consent", notes)
    return Citizens(needs, seal, permits, leaves, cells)


def list_fields(shelf: Shelf, schema: str) -> Iterator[str]:
    """Give the dotted names of a schema's leaves; arrays are looked through, a schema that holds itself is cut."""
    if schema in shelf.registry.documents and schema not in shelf.wrong_schemas:
        yield from _list_below(shelf, schema, "", 0)


def _list_below(shelf: Shelf, schema: str, path: str, depth: int) -> Iterator[str]:
    described = shelf.find_classes(schema).describe_field(path)
    names = () if described is None or depth >= _DEPTH_MAX else described.names
    if not names and path:
        yield path
    for name in names:
        yield from _list_below(shelf, schema, f"{path}.{name}" if path else name, depth + 1)


# --- laws


def check_citizens(federation: Federation, shelf: Shelf, notes: Notes) -> None:
    """Hold `about:` to numbers of persons, and purposes that need a citizen to what can be held to one."""
    for operation in federation.operations.values():
        if operation.value.get("about") and _find_about(shelf.registry, operation) is None:
            hint = "a field of the body that must be there, of format nik"
            notes.note(operation, ("about",), CODE_ABOUT, "this is no number of the person whom the call is about", hint)
    for purpose in federation.of("purpose").values():
        if purpose.value.get("lasts") is not None and purpose.value.get("citizen") != "consent":
            message = "no consent is recorded for this purpose, so nothing lasts"
            notes.note(purpose, ("lasts",), CODE_WORD, message, "citizen: consent, or take it out", on_key=True)
    needing = {name: purpose for name, purpose in federation.of("purpose").items() if purpose.value.get("citizen")}
    _check_issuers(federation, needing, notes)
    for journey in federation.of("journey").values():
        if journey.value["acts"]["purpose"] in needing:
            message = "a journey's inner calls are its own: no citizen makes them"
            notes.note(journey, ("acts", "purpose"), CODE_JOURNEY, message, "a purpose with a legal basis of its own")


def _check_issuers(federation: Federation, needing: Mapping[str, Document], notes: Notes) -> None:
    vouching = [issuer for issuer in federation.of("issuer").values() if (issuer.value.get("claims") or {}).get("subject")]
    for issuer in vouching:
        if federation.home_of(issuer):
            message = "an overlay's issuer vouches for no citizens"
            notes.note(issuer, ("claims", "subject"), "JB-OVL-002", message, "take it out", "anyone's number could stand in its tokens")
    if needing and not vouching:
        first = next(iter(needing.values()))
        hint = "claims: {subject: CLAIM} in the issuer that signs citizens in"
        notes.note(first, ("citizen",), CODE_ISSUER, "no issuer vouches for citizens", hint, "every call for it is refused")


def check_opened(federation: Federation, grants: Iterable[Grant], citizens: Citizens, notes: Notes) -> None:
    """Note a grant for a purpose that needs a citizen, on an operation that does not say whom it is about."""
    for grant in grants:
        policy = federation.of("policy")[grant.policy]
        needed = [(place, name) for place, name in enumerate(grant.purposes) if name in citizens.needs]
        for operation in sorted(grant.operations) if needed else ():
            document = federation.operations.get(operation)
            if document is None:  # wrong in itself: noted
                continue
            if not document.value.get("about") and not document.value.get("consents"):
                place, name = needed[0]
                message = f"{name} needs a citizen, and {operation} does not say whom it is about"
                notes.note(
                    policy, ("grants", grant.index, "purposes", place), CODE_OPEN, message, "about: body.nik in the operation", _EFFECT
                )


def _find_about(registry: Registry, operation: Document) -> tuple[str, ...] | None:
    """Give the path of the number in the body; None where it is not surely there, or no NIK."""
    root, *names = str(operation.value["about"]).split(".")
    name = operation.value["call"].get("body") or ""
    if root != "body" or not names or name not in registry.documents:
        return None
    here, node = _follow(registry, name, registry.documents[name])
    for step in names:
        if not isinstance(node, dict) or step not in (node.get("required") or ()) or step not in (node.get("properties") or {}):
            return None
        here, node = _follow(registry, here, node["properties"][step])
    return tuple(names) if isinstance(node, dict) and (node.get("type"), node.get("format")) == ("string", "nik") else None


def _follow(registry: Registry, here: str, node: Json) -> tuple[str, Json]:
    for _ in range(_DEPTH_MAX):
        if not isinstance(node, dict) or "$ref" not in node:
            break
        here, node = registry.resolve(here, node["$ref"])
    return here, node


# --- steps


def make_citizen_steps(citizens: Citizens, registry: Registry, document: Document) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Make what holds a call to its citizen: before the body is looked at, and after."""
    path = _find_about(registry, document) if document.value.get("about") else None
    is_held = document.value.get("about") or document.value.get("consents")
    before = (make_require_citizen(frozenset(citizens.needs)),) if citizens.needs and is_held else ()
    return before, () if path is None else (make_hold_subject(path),)


def make_require_citizen(needing: frozenset[str]) -> Step:
    """Make the step that refuses a purpose which needs a citizen to a token without one.

    Faults: CITIZEN_MISSING.
    """

    def require_citizen(x: Exchange) -> None:
        if x.purpose in needing and (x.caller is None or not x.caller.subject):
            raise refuse("CITIZEN_MISSING")

    return require_citizen


def make_hold_subject(path: tuple[str, ...]) -> Step:
    """Make the step that holds a citizen's token to calls about this citizen.

    Faults: CITIZEN_MISMATCH.
    """
    finding = Finding("/" + "/".join(path), "about", "is not the citizen who signed in")

    def hold_subject(x: Exchange) -> None:
        caller = x.caller
        if caller is None or not caller.subject:
            return
        value = x.body
        for name in path:
            value = value[name]
        if value != caller.subject:
            raise refuse("CITIZEN_MISMATCH", finding)

    return hold_subject


def make_ask_consent(citizens: Citizens, document: Document) -> Asking | None:
    """Make what looks a citizen's consent up where the purpose needs one; None where no purpose does.

    Shape: how a journey stands is told under the consent to the journey itself.
    Faults: CONSENT_MISSING, STORE_UNAVAILABLE, STORE_KEY_UNKNOWN.
    """
    consenting = citizens.consenting
    seal = citizens.seal
    operation = str(document.value.get("journey") or document.id) if document.value.get("about") else ""
    if not consenting or seal is None or operation not in citizens.leaves:
        return None

    def ask_consent(x: Exchange) -> Flow[None]:
        caller, purpose = x.caller, x.purpose
        if purpose not in consenting:
            return
        if caller is None or not caller.subject:
            raise refuse("CITIZEN_MISSING")
        subject, others = name_citizen(seal, caller.subject), list_others(seal, caller.subject)
        cells = citizens.cells[purpose]

        def find(stores: Stores) -> Consent | None:
            return stores.consents.find(subject, caller.agency, purpose, others)

        try:
            found = yield from wait(Consult(find))
        except Refused as refused:
            if refused.fault.kind.name in _UNAVAILABLE:
                x.ports.count(cells["unavailable"])
            raise
        standing = judge_consent(found, citizens.list_lines(operation, caller.agency, purpose, x.began_s), x.began_s)
        x.ports.count(cells[standing])
        if standing != "given":
            raise refuse("CONSENT_MISSING", reason=standing)

    return ask_consent
