"""The vocabulary of a call: what came in, what goes out, who calls, and where an agency's system listens.

Laws: 1. Everything made at load is frozen; `Request`, `Reply` and `Response` are made on the hot path, so they have slots and
are not frozen, but nobody writes to one after it was made. 2. Header names are lower-case bytes.
Must not know: how any of this is read, checked, translated or sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

KEPT_MAX = 100_000  # idempotency keys of one caller
SANDBOX_ISSUER = "https://idp.sandbox.example"  # whose tokens are worth something in a sandbox only

Json: TypeAlias = Any  # what a JSON document decodes to; the only `Any` of the house
Headers: TypeAlias = dict[bytes, bytes]
Effect = Literal["read", "write", "write-once"]
Origin = Literal["gateway", "provider", "cache", "mock"]


@dataclass(slots=True)
class Request:
    """The head of a caller's message, as the wire let it through.

    Shape: `path` is the raw percent-encoded path, already canonical; `query` what follows `?`, raw, without it;
    `headers` one value a name; `repeated` the names that came more than once (their values are joined by `, `).
    """

    method: str
    path: str
    query: str
    headers: Headers
    peer: str
    repeated: tuple[bytes, ...] = ()
    has_body: bool = False


@dataclass(slots=True)
class Reply:
    """A provider's answer, whole (or its head, where the body is streamed); `headers` one value a name."""

    status: int
    headers: Headers
    body: bytes = b""
    upstream_s: float = 0.0


@dataclass(slots=True)
class Response:
    """What goes out: the answer or a problem; `headers` holds neither framing nor `Connection` (the wire's business)."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    origin: Origin = "gateway"
    close: bool = False
    streams: bool = False  # the body is relayed from the upstream of this exchange


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an agency, proved by a credential; `user` is the person it acts for, where the credential says so.

    Shape: of a journey's inner calls `agency` is `journey:ID`. `subject` is the number of the citizen who signed in at the agency's portal,
    and for whom it acts; it is told to nobody.
    """

    agency: str
    scheme: Literal["jwt", "api_key", "journey"]
    user: str = ""
    until_s: float = 0.0  # Unix seconds; when the credential ends
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How an upstream's TLS is checked and how we prove ourselves; paths of PEM files."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    server_name: str = ""
    is_tls12_allowed: bool = False


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """How an upstream is proved to that reads it in the SOAP header; the password is sent as a digest or as text."""

    username: str
    password: str = field(repr=False)
    is_digest: bool = True


@dataclass(frozen=True, slots=True)
class Upstream:
    """An agency backend: where it listens and its bounds. Of a family: the family itself (no host), or the backend of one of its rows.

    Shape: `head` is a block of header lines that every call carries (Host, credential), each ended by CRLF; `base` the
    path prefix of its URL without a trailing slash. All backends of a family have its `id` and `index`, and each the `place` (its address)
    whose connections it uses; "" = no family. Units: seconds, bytes, whole numbers.
    """

    id: str
    index: int
    host: str
    port: int
    base: str = ""
    head: bytes = b""
    tls: TlsOptions | None = None
    connect_s: float = 0.5
    answer_s: float = 5.0  # first byte and whole answer of a buffered call
    idle_s: float = 15.0  # a pooled connection idle for longer is not used again; also the progress bound of streams
    connections_max: int = 64
    body_bytes_max: int = 1 << 20
    username_token: UsernameToken | None = None
    place: str = ""
    family_connections_max: int = 0  # of all places of a family together; 0 = no family


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one caller's connection may cost. Units: bytes, seconds, bytes per second, whole numbers."""

    request_line_bytes_max: int = 8 << 10
    header_bytes_max: int = 16 << 10
    header_count_max: int = 64
    body_bytes_max: int = 1 << 20
    connections_max: int = 10_000
    connections_per_peer_max: int = 1_000
    requests_per_connection_max: int = 100_000
    pipelined_max: int = 16
    header_s: float = 10.0
    body_s: float = 30.0
    body_rate_min: float = 1024.0
    idle_s: float = 75.0
    write_s: float = 30.0
    write_buffer_bytes_max: int = 256 << 10
    grace_s: float = 1.0  # after SIGTERM: unready, still accepting
    drain_s: float = 30.0


@dataclass(frozen=True, slots=True)
class ServerTls:
    """Our own certificate, reloaded when its files change. Units: TLS 1.2 is spoken before tls12_until_s, Unix seconds."""

    cert_file: str
    key_file: str
    tls12_until_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Listener:
    """An address that we listen on; port 0 takes a free one."""

    host: str
    port: int
    tls: ServerTls | None = None


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """The file of the durable stores; a relative path is below the folder of the gateway's state.

    Shape: `kept_max` bounds the idempotency keys of one caller; `marks` are those of the keys, the one in use first, `before`
    that of the key which was in use before there were marks.
    """

    path: str
    kept_max: int = KEPT_MAX
    marks: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """What a `gateway:` document says."""

    id: str = "jembatan"
    data_plane: Listener = Listener("127.0.0.1", 8080)
    management: Listener = Listener("127.0.0.1", 9090)
    bounds: Bounds = Bounds()
    workers: int = 1
    loop: Literal["uvloop", "asyncio"] = "uvloop"
    stores: StoreOptions | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something of the plan that ends: a grant, a weakening, an assumption. Shape: `since` is its first day where that is said.

    Units: until_s Unix seconds.
    """

    what: Literal["grant", "weakening", "assume", "certificate"]
    id: str
    until_s: float
    since: str = ""
