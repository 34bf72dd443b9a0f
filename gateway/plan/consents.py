"""`consents:` of a route: the gateway itself shows, records and ends a citizen's consents.

Laws: 1. What is recorded is what was shown: giving names the digest of an offer, and an offer that has changed meanwhile is refused.
2. Only the citizen whose token it is gives, sees and ends; consent is given to the agency that calls. 3. What the gateway writes fits the
schemas that the route names: proved at load. 4. A consent names a purpose, operations and fields, and an end; never a citizen.
Must not know: how consents are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..policy.consent import list_others, name_citizen
from ..policy.seals import Seal
from ..schema.registry import Registry
from ..schema.text import encode_json
from ..translate.prove.compare import compare_schemas
from ..values.asks import Consult, Flow, wait
from ..values.consents import Consent, Offer
from ..values.faults import refuse
from ..values.model import Json, Upstream
from ..values.route import JSON_HEADERS, Exchange, Route
from ..values.stores import Stores
from .calls import OPAQUE, build_call
from .citizens import CODE_WORD, Citizens
from .consent_shapes import CALLS, SHAPES, write_moment
from .decode import Document
from .gateway_keys import need_stores
from .marks import Path
from .providers import answer_type
from .routes import Ground, make_head

CODE = "JB-CIT-005"
CONSENTS_MAX = 1_000  # of a citizen to one agency, ended ones too: no portal uses up what another needs
SHOWN_MAX = 200
_EFFECTS = {"offer": "read", "list": "read", "give": "write", "withdraw": "write"}
_OF_MANY = ("list", "withdraw")  # what is about consents that are there
_LASTS_S = 86_400.0 * 365
_OURS = "gateway/consents@1"
_NOBODY = Upstream("gateway", 0, "", 0)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operations on consents stand on. Shape: `purposes` and `operations` are documents by id; `cells` purpose → event → cell."""

    citizens: Citizens
    seal: Seal
    purposes: Mapping[str, Document]
    operations: Mapping[str, Document]
    owners: Mapping[str, str]
    cells: Mapping[str, Mapping[str, int]]
    is_everyones: bool = False

    def make_offer(self, agency: str, purpose: str, now_s: float) -> tuple[Json, str]:
        """Give what a citizen would agree to as a document, and its lines.

        Faults: CONSENT_NOT_FOUND where nothing rests on consent there.
        """
        document = self.purposes.get(purpose)
        asks: list[Json] = []
        lines: list[str] = []
        for name in self.citizens.leaves if document is not None and purpose in self.citizens.consenting else ():
            found = self.citizens.list_lines(name, agency, purpose, now_s)
            if found:
                fields = [line.partition(" ")[2] for line in found]
                asks.append(
                    {"operation": name, "title": self.operations[name].value["title"], "owner": self.owners[name], "fields": fields}
                )
                lines += found
        if document is None or not asks:
            raise refuse("CONSENT_NOT_FOUND", reason="purpose")
        lasts = int(_find_term(document))
        offer = {"agency": agency, "purpose": purpose, "title": document.value["title"], "legal_basis": document.value["legal_basis"]}
        offer |= {"asks": asks, "lasts_days": lasts // 86_400}
        return {**offer, "shown": hashlib.sha256(encode_json(offer)).hexdigest()}, "\n".join(lines)

    def describe(self, consent: Consent, now_s: float) -> Json:
        """Give a consent as its citizen sees it."""
        offer = consent.offer
        document = self.purposes.get(offer.purpose)
        state = consent.ended or consent.state_at(now_s)  # one that this call ends has ended after the call began
        shown = {
            "number": consent.number,
            "agency": offer.agency,
            "purpose": offer.purpose,
            "state": state,
            "fields": offer.fields.split("\n"),
        }
        shown |= {"given_at": write_moment(consent.given_s), "until": write_moment(offer.until_s)}
        shown |= {} if document is None else {"title": document.value["title"]}
        return shown if not consent.ended else {**shown, "ended_at": write_moment(consent.ended_s)}

    def name_caller(self, x: Exchange) -> tuple[bytes, tuple[bytes, ...], str]:
        """Give the citizen's digest, those of the other keys, and the agency that calls.

        Faults: CITIZEN_MISSING.
        """
        if x.caller is None or not x.caller.subject:
            raise refuse("CITIZEN_MISSING")
        number = x.caller.subject
        return name_citizen(self.seal, number), list_others(self.seal, number), x.caller.agency


Supply = Callable[[Exchange], Flow[None]]


def _find_term(purpose: Document) -> float:
    """Give how long a consent for a purpose holds. Units: seconds."""
    return float(purpose.value.get("lasts") or _LASTS_S)


def build_consents(ground: Ground, document: Document, index: int) -> Route | None:
    """Compile a route that the gateway itself answers; None where something is wrong, which is noted."""
    do = document.value["consents"]["do"]
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    citizens = ground.citizens
    assert citizens is not None, "read before any route"
    need_stores(citizens.seal, document, ("consents",), "a consent", ground.notes)
    _check(ground, document, do)
    if call is None or citizens.seal is None or ground.notes.is_wrong(document):
        return None
    add = ground.layout.add_series
    cells = {name: {event: add("jembatan_consents_total", name, event) for event in ("given", "withdrawn")} for name in citizens.consenting}
    is_everyones = document.value["consents"].get("of") == "everyone"
    desk = Desk(citizens, citizens.seal, ground.purposes, ground.routes, ground.owners, cells, is_everyones)
    return replace(make_head(ground, document, call, _NOBODY, index), supply=_MAKERS[do](desk))


def _check(ground: Ground, document: Document, do: str) -> None:
    """Hold a route to the effect and the shapes of what it does."""
    value = document.value
    if value["consents"].get("of") and do not in _OF_MANY:
        hint = "take it out"
        ground.notes.note(
            document,
            ("consents", "of"),
            CODE_WORD,
            f"`of` chooses among consents that are there, and `{do}` looks at none",
            hint,
            on_key=True,
        )
    if value["effect"] != _EFFECTS[do]:
        ground.notes.note(document, ("effect",), CODE, f"to {do} consents is a {_EFFECTS[do]}", f"effect: {_EFFECTS[do]}")
    body, answer = value["call"].get("body") or "", answer_type(document)
    taken = CALLS[do]
    if bool(taken) != bool(body) or OPAQUE in (body, answer):
        what = f"a body with {' and '.join(taken['required'])}" if taken else "no body"
        ground.notes.note(
            document, ("call",), CODE, f"to {do} consents takes {what}", "call: {body: NAME@MAJOR}" if taken else "take it out"
        )
        return
    if body:
        _compare(ground, document, ("call", "body"), body, taken, "reads")
    _compare(ground, document, ("answer",), answer, SHAPES[do], "writes")


def _compare(ground: Ground, document: Document, path: Path, name: str, shape: Json, verb: str) -> None:
    """Note a schema of the route that says other than what the gateway reads or writes there."""
    known = ground.shelf.registry.documents
    if name not in known or name in ground.shelf.wrong_schemas:
        return
    both = Registry({**known, _OURS: shape})
    found = compare_schemas(both, *((name, _OURS) if verb == "reads" else (_OURS, name))).backward
    if found.word != "yes":
        message = f"what the gateway {verb} does not fit {name}: {found.reason}"
        ground.notes.note(document, path, CODE, message, "the shapes stand in docs/manual/citizens.md")


def _answer(x: Exchange, document: Json) -> None:
    x.answer, x.out_headers, x.origin = document, JSON_HEADERS, "gateway"


def _make_offer(desk: Desk) -> Supply:
    def offer(x: Exchange) -> Flow[None]:
        _, _, agency = desk.name_caller(x)
        _answer(x, desk.make_offer(agency, x.body["purpose"], x.began_s)[0])
        yield from ()

    return offer


def _make_give(desk: Desk) -> Supply:
    def give(x: Exchange) -> Flow[None]:
        subject, others, agency = desk.name_caller(x)
        purpose = x.body["purpose"]
        document, lines = desk.make_offer(agency, purpose, x.began_s)
        if document["shown"] != x.body["shown"]:
            raise refuse("CONSENT_OUTDATED")
        until_s = x.began_s + _find_term(desk.purposes[purpose])
        offer = Offer(subject, agency, purpose, lines, document["shown"], until_s, agency, x.id)

        def keep(stores: Stores) -> Consent | None:
            return stores.consents.give(offer, CONSENTS_MAX, others)

        found = yield from wait(Consult(keep))
        if found is None:
            raise refuse("CONFLICT", reason="too many consents")
        x.ports.count(desk.cells[purpose]["given"])
        _answer(x, desk.describe(found, x.began_s))

    return give


def _make_list(desk: Desk) -> Supply:
    def show(x: Exchange) -> Flow[None]:
        subject, others, agency = desk.name_caller(x)

        def find(stores: Stores) -> tuple[Consent, ...]:
            return stores.consents.list(subject, "" if desk.is_everyones else agency, SHOWN_MAX, others)

        found = yield from wait(Consult(find))
        _answer(x, {"consents": [desk.describe(each, x.began_s) for each in found]})

    return show


def _make_withdraw(desk: Desk) -> Supply:
    def withdraw(x: Exchange) -> Flow[None]:
        subject, others, agency = desk.name_caller(x)
        number = x.body["number"]

        def end(stores: Stores) -> Consent | None:
            return stores.consents.withdraw(subject, "" if desk.is_everyones else agency, number, agency, x.id, others)

        found = yield from wait(Consult(end))
        if found is None:
            raise refuse("CONSENT_NOT_FOUND", reason="number")
        if found.offer.purpose in desk.cells and found.ended_exchange == x.id:  # else it had ended before
            x.ports.count(desk.cells[found.offer.purpose]["withdrawn"])
        _answer(x, desk.describe(found, x.began_s))

    return withdraw


_MAKERS: dict[str, Callable[[Desk], Supply]] = {
    "offer": _make_offer,
    "give": _make_give,
    "list": _make_list,
    "withdraw": _make_withdraw,
}
