"""Which key of its issuer signed a token: a key set read strictly, and when it is fetched anew.

Holds: `read_keys` (JWKS → keys), `KeyRing` (the keys of one issuer over time).
Laws: 1. A set is replaced as a whole; a document that is no key set replaces nothing. 2. A key serves the algorithms of its type
only (ES256 with P-256 and nothing else), less where it names its `alg`. 3. A private or symmetric key is never used. 4. An unknown
`kid` waits for one fetch at most and then is remembered, bounded, as unknown; fetches are an interval apart, whoever asks. 5. While
the issuer is down the last good keys serve. 6. What leaves the ring is told by name, so that verdicts made by it can be dropped.
Must not know: who fetches, tokens' claims.
Source: RFC 7517, RFC 7518 6, RFC 8037 2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.values.model import Json

from .strict import NotStrict, read_base64url, read_object

DOCUMENT_BYTES_MAX = 256 << 10
KEYS_MAX = 100
RSA_BITS_MIN, RSA_BITS_MAX = 2_048, 8_192
EXPONENT_MIN, EXPONENT_BYTES_MAX = 65_537, 4
KID_CHARACTERS_MAX = 256
UNKNOWN_KIDS_MAX = 1_024

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_RSA_ALGORITHMS = ("PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
_CURVES: dict[str, tuple[ec.EllipticCurve, int, str]] = {  # crv → curve, bytes of a coordinate, its only algorithm
    "P-256": (ec.SECP256R1(), 32, "ES256"),
    "P-384": (ec.SECP384R1(), 48, "ES384"),
    "P-521": (ec.SECP521R1(), 66, "ES512"),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One public key. `name` tells it from every other, also from another one of the same `kid`."""

    name: str
    kid: str
    type: str  # RSA, P-256, P-384, P-521, Ed25519
    algorithms: frozenset[str]
    public: PublicKey


@dataclass(frozen=True, slots=True)
class KeySet:
    """What a JWKS document held: the keys we use, and for each entry that we do not, its index and why."""

    keys: tuple[Key, ...]
    skipped: tuple[tuple[int, str], ...]


class NotKeys(Exception):
    """The document is no key set, or beyond its bounds; nothing of it is used."""


class _Skip(Exception):
    """This entry is not for us; the argument says why, in a word."""


def read_keys(document: bytes) -> KeySet:
    """Read a JWKS document; what we cannot or must not use is left out and said.

    Faults: NotKeys.
    """
    if len(document) > DOCUMENT_BYTES_MAX:
        raise NotKeys("too large")
    try:
        entries = read_object(document).get("keys")
    except NotStrict:
        raise NotKeys("not one JSON object with distinct names") from None
    if not isinstance(entries, list):
        raise NotKeys("no list `keys`")
    if len(entries) > KEYS_MAX:
        raise NotKeys("too many keys")
    found: list[tuple[int, Key]] = []
    skipped: list[tuple[int, str]] = []
    for index, entry in enumerate(entries):
        try:
            found.append((index, _read_key(entry)))
        except _Skip as why:
            skipped.append((index, str(why)))
    return _leave_doubtful_out(found, skipped)


def _leave_doubtful_out(found: list[tuple[int, Key]], skipped: list[tuple[int, str]]) -> KeySet:
    """Use neither of two keys of one type that bear the same `kid`: which one is meant nobody can say."""
    seen: dict[tuple[str, str], int] = {}
    for _, key in found:
        seen[(key.kid, key.type)] = seen.get((key.kid, key.type), 0) + 1
    doubtful = [(index, "kid_twice") for index, key in found if key.kid and seen[(key.kid, key.type)] > 1]
    left_out = {index for index, _ in doubtful}
    return KeySet(tuple(key for index, key in found if index not in left_out), tuple(sorted(skipped + doubtful)))


def _read_key(entry: Json) -> Key:
    if not isinstance(entry, dict):
        raise _Skip("not_an_object")
    if any(name in entry for name in _PRIVATE):
        raise _Skip("private")
    kid = entry.get("kid", "")
    if not isinstance(kid, str) or len(kid) > KID_CHARACTERS_MAX:
        raise _Skip("kid")
    _check_use(entry)
    type_, algorithms, public, material = _read_material(entry)
    if "alg" in entry:
        algorithms = frozenset(name for name in algorithms if name == entry["alg"])
    if not algorithms:
        raise _Skip("algorithm")
    digest = hashlib.sha256(b"\0".join((type_.encode(), material, ",".join(sorted(algorithms)).encode())))
    return Key(f"{kid}:{digest.hexdigest()}", kid, type_, algorithms, public)


def _read_material(entry: dict[str, Json]) -> _Read:
    kty = entry.get("kty")
    reader = _READERS.get(kty) if isinstance(kty, str) else None
    if reader is None:
        raise _Skip("type")
    try:
        return reader(entry)
    except (NotStrict, ValueError, UnsupportedAlgorithm):
        raise _Skip("material") from None


def _check_use(entry: dict[str, Json]) -> None:
    if entry.get("use", "sig") != "sig":
        raise _Skip("use")
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise _Skip("use")


def _read_part(entry: dict[str, Json], name: str) -> bytes:
    value = entry.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise NotStrict
    return read_base64url(value.encode())


_Read = tuple[str, frozenset[str], PublicKey, bytes]


