"""`upstream:` an agency backend: address, dialect, credentials, limits."""

from __future__ import annotations

from ...values.keys import FLAG, OPEN, TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar
from .app import ENTRY
from .common import AGENCY, FAULT_NAME, FIELD, HEADER_NAME, PLAIN_ID, SECRET, SOURCE, STATUS, WEAKENS, later_key
from .table import COLUMN

_AUTH = Record(
    (
        Key(
            "basic",
            Record(
                (
                    Key("username", SECRET, "The name.", required=True, example="${env:SIAK_USER}"),
                    Key("password", SECRET, "The password.", required=True, example="${file:/run/secrets/siak}"),
                ),
                name="basic",
            ),
            "A name and a password.",
        ),
        Key(
            "bearer",
            Record((Key("token", SECRET, "The token.", required=True, example="${env:TOKEN}"),), name="bearer"),
            "A fixed bearer token.",
        ),
        Key(
            "api_key",
            Record(
                (
                    Key("header", HEADER_NAME, "The header that carries it.", required=True, example="X-Api-Key"),
                    Key("value", SECRET, "The key.", required=True, example="${env:KEY}"),
                ),
                name="api_key",
            ),
            "A key in a header.",
        ),
        Key(
            "mtls",
            Record(
                (
                    Key("cert", Scalar("path"), "Our client certificate, PEM.", required=True, example="/etc/jembatan/client.pem"),
                    Key("key", Scalar("path"), "Its private key, PEM.", required=True, example='"${file:/run/secrets/client.key}"'),
                ),
                name="mtls",
            ),
            "A client certificate.",
        ),
        later_key("oauth2", "A token fetched with client credentials."),
        Key(
            "ws_security",
            Record(
                (
                    Key("username", SECRET, "The name.", required=True, example="${env:SIKDA_USER}"),
                    Key("password", SECRET, "The password.", required=True, example="${file:/run/secrets/sikda}"),
                    Key("digest", FLAG, "Whether the password is sent as a digest with nonce and time, or as text.", default=True),
                ),
                name="ws_security",
            ),
            "A UsernameToken in the SOAP header.",
        ),
    ),
    exactly_one=(("basic", "bearer", "api_key", "mtls", "oauth2", "ws_security"),),
    name="auth",
)
_ELSE = Key("else", FAULT_NAME, "Every other code.", required=True, example="PROVIDER_FAILED")
_PAYLOAD = Key("payload", FIELD, "What schemas and mappings describe; absent = the whole document.", example="data")
_CODE = Key("code", FIELD, "Where the verdict stands.", required=True, example="status")
_CODE_TEXT = Scalar("string", high=100)


def _envelope(success: Key, faults: Key, extra: tuple[Key, ...] = ()) -> Record:
    return Record((_CODE, *extra, success, _PAYLOAD, faults), name="envelope")


