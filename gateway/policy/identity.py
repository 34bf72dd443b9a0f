"""Which agency calls: a bearer token of a known issuer, or an API key.

Laws: 1. One credential a call; two are refused, and none is missing. 2. A token names exactly one agency or is refused. 3. Each credential
judged is counted once, by scheme and outcome, both of closed sets. 4. A token that is not remembered costs its peer a
verification. 5. A token waits for its issuer's keys at most once.
Must not know: routes, grants, who fetches keys, where counters are kept.
Source: RFC 6750 2.1, RFC 9110 11.1 (scheme names are case-insensitive).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from gateway.values.asks import FetchKeys, Flow, wait
from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Caller, Json, Request

from .budget import Budget
from .issuers import Identity, IssuerOptions, JwtIdentity, KeyIdentity, name_claims
from .keys import Key, KeyRing, NotKeys
from .refusals import FAULTS, OUTCOMES, UNSETTLED, refuse_credential
from .token import Token, check_token, is_signed, read_subject, read_user, split_token
from .verdicts import Bad, Generations, Good, Verdicts

SCHEMES = ("jwt", "api_key", "none")
API_KEY_BYTES_MAX = 512
_CREDENTIALS = (b"authorization", b"x-api-key")


@dataclass(frozen=True, slots=True)
class IdentifyBounds:
    """What one worker may remember of credentials, and spend on them. Units: seconds, verifications per second, whole numbers."""

    verdicts_max: int = 16_384
    bad_verdicts_max: int = 4_096
    bad_s: float = 10.0
    peers_max: int = 4_096
    verifications_per_s: float = 100.0
    verifications_burst: float = 500.0
    keys_age_max_s: float = 300.0  # how long a withdrawn key may still be believed
    fetch_interval_s: float = 10.0


_BOUNDS = IdentifyBounds()


class _Issuer:
    """An issuer with its keys, and its agencies by the claims that they prove themselves with."""

    __slots__ = ("agencies", "options", "ring")

    def __init__(self, options: IssuerOptions, bounds: IdentifyBounds) -> None:
        self.options = options
        self.ring = KeyRing(options.url, bounds.keys_age_max_s, bounds.fetch_interval_s)
        self.agencies: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}  # names of claims → their values → agencies
        if options.jwks is not None:
            self.ring.take_keys(options.jwks, 0.0)

    def add_agency(self, identity: JwtIdentity) -> None:
        claims = name_claims(identity, self.options)
        names, values = tuple(name for name, _ in claims), tuple(value for _, value in claims)
        self.agencies.setdefault(names, {}).setdefault(values, []).append(identity.agency)

    def find_agency(self, claims: dict[str, Json]) -> str:
        """Give the one agency that these claims prove; costs one look-up for each set of names, however many agencies there are."""
        found: set[str] = set()
        for names, by_values in self.agencies.items():
            values = tuple(value for name in names if isinstance(value := claims.get(name), str))
            found.update(by_values.get(values, ()))  # one value too few finds nothing
        if len(found) != 1:
            raise refuse_credential("agency_ambiguous" if found else "agency_unknown")
        return found.pop()


class Identifier:
    """Place 2; implements `values.route.Identify`. Holds state, so a worker makes its own from the plan.

    Shape: `on_decision(scheme, outcome)` counts one credential; schemes stand in `SCHEMES`, outcomes in `refusals.Outcome`.
    Faults: NotKeys for an issuer whose `jwks` is no key set; KeyError for an identity of an unknown issuer (`check_identities`).
    """

    __slots__ = ("_agencies", "_bounds", "_budget", "_by_iss", "_on_decision", "_verdicts", "issuers")

    def __init__(
        self,
        issuers: Iterable[IssuerOptions],
        identities: Iterable[Identity],
        on_decision: Callable[[str, str], None],
        bounds: IdentifyBounds = _BOUNDS,
    ) -> None:
        self.issuers = {options.id: _Issuer(options, bounds) for options in issuers}
        self._by_iss = {issuer.options.iss: issuer for issuer in self.issuers.values()}
        self._agencies: dict[bytes, Caller] = {}  # digest of an API key → who; a digest leaks nothing by the time that its look-up takes
        for identity in identities:
            if isinstance(identity, JwtIdentity):
                self.issuers[identity.issuer].add_agency(identity)
            else:
                self._add_keys(identity)
        self._on_decision = on_decision
        self._bounds = bounds
        self._budget = Budget(bounds.verifications_per_s, bounds.verifications_burst, bounds.peers_max)
        self._verdicts = Verdicts(Generations(bounds.verdicts_max), Generations(bounds.bad_verdicts_max))

    def _add_keys(self, identity: KeyIdentity) -> None:
        for text in identity.hashes:
            self._agencies[bytes.fromhex(text.removeprefix("sha256:"))] = Caller(identity.agency, "api_key")

    def recall_caller(self, request: Request, now_s: float) -> Caller | None:
        """Give the caller of a credential that was verified before, or of an API key; None where it must be verified.

        Faults: CREDENTIAL_MISSING, CREDENTIAL_INVALID, and whatever bad verdict was kept.
        """
        headers = request.headers
        value = headers.get(b"authorization")
        if value is None or b"x-api-key" in headers or request.repeated:
            value = self._read_odd(request)
            if value is None:
                return self._find_key_owner(headers[b"x-api-key"])
        digest = sha256(value).digest()
        good = self._verdicts.good.recall(digest, now_s)
        if good is not None:
            self._on_decision("jwt", "accepted")
            return good.caller
        bad = self._verdicts.bad.recall(digest, now_s)
        if bad is not None:
            raise self._refuse("jwt", bad.fault)
        return None

    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]:
        """Verify a bearer token; may ask FetchKeys, once.

        Shape: `request` is one for which `recall_caller` gave None.
        Faults: CREDENTIAL_INVALID, CREDENTIAL_EXPIRED, VERIFICATIONS_SPENT, KEYS_UNAVAILABLE, and what is thrown in at the ask.
        """
        value = request.headers[b"authorization"]
        digest = sha256(value).digest()
        # A token that was good before costs its peer nothing: else many callers behind one address would fall due together.
        was_good = self._verdicts.good.is_kept(digest)
        retry_after_s = 0 if was_good else self._budget.spend(request.peer, now_s)
        if retry_after_s:
            raise self._refuse("jwt", replace(fault("VERIFICATIONS_SPENT"), retry_after_s=retry_after_s))
        try:
            good = yield from self._judge(_read_bearer(value), now_s)
        except Refused as no:
            if no.fault.kind.name.startswith("CREDENTIAL_") and no.fault.reason not in UNSETTLED:
                self._verdicts.bad.keep(digest, Bad(no.fault, now_s + self._bounds.bad_s))
            self._count("jwt", no.fault)
            raise
        self._verdicts.good.keep(digest, good)
        self._on_decision("jwt", "accepted")
        return good.caller

    def _judge(self, raw: bytes, now_s: float) -> Flow[Good]:
        token = split_token(raw)
        issuer = self._by_iss.get(token.iss)
        if issuer is None:
            raise refuse_credential("issuer_unknown")
        until_s = float(check_token(token, issuer.options, now_s))
        agency = issuer.find_agency(token.claims)  # before the keys: a stranger's token buys neither a fetch nor a verification
        key = yield from self._find_key(issuer, token, now_s)
        if not is_signed(token, key):
            raise refuse_credential("signature")
        caller = Caller(agency, "jwt", read_user(token, issuer.options), until_s, read_subject(token, issuer.options))
        ends_s = until_s + issuer.options.leeway_s
        if issuer.ring.url:
            ends_s = min(ends_s, now_s + self._bounds.keys_age_max_s)
        return Good(caller, ends_s, key.name)

    def _find_key(self, issuer: _Issuer, token: Token, now_s: float) -> Flow[Key]:
        ring = issuer.ring
        found = ring.look_up(token.kid, token.algorithm)
        if ring.is_fetch_due(token.kid, found != "key_unknown", now_s):
            failure = yield from self._renew_keys(issuer, now_s)
            found = ring.look_up(token.kid, token.algorithm)
            if found == "key_unknown" and failure is not None:
                raise Refused(failure)
            if found == "key_unknown":
                ring.note_unknown(token.kid, now_s)
        if isinstance(found, Key):
            return found
        if found == "key_unknown" and ring.url and (ring.has_failed or ring.fetched_s is None):
            raise Refused(_tell_unavailable(ring.wait_left_s(now_s), "keys not fetched"))
        raise refuse_credential(found)

    def _renew_keys(self, issuer: _Issuer, now_s: float) -> Flow[Fault | None]:
        """Wait for the issuer's keys; give why there are none. What is no failure of the fetch is thrown on."""
        ring = issuer.ring
        ring.begin_fetch(now_s)
        try:
            document = yield from wait(FetchKeys(issuer.options.id, ring.url))
            gone = ring.take_keys(document, now_s)
        except NotKeys:
            ring.note_failure()
            return _tell_unavailable(ring.wait_left_s(now_s), "no key set")
        except Refused as no:
            if no.fault.kind.name != "KEYS_UNAVAILABLE":
                raise
            ring.note_failure()
            return _tell_unavailable(ring.wait_left_s(now_s), no.fault.reason)
        finally:
            ring.end_fetch()
        self._verdicts.withdraw_keys(gone)
        self._verdicts.forget_bad()
        return None

    def _read_odd(self, request: Request) -> bytes | None:
        """Give the bearer header of a call that is not the plain one, None for an API key."""
        value, key = (request.headers.get(name) for name in _CREDENTIALS)
        scheme = "jwt" if value is not None else "api_key" if key is not None else "none"
        if scheme == "none":
            raise self._refuse(scheme, FAULTS["credential_missing"])
        if value is not None and key is not None:
            raise self._refuse(scheme, FAULTS["credential_two"])
        if any(name in request.repeated for name in _CREDENTIALS):
            raise self._refuse(scheme, FAULTS["credential_repeated"])
        return value

    def _find_key_owner(self, key: bytes) -> Caller:
        if not 0 < len(key) <= API_KEY_BYTES_MAX:
            raise self._refuse("api_key", FAULTS["api_key_size"])
        caller = self._agencies.get(sha256(key).digest())
        if caller is None:
            raise self._refuse("api_key", FAULTS["api_key_unknown"])
        self._on_decision("api_key", "accepted")
        return caller

    def _count(self, scheme: str, why: Fault) -> None:
        outcome = OUTCOMES.get(why.kind.name)
        if outcome is not None:  # a caller who left judged nothing
            self._on_decision(scheme, outcome)

    def _refuse(self, scheme: str, why: Fault) -> Refused:
        self._count(scheme, why)
        return Refused(why)


def _read_bearer(value: bytes) -> bytes:
    scheme, _, raw = value.partition(b" ")
    if scheme.lower() != b"bearer":
        raise refuse_credential("scheme_unknown")
    return raw.lstrip(b" ")


def _tell_unavailable(wait_s: float, why: str) -> Fault:
    return replace(fault("KEYS_UNAVAILABLE", reason=why), retry_after_s=max(1, int(wait_s) + 1))