def _read_rsa(entry: dict[str, Json]) -> _Read:
    modulus, exponent = _read_part(entry, "n"), _read_part(entry, "e")
    if modulus[0] == 0 or exponent[0] == 0 or len(exponent) > EXPONENT_BYTES_MAX:
        raise NotStrict  # RFC 7518 2: Base64urlUInt has no leading zero octets
    n, e = int.from_bytes(modulus), int.from_bytes(exponent)
    if not RSA_BITS_MIN <= n.bit_length() <= RSA_BITS_MAX or e < EXPONENT_MIN or not (n & e & 1):
        raise NotStrict
    return "RSA", frozenset(_RSA_ALGORITHMS), rsa.RSAPublicNumbers(e, n).public_key(), modulus + b"\0" + exponent


def _read_ec(entry: dict[str, Json]) -> _Read:
    name = entry.get("crv")
    row = _CURVES.get(name) if isinstance(name, str) else None
    if not isinstance(name, str) or row is None:
        raise _Skip("type")
    curve, size, algorithm = row
    x, y = _read_part(entry, "x"), _read_part(entry, "y")
    if len(x) != size or len(y) != size:
        raise NotStrict
    public = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve).public_key()  # refuses what is off the curve
    return name, frozenset((algorithm,)), public, x + y


def _read_okp(entry: dict[str, Json]) -> _Read:
    if entry.get("crv") != "Ed25519":
        raise _Skip("type")
    x = _read_part(entry, "x")
    return "Ed25519", frozenset(("EdDSA",)), ed25519.Ed25519PublicKey.from_public_bytes(x), x


_READERS: dict[str, Callable[[dict[str, Json]], _Read]] = {"RSA": _read_rsa, "EC": _read_ec, "OKP": _read_okp}
_TYPE_OF = {**dict.fromkeys(_RSA_ALGORITHMS, "RSA"), **{row[2]: name for name, row in _CURVES.items()}, "EdDSA": "Ed25519"}


@dataclass(slots=True)
class KeyRing:
    """The keys of one issuer over time; asks for nothing itself, only says when a fetch is due.

    Shape: `url` is empty where the keys come from a file and are never fetched. Units: seconds; times are Unix seconds.
    """

    url: str = ""
    age_max_s: float = 300.0
    interval_s: float = 10.0
    unknown_s: float = 60.0
    keys: tuple[Key, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    fetched_s: float | None = None  # when the keys that serve came
    tried_s: float | None = None  # when the last fetch began
    has_failed: bool = False  # the last fetch that ended brought no keys
    waiting: int = 0  # exchanges that wait for the fetch under way
    _unknown: dict[str, float] = field(default_factory=dict)  # kid → until when it is taken for unknown

    def take_keys(self, document: bytes, now_s: float) -> frozenset[str]:
        """Replace the keys by those of a document; give the names of keys that are gone.

        Faults: NotKeys, and then the keys stay as they were.
        """
        found = read_keys(document)
        gone = frozenset(key.name for key in self.keys) - {key.name for key in found.keys}
        self.keys, self.skipped = found.keys, found.skipped
        self.fetched_s, self.has_failed = now_s, False
        return gone

    def look_up(self, kid: str, algorithm: str) -> Key | str:
        """Give the one key for this `kid` and algorithm, or the reason why there is none.

        Shape: a reason is `key_unknown`, `kid_missing` or `algorithm_not_of_key`.
        """
        of_type = [key for key in self.keys if key.type == _TYPE_OF[algorithm]]
        named = [key for key in of_type if key.kid == kid] if kid else of_type
        if not named:
            return "algorithm_not_of_key" if kid and any(key.kid == kid for key in self.keys) else "key_unknown"
        if len(named) > 1:
            return "kid_missing"
        return named[0] if algorithm in named[0].algorithms else "algorithm_not_of_key"

    def is_fetch_due(self, kid: str, is_known: bool, now_s: float) -> bool:
        """Say whether a token of this `kid` has to wait for a fetch, one under way or a new one."""
        if not self.url:
            return False
        if is_known:
            return self.is_stale(now_s) and not self._is_too_soon(now_s)
        if now_s < self._unknown.get(kid, now_s):
            return False
        return self.waiting > 0 or not self._is_too_soon(now_s)

    def is_stale(self, now_s: float) -> bool:
        """Say whether the keys are older than they may be without a look at the issuer."""
        return bool(self.url) and (self.fetched_s is None or not 0 <= now_s - self.fetched_s < self.age_max_s)

    def _is_too_soon(self, now_s: float) -> bool:
        return self.tried_s is not None and 0 <= now_s - self.tried_s < self.interval_s

    def begin_fetch(self, now_s: float) -> None:
        """Note that an exchange begins to wait; the first of them begins the fetch."""
        if not self.waiting:
            self.tried_s = now_s
        self.waiting += 1

    def end_fetch(self) -> None:
        """Note that an exchange waits no more, whatever came of it."""
        self.waiting -= 1

    def note_failure(self) -> None:
        """Note that the fetch brought no keys; those we have go on serving."""
        self.has_failed = True

    def note_unknown(self, kid: str, now_s: float) -> None:
        """Remember that the issuer, asked just now, does not know this `kid`; the oldest memory goes first."""
        self._unknown.pop(kid, None)
        if len(self._unknown) >= UNKNOWN_KIDS_MAX:
            del self._unknown[next(iter(self._unknown))]
        self._unknown[kid] = now_s + self.unknown_s

    def wait_left_s(self, now_s: float) -> float:
        """Give how long until the next fetch may begin; 0 = now."""
        if self.tried_s is None or now_s < self.tried_s:
            return 0.0
        return max(0.0, self.tried_s + self.interval_s - now_s)
