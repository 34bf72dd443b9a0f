"""`gateway:` how Jembatan itself listens, and its bounds. `issuer:` who vouches for callers."""

from __future__ import annotations

from ...values.keys import FLAG, TEXT, Key, KindSpec, ListOf, OneOf, Record, Scalar
from .common import COUNT, PLAIN_ID, WEAKENS

_WAIT = Scalar("duration", low=0.001, high=3600)
_SIZE = Scalar("size", low=1, high=1 << 30)


def _size(name: str, doc: str, default: int, low: int = 1024) -> Key:
    return Key(name, Scalar("size", low=low, high=1 << 30), doc, default=default, unit="bytes")


def _wait(name: str, doc: str, default: float) -> Key:
    return Key(name, _WAIT, doc, default=default, unit="seconds")


def _count(name: str, doc: str, default: int) -> Key:
    return Key(name, COUNT, doc, default=default)


_BOUNDS = Record(
    (
        _size("request_line", "The longest request line.", 8 << 10),
        _size("headers", "All header lines together.", 16 << 10),
        _count("header_count", "How many header lines.", 64),
        _size("body", "The largest body where a route names none of its own.", 1 << 20),
        _count("connections", "Connections in all.", 10_000),
        _count("connections_per_peer", "Connections of one address.", 1_000),
        _count("requests_per_connection", "Requests before a connection is closed.", 100_000),
        _count("pipelined", "Requests of one connection taken in a row, before others have their turn.", 16),
        _wait("header_deadline", "How long a head may take.", 10.0),
        _wait("body_deadline", "How long a buffered body may take.", 30.0),
        _size("body_rate", "How much of a body must come each second.", 1 << 10, low=1),
        _wait("idle", "How long a connection may be idle.", 75.0),
        _wait("write_deadline", "How long a caller may take to read what waits for it.", 30.0),
        _size("write_buffer", "How much of an answer waits for a slow caller.", 256 << 10),
    ),
    name="bounds",
)
_DRAIN = Record(
    (
        Key("grace", Scalar("duration", low=0, high=600), "After SIGTERM: unready, still accepting.", default=1.0, unit="seconds"),
        _wait("deadline", "How long running calls may take to end.", 30.0),
    ),
    name="drain",
)
_TLS = Record(
    (
        Key(
            "cert",
            Scalar("path"),
            "The certificate chain, PEM; read again when it changes.",
            required=True,
            example="/etc/jembatan/tls.pem",
        ),
        Key("key", Scalar("path"), "The private key, PEM.", required=True, example="/etc/jembatan/tls.key"),
    ),
    name="tls",
)

_CURSORS = Record(
    (
        Key(
            "key",
            Scalar("secret"),
            "The secret that callers' cursors are sealed with, 32 characters or more.",
            required=True,
            example='"${env:CURSOR_KEY}"',
        ),
        Key("lifetime", Scalar("duration", low=1, high=86_400 * 31), "How long a cursor holds.", default=3600.0, unit="seconds"),
    ),
    name="cursors",
)

_STORES = Record(
    (
        Key(
            "path",
            Scalar("string", low=1, high=300),
            "The file; a relative path is below the gateway's state (`serve --state`). All workers of one machine share it.",
            required=True,
            example="state.db",
        ),
        Key(
            "key",
            Scalar("secret"),
            "The secret that what is kept is sealed with, 32 characters or more; a sandbox may do without.",
            example='"${env:STORE_KEY}"',
        ),
        Key(
            "former",
            ListOf(Scalar("secret"), least=1, most=8),
            "Keys that were in use before, the latest first: what was sealed with them opens, what was named by them is found.",
            example='["${env:STORE_KEY_2025}"]',
        ),
        Key(
            "next",
            Scalar("secret"),
            "The key that comes next: known to every worker before the first one uses it.",
            example='"${env:STORE_KEY_2027}"',
        ),
        Key(
            "kept",
            Scalar("integer", low=1, high=10_000_000),
            "How many Idempotency-Keys of one caller are kept at a time.",
            default=100_000,
        ),
    ),
    name="stores",
)

GATEWAY = KindSpec(
    "gateway",
    PLAIN_ID,
    Record(
        (
            Key("listen", Scalar("address"), "Where callers are served.", default="127.0.0.1:8080", example="0.0.0.0:8443"),
            Key("tls", _TLS, "TLS 1.3 towards callers; without it, plain text."),
            Key("management", Scalar("address"), "Where health, metrics and the admin API are served.", default="127.0.0.1:9090"),
            Key("workers", Scalar("integer", low=1, high=256), "How many worker processes.", default=1),
            Key("loop", Scalar("enum", choices=("uvloop", "asyncio")), "The event loop of the workers.", default="uvloop"),
            Key("bounds", _BOUNDS, "What one caller's connection may cost."),
            Key("drain", _DRAIN, "How a worker ends."),
            Key("cursors", _CURSORS, "How the cursors of lists are sealed; outside the sandbox lists in pages need it."),
            Key("stores", _STORES, "Where lasts what must outlive a process: answers by Idempotency-Key, journeys, consents."),
            Key(
                "sandbox",
                FLAG,
                "For trials: the sandbox's identity provider, or keys in plain text, may vouch for callers.",
                default=False,
            ),
            WEAKENS,
        )
    ),
    "How Jembatan itself listens, and its bounds. At most one in a federation.",
    example="gateway: national\nlisten: 127.0.0.1:8080\nmanagement: 127.0.0.1:9090\nworkers: 4\nbounds: {body: 256KiB}\n",
)

_KEYS = OneOf(
    records=(
        ("file", Record((Key("file", Scalar("file"), "A JWKS file beside this.", required=True, example="idp.jwks.json"),), name="keys")),
        ("url", Record((Key("url", Scalar("url"), "Where the JWKS is fetched: https, or http to loopback.", required=True),), name="keys")),
    )
)
_CLAIMS = Record(
    (
        Key("agency", TEXT, "The claim that names the agency.", default="agency"),
        Key("user", TEXT, "The claim that names the person whom it acts for.", default="sub"),
        Key(
            "subject",
            TEXT,
            "The claim with a citizen's number (NIK): their sign-in at the agency's portal gave the token, for an hour at most.",
            example="nik",
        ),
    ),
    name="claims",
)
_ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")

ISSUER = KindSpec(
    "issuer",
    PLAIN_ID,
    Record(
        (
            Key("iss", Scalar("string", low=1, high=300), "What the claim `iss` must be.", required=True, example="https://idp.example"),
            Key(
                "audiences", ListOf(TEXT, least=1, most=20), "One of these must be in the claim `aud`.", required=True, example="[jembatan]"
            ),
            Key(
                "algorithms",
                ListOf(Scalar("enum", choices=_ALGORITHMS), least=1, most=10),
                "The algorithms that this issuer signs with.",
                required=True,
                example="[ES256]",
            ),
            Key("keys", _KEYS, "Where its public keys are.", required=True, example="{file: idp.jwks.json}"),
            Key("claims", _CLAIMS, "What its claims are called."),
            Key("leeway", Scalar("duration", low=0, high=300), "How far clocks may differ.", default=30.0, unit="seconds"),
            Key(
                "lifetime_max",
                Scalar("duration", low=1, high=86_400 * 31),
                "The longest life of a token.",
                default=86_400.0,
                unit="seconds",
            ),
        )
    ),
    "Who vouches for callers: an identity provider, its keys and its claims.",
    example="issuer: national-idp\niss: https://idp.example\naudiences: [jembatan]\nalgorithms: [ES256]\nkeys: {file: idp.jwks.json}\n",
)