_TEXT_ENVELOPE = _envelope(
    Key("success", ListOf(_CODE_TEXT, least=1, most=50), "The codes that mean success.", required=True, example='["00"]'),
    Key(
        "faults",
        MapOf(FAULT_NAME, key=_CODE_TEXT, least=1),
        "Code → fault; `else` is required.",
        required=True,
        example="{else: PROVIDER_FAILED}",
    ),
)
_TYPED_ENVELOPE = _envelope(
    Key("success", ListOf(OPEN, least=1, most=50), "The codes that mean success.", required=True, example="[200]"),
    Key(
        "faults",
        MapOf(FAULT_NAME, least=1, numbers=True),
        "Code → fault; `else` is required.",
        required=True,
        example="{else: PROVIDER_FAILED}",
    ),
    (Key("type", Scalar("enum", choices=("string", "integer", "boolean")), "The type of the code.", example="integer"),),
)
_PAGING = Record(
    (
        Key(
            "style",
            Scalar("enum", choices=("page", "offset", "cursor", "none")),
            "What its pages are asked for by: a number, an offset, a cursor; none = one answer holds all.",
            required=True,
            example="page",
        ),
        Key(
            "size_max", Scalar("integer", low=1, high=1000), "How many elements a page holds at most; all but none need it.", example="100"
        ),
        Key("first", Scalar("integer", low=0, high=1), "The number of the first page (1 where nothing is said); style page.", example="0"),
        Key(
            "query",
            MapOf(SOURCE, key=Scalar("string", high=64), most=10),
            "Query names of every call of a list: page.number, page.offset, page.cursor, page.size; or a route's bindings.",
            example="{hal: page.number, jml: page.size}",
        ),
        Key("items", FIELD, "Where the elements stand in the payload; absent = the payload is the list.", example="rows"),
        Key("total", FIELD, "Where all elements are counted, in the whole answer; styles page and offset.", example="meta.total"),
        Key("more", FIELD, "Where true or false says whether more follows, in the whole answer.", example="meta.lagi"),
        Key("next", FIELD, "Where the next cursor stands, in the whole answer; style cursor.", example="paging.next"),
        Key("single", FLAG, "Whether one element may stand as an object instead of a list, and none as null or absent.", default=False),
    ),
    name="paging",
)
_IDEMPOTENCY = Record(
    (
        Key("header", HEADER_NAME, "The header by which it knows a repeat.", required=True, example="Idempotency-Key"),
        Key(
            "form",
            Scalar("enum", choices=("quoted", "bare")),
            "How the key stands in it: as a string in quotes, as the draft of the IETF has it, or bare.",
            default="quoted",
        ),
    ),
    name="idempotency",
)
_DIALECT = Record(
    (
        Key(
            "format",
            Scalar("enum", choices=("json", "xml", "soap11", "soap12")),
            "What its messages are written in.",
            default="json",
        ),
        Key(
            "envelope",
            OneOf(records=(("type", _TYPED_ENVELOPE),), mapping=_TEXT_ENVELOPE),
            "The verdict inside a 200 and where the payload stands.",
        ),
        Key(
            "http",
            MapOf(FAULT_NAME, key=STATUS, numbers=True),
            "HTTP status → fault, before the envelope.",
            example="{404: SUBJECT_NOT_FOUND}",
        ),
        Key(
            "namespace",
            Scalar("string", high=500),
            "The namespace of the messages' roots in XML, and of what is in them, unless a schema says another.",
            example="urn:sikda:kunjungan:2",
        ),
        Key(
            "faults",
            MapOf(FAULT_NAME, key=_CODE_TEXT, least=1),
            "Code of a SOAP fault (its local name) → fault; `else` is required.",
            example="{Client.TidakDitemukan: SUBJECT_NOT_FOUND, else: PROVIDER_FAILED}",
        ),
        Key(
            "encoding",
            Scalar("enum", choices=("utf-8", "utf-16", "iso-8859-1", "windows-1252")),
            "What its XML is encoded in, where it is not UTF-8; we write UTF-8.",
            example="iso-8859-1",
        ),
        Key(
            "idempotency",
            OneOf(scalar=Scalar("enum", choices=("none",)), mapping=_IDEMPOTENCY),
            "How it knows that a write is a repeat, by a key of ours; none = it does not. Operations that are write-once need it said.",
            example="{header: Idempotency-Key}",
        ),
        Key("paging", _PAGING, "How it gives lists page by page; absent = whole, in one answer."),
    ),
    name="dialect",
)
_LIMITS = Record(
    (
        Key("connect", Scalar("duration", low=0.001, high=60), "How long a connection may take.", default=0.5, unit="seconds"),
        Key("answer", Scalar("duration", low=0.001, high=3600), "How long a whole answer may take.", default=5.0, unit="seconds"),
        Key("idle", Scalar("duration", low=0.001, high=3600), "How long a pooled connection is used again.", default=15.0, unit="seconds"),
        Key("connections", Scalar("integer", low=1, high=10_000), "Connections of one worker; of a family, to one address.", default=64),
        Key(
            "family",
            Scalar("integer", low=1, high=100_000),
            "Of a family: connections of one worker to all its addresses together; absent = 256.",
            example="512",
        ),
        Key("body", Scalar("size", low=1, high=1 << 30), "The largest answer.", default=1 << 20, unit="bytes"),
    ),
    name="limits",
)
_TLS = Record(
    (
        Key("ca", Scalar("path"), "The authorities that its certificate is checked against, PEM.", example="/etc/jembatan/agency-ca.pem"),
        Key("server_name", TEXT, "The name that its certificate must have, where it is not the host of its URL."),
    ),
    name="tls",
)

_PER = Record(
    (
        Key("table", Scalar("reference", of=("table",)), "The table whose rows are the backends.", required=True, example="puskesmas"),
        Key(
            "where",
            MapOf(Scalar("string", low=1, high=200), key=COLUMN, most=10),
            "Which of its rows: column and value; absent = all.",
            example="{software: simpus}",
        ),
    ),
    name="per",
)

UPSTREAM = KindSpec(
    "upstream",
    PLAIN_ID,
    Record(
        (
            Key("owner", AGENCY, "The agency that it belongs to; of a family, where no column `owner` says it by row.", example="dukcapil"),
            Key(
                "url",
                Scalar("url"),
                "Its address, with the path that all its operations share; of a family, what rows whose `url` is a path stand below.",
                example="${env:SIAK_URL}",
            ),
            Key("per", _PER, "A family: one backend a row of a table.", example="{table: puskesmas, where: {software: simpus}}"),
            Key(
                "auth",
                OneOf(scalar=Scalar("enum", choices=("none",)), mapping=_AUTH),
                "How we prove ourselves to it; none needs a weakening.",
                required=True,
                example="{basic: {username: ..., password: ...}}",
            ),
            Key("tls", _TLS, "How its certificate is checked."),
            Key("dialect", _DIALECT, "How it speaks."),
            Key("limits", _LIMITS, "What one call may cost."),
            WEAKENS,
            ENTRY,
        )
    ),
    "An agency backend: where it listens, how it speaks, how we prove ourselves, and its limits.",
    example=(
        "upstream: dukcapil.siak\nowner: dukcapil\nurl: ${env:SIAK_URL}\nauth:\n  basic:\n    username: ${env:SIAK_USER}\n"
        '    password: ${file:/run/secrets/siak}\ndialect:\n  format: json\n  envelope: {code: status, success: ["00"], payload: data, '
        'faults: {"14": SUBJECT_NOT_FOUND, else: PROVIDER_FAILED}}\nlimits: {connect: 500ms, answer: 1500ms}\n'
    ),
)
