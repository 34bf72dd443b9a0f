# ruff: noqa: E501 - a table
"""`purpose:` why data may be used; `policy:` who may see what; `fault:` a business refusal of the federation."""

from __future__ import annotations

from ...values.keys import FLAG, TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar
from .agency import CLASSES
from .common import AGENCY, FIELD, PLAIN_ID, TITLE, VALID, later_key, title_key

_PURPOSE = Scalar("reference", of=("purpose",))
_OPERATION = Scalar(
    "string",
    pattern=r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*(?:\.\*|@[1-9][0-9]{0,3})?",
    form="an operation, or all below a name (population.*)",
    high=100,
)
_TAG = Record((Key("tag", Scalar("string", low=1, high=60), "All operations with this tag.", required=True),), name="a tag")
_CLASS = Record((Key("class", Scalar("enum", choices=CLASSES), "All agencies of this class.", required=True),), name="a class")
_JOURNEY = Record((Key("journey", Scalar("reference", of=("journey",)), "The inner calls of a journey.", required=True),), name="a journey")
_REVEALS = OneOf(scalar=Scalar("enum", choices=("all",)), sequence=ListOf(FIELD, least=1, most=1000))

_GRANT = Record(
    (
        Key(
            "callers",
            ListOf(OneOf(scalar=AGENCY, records=(("class", _CLASS), ("journey", _JOURNEY))), least=1, most=1000),
            "Who may call.",
            required=True,
            example="[taspen]",
        ),
        Key("purposes", ListOf(_PURPOSE, least=1, most=100), "For which purposes.", required=True, example="[pension-payment]"),
        Key("reveals", _REVEALS, "Which fields of the answer they see; `all`, or the fields.", required=True, example="[name.full]"),
        Key(
            "masks",
            MapOf(Scalar("string", low=1, high=60), key=FIELD),
            "Field → mask, for fields seen in part.",
            example="{identifiers.nik: last4}",
        ),
        Key("valid", VALID, "When the grant holds."),
        later_key("when", "A condition on the call."),
    ),
    name="a grant",
)

_DELEGATION = Record(
    (
        Key(
            "to",
            AGENCY,
            "The agency whose folder may open the operations further, to agencies of its own.",
            required=True,
            example="karawang",
        ),
        Key("purposes", ListOf(_PURPOSE, least=1, most=100), "For which purposes.", required=True, example="[public-service]"),
        Key("reveals", _REVEALS, "Which fields it may reveal at most; `all`, or the fields.", required=True, example="[name.full]"),
        Key("masks", MapOf(Scalar("string", low=1, high=60), key=FIELD), "Field → mask, for fields that it may show in part only."),
        Key("valid", VALID, "The days on which its grants may hold."),
        Key("journeys", FLAG, "Whether journeys of its own may take it: their answers go to whom its grants name.", default=False),
    ),
    name="a delegation",
)

PURPOSE = KindSpec(
    "purpose",
    PLAIN_ID,
    Record(
        (
            title_key("What the purpose is called."),
            Key("legal_basis", ListOf(TEXT, least=1, most=50), "The laws that it rests on.", required=True, example="[UU 11/1969]"),
            Key(
                "citizen",
                Scalar("enum", choices=("present", "consent")),
                "What it needs of the citizen whom a call is about: their own sign-in (present), and their recorded consent too.",
                example="consent",
            ),
            Key(
                "lasts",
                Scalar("duration", low=60, high=86_400 * 3660),
                "Of a purpose that needs consent, how long one holds; absent = 365d.",
                unit="seconds",
                example="365d",
            ),
        )
    ),
    "Why data may be used, with its legal basis.",
    example="purpose: pension-payment\ntitle: {id: Pembayaran pensiun, en: Payment of pensions}\nlegal_basis: [UU 11/1969]\n",
)
POLICY = KindSpec(
    "policy",
    PLAIN_ID,
    Record(
        (
            title_key("What the policy is called."),
            Key(
                "operations",
                ListOf(OneOf(scalar=_OPERATION, records=(("tag", _TAG),)), least=1, most=1000),
                "The operations that it opens.",
                required=True,
                example="[population.person.lookup]",
            ),
            Key(
                "classes",
                ListOf(Scalar("enum", choices=("public", "personal", "sensitive")), least=1, most=3),
                "The classes of data that its grants may reveal.",
                required=True,
                example="[public, personal]",
            ),
            Key("grants", ListOf(_GRANT, most=1000), "What is opened, for whom, for what.", default=[]),
            Key(
                "delegates",
                ListOf(_DELEGATION, least=1, most=100),
                "What other agencies' folders (overlays) may open further, and how far.",
            ),
            later_key("rules", "Quotas, conditions and evidence."),
        )
    ),
    "Who may call which operations, for which purposes, and what they see of the answer.",
    example=(
        "policy: resident-data\ntitle: {id: Data penduduk, en: Resident data}\noperations: [population.person.lookup]\n"
        "classes: [public, personal]\ngrants:\n  - callers: [taspen]\n    purposes: [pension-payment]\n    reveals: [name.full, birth.date]\n"
        "    valid: {since: 2026-01-01, until: 2026-12-31}\n"
    ),
)
FAULT = KindSpec(
    "fault",
    Scalar("identifier", pattern=r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", form="a name in capitals (FACILITY_READ_ONLY)", high=60),
    Record(
        (
            Key("status", Scalar("integer", low=400, high=599), "The status that callers get.", required=True, example="422"),
            Key("retry", FLAG, "Whether the same call may succeed later.", required=True, example="false"),
            title_key("What callers read."),
            Key("cure", TITLE, "What callers can do."),
            Key("whose", Scalar("enum", choices=("caller", "provider")), "Whose fault it is.", default="caller"),
        )
    ),
    "A business refusal of the federation, beside the built-in catalogue.",
    example="fault: FACILITY_READ_ONLY\nstatus: 422\nretry: false\ntitle: {id: Fasilitas hanya baca, en: The facility is read-only}\n",
)
