"""A write that is done once however often it is sent: by the caller's Idempotency-Key.

Holds: `read_key` (the caller's header), `make_need_key` (the step that names the write), `WriteOnce` (places 5 to 7, or what came of them).
Laws: 1. Whoever sends the same key with the same call gets what the first got, withheld anew; with another call, a refusal. 2. While one is
running the others are told so. 3. What surely was not done frees its key; what nobody knows stays unsure, and a repeat is sent again under
the same name, by which the provider knows it. 4. What was done is answered, also where it could not be kept. 5. The caller's own key goes
nowhere: the provider and the store get a name drawn from it. 6. What is kept is sealed, and is the canonical answer before withholding.
Must not know: providers, where things are kept, how a name is sent.
Source: draft-ietf-httpapi-idempotency-key-header-07; RFC 9651 3.3.3 (strings).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from ..policy.seals import NotSealed, Seal
from ..schema.text import decode_json, encode_json, encode_sorted
from ..values.asks import Consult, Flow, wait
from ..values.faults import CATALOGUE, Fault, Refused, refuse
from ..values.kept import Claim, Claimed
from ..values.model import Json, Request
from ..values.route import Exchange, Step
from ..values.stores import Stores
from .doubt import is_in_doubt

HEADER = b"idempotency-key"
KEEP_S = 86_400.0
KEY_CHARS_MAX = 255
OUTCOMES = ("kept", "unkept", "late", "freed", "unsure", "replayed", "resent", "running", "other", "full")
_SWEEP = 2  # for each that comes at most two go, so that what is over does not gather
_BARE = re.compile(rb"[!#-~][!-~]{0,254}")
_QUOTED = re.compile(rb'"((?:[!#-\[\]-~]|\\["\\]){1,510})"')
_ESCAPED = re.compile(rb"\\(.)")
_RETRY_MAX_S = 5

_REFUSALS = {"other": "IDEMPOTENCY_KEY_REUSED", "full": "IDEMPOTENCY_KEYS_SPENT", "running": "WRITE_RUNNING"}


def read_key(request: Request) -> str:
    """Give the caller's Idempotency-Key.

    Shape: 1 to 255 visible ASCII characters, bare or as a quoted string; both spell the same key.
    Faults: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID.
    """
    value = request.headers.get(HEADER)
    if value is None:
        raise refuse("IDEMPOTENCY_KEY_MISSING")
    quoted = _QUOTED.fullmatch(value)
    if HEADER in request.repeated or not (quoted or _BARE.fullmatch(value)):
        raise refuse("IDEMPOTENCY_KEY_INVALID")
    key = value if quoted is None else _ESCAPED.sub(rb"\1", quoted[1])
    if len(key) > KEY_CHARS_MAX:
        raise refuse("IDEMPOTENCY_KEY_INVALID")
    return key.decode("ascii")


def make_need_key(seal: Seal, operation: str) -> Step:
    """Make the step that names a write after its caller, operation and key; one that is named already keeps its name.

    Faults: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID.
    """

    def need_key(x: Exchange) -> None:
        if not x.idempotency_key:
            x.idempotency_key = name_write(seal, x, operation)

    return need_key


def name_write(key: Seal, x: Exchange, operation: str) -> str:
    """Give the name that a key of the store gives to a caller's write.

    Faults: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID.
    """
    assert x.caller is not None, "who calls is known before what is written"
    return key.name("write once", x.caller.agency, operation, read_key(x.request))


def list_others(seal: Seal, x: Exchange, operation: str) -> tuple[tuple[Seal, str], ...]:
    """Give the other keys of the store with the name that each gives to a write; one that came with its name has it under all of them."""
    is_named = HEADER not in x.request.headers
    return tuple((key, x.idempotency_key if is_named else name_write(key, x, operation)) for key in seal.others)


@dataclass(frozen=True, slots=True)
class WriteOnce:
    """Places 5 to 7 of a write-once operation, around the flow that does them.

    Shape: `cells` counts by outcome. Units: seconds; nobody else may do the write for `lease_s`.
    """

    seal: Seal
    operation: str
    lease_s: float
    keep_s: float
    most: int
    cells: Mapping[str, int]

    def __call__(self, x: Exchange, supply: Flow[None]) -> Flow[None]:
        """Do it, or give what came of it before. What stands under the name of another key keeps that name, by which its provider knows it.

        Faults: IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEYS_SPENT, WRITE_RUNNING, STORE_UNAVAILABLE, STORE_KEY_UNKNOWN; those of the operation.
        """
        claimed = yield from wait(Consult(self._make_claim(x)))
        x.idempotency_key = claimed.name or x.idempotency_key
        if claimed.standing == "kept":
            self._recall(x, claimed.answer)
            return
        if claimed.standing != "ours":
            raise self._refuse(x, claimed)
        if claimed.is_repeat:
            self._count(x, "resent")
        x.is_repeat = claimed.is_repeat
        try:
            yield from supply
        except Exception as error:
            yield from self._give_up(x, claimed.turn, error)
            raise
        yield from self._keep(x, claimed.turn)

    def _make_claim(self, x: Exchange) -> _Claim:
        caller, name = x.caller, x.idempotency_key
        assert caller is not None
        others = tuple((other, digest_call(key, x, other)) for key, other in list_others(self.seal, x, self.operation))
        return _Claim(Claim(name, caller.agency, digest_call(self.seal, x, name), self.lease_s, self.keep_s, self.most, others))

    def _recall(self, x: Exchange, sealed: bytes) -> None:
        try:
            answer, headers = decode_json(self.seal.open(sealed, x.idempotency_key.encode()), big_integers=True)
        except NotSealed as error:
            raise refuse("STORE_UNAVAILABLE", reason="what was kept does not open") from error
        x.answer = answer
        x.out_headers = tuple((name.encode(), value.encode()) for name, value in headers)
        x.origin = "cache"
        self._count(x, "replayed")

    def _refuse(self, x: Exchange, claimed: Claimed) -> Refused:
        self._count(x, claimed.standing)
        after = min(max(ceil(claimed.left_s), 1), _RETRY_MAX_S) if claimed.standing == "running" else None
        return Refused(Fault(CATALOGUE[_REFUSALS[claimed.standing]], retry_after_s=after))

    def _keep(self, x: Exchange, turn: int) -> Flow[None]:
        """Keep what came of it; where that cannot be, a repeat finds it unsure once the lease has ended."""
        name = x.idempotency_key
        headers: Json = [(key.decode("ascii"), value.decode("ascii")) for key, value in x.out_headers if key in _KEPT_HEADERS]
        sealed = self.seal.close(encode_json([x.answer, headers]), name.encode())
        try:
            is_held = yield from wait(Consult(lambda stores: stores.keys.keep(name, turn, sealed)))
        except Refused:
            self._count(x, "unkept")
        else:
            self._count(x, "kept" if is_held else "late")

    def _give_up(self, x: Exchange, turn: int, error: Exception) -> Flow[None]:
        """Free the key of what surely was not done; leave the rest unsure."""
        name = x.idempotency_key
        is_free = is_surely_not_done(x, error)
        self._count(x, "freed" if is_free else "unsure")
        try:
            yield from wait(Consult(lambda stores: stores.keys.free(name, turn) if is_free else stores.keys.doubt(name, turn)))
        except Refused:
            return  # it runs until its lease has ended, and is unsure then

    def _count(self, x: Exchange, outcome: str) -> None:
        x.ports.count(self.cells[outcome])


_KEPT_HEADERS = frozenset((b"content-type", b"content-language"))


@dataclass(frozen=True, slots=True)
class _Claim:
    """The deed that claims a name, and takes away what is over."""

    claim: Claim

    def __call__(self, stores: Stores) -> Claimed:
        stores.keys.sweep(_SWEEP)
        return stores.keys.claim(self.claim)


def digest_call(seal: Seal, x: Exchange, name: str) -> bytes:
    """Give what tells a call from another one under the same name: who makes it, for what, and all that it says."""
    user = "" if x.caller is None else x.caller.user
    body = hashlib.sha256(x.body).hexdigest() if isinstance(x.body, bytes) else x.body
    return seal.digest(name.encode(), encode_sorted([user, x.purpose, x.path, x.query, x.headers, body]))


def is_surely_not_done(x: Exchange, error: Exception) -> bool:
    """Say whether a write that failed so was surely not done: it was never sent, or the provider said no."""
    if not isinstance(error, Refused):
        return False
    return x.call is None or x.call.effect == "read" or not is_in_doubt(error.fault)
