"""`route:` one operation and its provider."""

from __future__ import annotations

from ...values.keys import FLAG, OPEN, TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar, Shape
from .app import ENTRY
from .common import (
    ABOUT,
    CHECK,
    DROP,
    DROP_FIELD,
    FAULT_NAME,
    FIELD,
    HEADER_NAME,
    METHOD,
    ROUTE_ID,
    SOURCE,
    STATUS,
    TYPE,
    WEAKENS,
    title_key,
    unknown_key,
)
from .gather import GATHER, PART_KEYS
from .mapping import BINDING, FIELDS

PATH = Scalar(
    "string",
    pattern=r"(?:/(?:[A-Za-z0-9._~-]+|\{[A-Za-z_][A-Za-z0-9_]*\}))+",
    form="a path (/population/v1/persons/{id})",
    high=500,
)
_PROVIDER_PATH = Scalar(
    "string", pattern=r"/(?:[A-Za-z0-9._~!$&'()*+,=:@%/-]|\{[A-Za-z_][A-Za-z0-9_]*\})*", form="a path (/ws/warga/{nik})", high=1000
)
_PARAMETER = Scalar("type", of=("optional",))
NAME = Scalar("string", pattern=r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", form="a name")
_VALUE = Record((Key("const", OPEN, "The value.", required=True, example="Asia/Jayapura"),), name="a value")
_MAPPING: Shape = OneOf(
    scalar=Scalar("reference", of=("mapping",)),
    records=(
        (
            "use",
            Record(
                (Key("use", Scalar("reference", of=("mapping",)), "A mapping with parameters.", required=True, example="simpus/visit"),),
                rest=OneOf(
                    scalar=SOURCE,
                    records=(("const", _VALUE),),
                ),
                name="a use",
            ),
        ),
    ),
)

CALL = Record(
    (
        Key("method", METHOD, "The method.", required=True, example="POST"),
        Key("path", PATH, "The path; {names} are typed by params.", required=True, example="/population/v1/persons/lookup"),
        Key("params", MapOf(TYPE, key=NAME, most=20), "The types of the path's {names}.", example="{nib: nib}"),
        Key("query", MapOf(_PARAMETER, key=NAME, most=50), "The types of query names.", example="{since: optional date}"),
        Key("headers", MapOf(_PARAMETER, key=HEADER_NAME, most=50), "The types of headers."),
        Key("body", Scalar("type", choices=("opaque",)), "The type of the body; opaque = bytes that nobody reads.", example="person-key@1"),
        CHECK,
        unknown_key("refuse"),
    ),
    name="call",
)
ANSWER: Shape = OneOf(
    scalar=Scalar("type", choices=("opaque",)),
    records=(
        (
            "list",
            Record(
                (Key("list", TYPE, "The type of an element of a list: {items, next}.", required=True, example="visit@1"),), name="answer"
            ),
        ),
    ),
    mapping=Record(
        (
            Key("status", Scalar("integer", low=200, high=299), "The status of the answer.", default=200, example="201"),
            Key("body", Scalar("type", choices=("opaque",)), "The type of the answer; absent = no body.", example="visit-receipt@1"),
        ),
        name="answer",
    ),
)
_REQUEST = Record(
    (
        Key("method", METHOD, "The method; required unless the provider speaks SOAP.", example="GET"),
        Key(
            "path",
            _PROVIDER_PATH,
            "The path below the upstream's URL; {names} are bound by params. Required unless the provider speaks SOAP.",
            example="/ws/warga",
        ),
        Key("params", MapOf(BINDING, key=NAME, most=20), "Sources of the path's {names}.", example="{nik: body.nik}"),
        Key("query", MapOf(BINDING, key=Scalar("string", high=64), most=50), "Sources of query names.", example="{nik: body.nik}"),
        Key("headers", MapOf(BINDING, key=HEADER_NAME, most=50), "Sources of headers."),
        Key(
            "body",
            OneOf(scalar=SOURCE, mapping=MapOf(BINDING, key=FIELD)),
            "Sources of the body's fields; `body` = the whole body as it is.",
        ),
        Key("mapping", _MAPPING, "The mapping that makes the body.", example="simpus/visit"),
        Key("schema", TYPE, "The agency's schema of the body that the bindings make.", example="simpus/query@1"),
        DROP,
        CHECK,
        Key(
            "operation",
            Scalar("string", pattern=r"[A-Za-z_][A-Za-z0-9_.-]{0,99}", form="the name of an operation"),
            "The operation of a SOAP provider: the name of the body's element, unless the schema names it.",
            example="CariKunjungan",
        ),
        Key(
            "action",
            Scalar("string", pattern=r"[\x21\x23-\x5b\x5d-\x7e]{1,300}", form="an address without blanks or quotes"),
            "The SOAP action, as the WSDL says it.",
            example="urn:sikda:kunjungan:2/CariKunjungan",
        ),
    ),
    at_most_one=(("body", "mapping"),),
    name="request",
)
_RESPONSE = Record(
    (
        Key("mapping", _MAPPING, "The mapping that reads the payload.", example="dukcapil/warga"),
        Key("from", TYPE, "The agency's schema of the payload, for fields given here.", example="simpus/receipt@1"),
        Key("fields", FIELDS, "canonical: agency, where a mapping of its own would be too much.", example="{number: no_kunjungan}"),
        DROP_FIELD,
        CHECK,
        unknown_key("drop"),
        Key(
            "http", MapOf(FAULT_NAME, key=STATUS, numbers=True), "HTTP status → fault, for this route.", example="{404: SUBJECT_NOT_FOUND}"
        ),
        Key("faults", MapOf(FAULT_NAME, numbers=True), "Code of the envelope → fault, for this route."),
        Key(
            "schema",
            TYPE,
            "The agency's schema of the payload around the elements of a list: XML is read by it.",
            example="sikda/CariKunjunganResponse@2",
        ),
        Key("items", FIELD, "Where the elements of a list stand in the payload, where this route's stand elsewhere than the dialect says."),
    ),
    at_most_one=(("mapping", "from"), ("mapping", "fields")),
    name="response",
)
_PROVIDER = Record(
    (
        Key("upstream", Scalar("reference", of=("upstream",)), "The backend that answers.", required=True, example="dukcapil.siak"),
        Key("request", _REQUEST, "What it is asked.", required=True),
        Key("response", _RESPONSE, "How its payload becomes the answer; absent = the payload is the answer."),
    ),
    name="provider",
)
_CHOOSE = Record(
    (
        Key("table", Scalar("reference", of=("table",)), "The table of the providers.", required=True, example="puskesmas"),
        Key("key", SOURCE, "What of the call, or of the caller, chooses the row.", required=True, example="body.facility"),
        Key(
            "match",
            Scalar("enum", choices=("exact", "prefix", "range")),
            "How: the same value, the longest beginning of it, or the range that holds it.",
            default="exact",
        ),
    ),
    name="choose",
)
_OLD = Record(
    (
        Key("request", _REQUEST, "What is asked for the old document.", required=True),
        Key(
            "match",
            Scalar("field"),
            "How a change meanwhile is noticed: `etag` (If-Match), or the field of the agency's document that counts its versions.",
            default="etag",
            example="versi",
        ),
    ),
    name="old",
)
_LINE = Record(
    (
        Key("upstream", Scalar("reference", of=("upstream",)), "The family.", required=True, example="simpus"),
        Key("request", _REQUEST, "What it is asked.", required=True),
        Key("response", _RESPONSE, "How its payload becomes the answer; absent = the payload is the answer."),
        Key("old", _OLD, "Where its old document is read before it is written."),
        *PART_KEYS,
    ),
    name="a provider",
)
_PROVIDERS = Record(
    (
        Key("choose", _CHOOSE, "How one of them is chosen.", example="{table: puskesmas, key: body.facility, match: exact}"),
        Key("gather", GATHER, "How several are asked together, and their answers made one."),
        Key("any_of", ListOf(_LINE, least=1, most=1000), "Families over a table, one line each."),
        Key("all_of", ListOf(_LINE, least=2, most=64), "Of a gather: the providers, one line each."),
        Key(
            "uncovered",
            FAULT_NAME,
            "What a caller gets whose provider is of a family without a line; required exactly where there is one.",
            example="FACILITY_READ_ONLY",
        ),
    ),
    exactly_one=(("choose", "gather"), ("any_of", "all_of")),
    name="providers",
)
_PARTS = (
    Key("params", MapOf(OPEN), "Values of the path's {names}."),
    Key("query", MapOf(OPEN), "Values of query names."),
    Key("headers", MapOf(OPEN, key=HEADER_NAME), "Values of headers."),
    Key("body", OPEN, "The body."),
)
_SIMULATED = Record(
    (
        Key("status", Scalar("integer", low=100, high=599), "The provider's status; absent = 200."),
        Key("headers", MapOf(OPEN, key=HEADER_NAME), "The provider's headers."),
        Key("body", OPEN, "The provider's document."),
    ),
    name="provider",
)
_CHOSEN = Record(
    (
        *_SIMULATED.keys,
        Key("upstream", Scalar("reference", of=("upstream",)), "Of several providers: the family that must be asked.", example="simpus"),
        Key("row", TEXT, "Of a family: the key of the row that must be asked.", example="P3215010201"),
    ),
    name="provider",
)
_CONSENTS = Record(
    (
        Key(
            "do",
            Scalar("enum", choices=("offer", "give", "list", "withdraw")),
            "Show what would be agreed to, record it, show what was agreed to, end it.",
            required=True,
            example="give",
        ),
        Key(
            "of",
            Scalar("enum", choices=("caller", "everyone")),
            "Whose consents `list` shows and `withdraw` ends: those given to the calling agency, or all of the citizen's; absent = caller.",
        ),
    ),
    name="consents",
)
EXAMPLE = Record(
    (
        Key("name", TEXT, "What it shows.", required=True, example="a resident of Karawang (synthetic)"),
        Key(
            "as",
            Record(
                (
                    Key("caller", Scalar("reference", of=("agency",)), "The agency that calls.", required=True, example="taspen"),
                    Key("purpose", Scalar("reference", of=("purpose",)), "The purpose that it names.", example="pension-payment"),
                    Key(
                        "citizen",
                        Scalar("string", pattern=r"[0-9]{16}", form="a NIK"),
                        "The citizen who has signed in at its portal (synthetic).",
                        example='"3215011708910003"',
                    ),
                ),
                name="as",
            ),
            "Who calls; absent = nobody, without a credential.",
        ),
        Key("send", Record(_PARTS, name="send"), "The canonical call."),
        Key("provider", _CHOSEN, "What the simulated provider answers; absent = it must not be asked."),
        Key(
            "providers",
            MapOf(OneOf(sequence=ListOf(_SIMULATED, least=1, most=1000), mapping=_SIMULATED), least=1, most=64),
            "The same where several are asked: upstream → what it answers, or a list of that, call by call.",
            example='{dukcapil.siak: {body: {status: "00"}}}',
        ),
        Key(
            "expect",
            Record(
                (
                    Key("status", Scalar("integer", low=200, high=599), "The status; absent = the answer's, or the fault's."),
                    Key("fault", FAULT_NAME, "The fault.", example="SUBJECT_NOT_FOUND"),
                    Key("headers", MapOf(OPEN, key=HEADER_NAME), "Headers of the answer."),
                    Key("body", OPEN, "The body, compared exactly."),
                ),
                name="expect",
            ),
            "What must come out.",
            required=True,
        ),
        Key("live", FLAG, "Whether it holds against the sandbox too, in any order, any number of times.", default=True),
    ),
    name="an example",
)
TAGS = Key(
    "tags", ListOf(Scalar("identifier", pattern=r"[a-z][a-z0-9-]*", form="a tag", high=60), most=20), "Words to group operations by."
)
LIMITS = Record(
    (
        Key("deadline", Scalar("duration", low=0.001, high=3600), "How long the whole exchange may take.", unit="seconds", default=10.0),
        Key("body", Scalar("size", low=1, high=1 << 40), "The largest body that is taken.", unit="bytes"),
    ),
    name="limits",
)
KEEP = Key(
    "keep",
    Scalar("duration", low=60, high=86_400 * 31),
    "Of a write-once operation: for how long a repeat gets the answer of the first; absent = 24h.",
    unit="seconds",
    example="24h",
)

ROUTE = KindSpec(
    "route",
    ROUTE_ID,
    Record(
        (
            title_key("What the operation is called."),
            TAGS,
            Key("call", CALL, "The canonical call: each name gets a type.", required=True),
            Key("answer", ANSWER, "The type of the answer, or status and body.", required=True, example="person@1"),
            Key(
                "effect",
                Scalar("enum", choices=("read", "write", "write-once")),
                "What the operation does to the world; write-once takes an Idempotency-Key, and a repeat does nothing twice.",
                required=True,
                example="read",
            ),
            Key(
                "bodies",
                Scalar("enum", choices=("buffered", "streamed")),
                "Whether bodies are held whole; streamed ones are opaque.",
                default="buffered",
            ),
            KEEP,
            Key("provider", _PROVIDER, "Who answers, and how it is asked."),
            WEAKENS,
            Key("limits", LIMITS, "What one exchange may cost."),
            Key("examples", ListOf(EXAMPLE, most=100), "Calls with what must come out: they are tests.", default=[]),
            Key("providers", _PROVIDERS, "Several providers: a value of the call chooses one, or they are asked together."),
            Key(
                "through",
                Scalar("reference", of=("route",)),
                "The route of a newer major that answers; mappings between the canonical versions translate.",
                example="population.person.lookup@2",
            ),
            Key("consents", _CONSENTS, "The gateway itself answers: a citizen's consents, shown, given and withdrawn."),
            ABOUT,
            Key("old", _OLD, "Where the provider's old document is read before it is written: what the mapping does not write stays."),
            ENTRY,
        ),
        exactly_one=(("provider", "through", "providers", "consents"),),
    ),
    "One operation (method and path) bound to the provider that answers it.",
    example=(
        "route: population.person.lookup\ntitle: {id: Cari data penduduk, en: Look up a resident}\ncall:\n  method: POST\n"
        "  path: /population/v1/persons/lookup\n  body: person-key@1\nanswer: person@1\neffect: read\nprovider:\n"
        "  upstream: dukcapil.siak\n  request:\n    method: POST\n    path: /ws/warga\n    schema: dukcapil/key@1\n"
        "    body: {NIK: body.nik}\n  response: {mapping: dukcapil/warga}\nlimits: {deadline: 2s, body: 4KiB}\n"
    ),
)
