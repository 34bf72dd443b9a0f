"""Shapes that several kinds share."""

from __future__ import annotations

from ...values.keys import OPEN, TEXT, Key, ListOf, MapOf, OneOf, Record, Scalar, Shape

NAME = r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*"
DOCUMENT_NAME = r"[a-z][a-z0-9-]*(?:/[A-Za-z][A-Za-z0-9_.-]*)*"

PLAIN_ID = Scalar("identifier", pattern=NAME, form="an id (small letters, digits, hyphens; dots between words)", high=100)
MAPPING_ID = Scalar("identifier", pattern=DOCUMENT_NAME, form="an id (AGENCY/NAME)", high=100)
VERSIONED_ID = Scalar(
    "identifier", pattern=DOCUMENT_NAME + r"@[1-9][0-9]{0,3}", form="an id with its major (NAME@1, AGENCY/NAME@1)", high=100
)
ROUTE_ID = Scalar(
    "identifier", pattern=r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+(?:@[1-9][0-9]{0,3})?", form="an id (domain.noun.verb)", high=100
)
FAULT_NAME = Scalar("reference", of=("fault",))
AGENCY = Scalar("reference", of=("agency",))
SOURCE = Scalar("source")
FIELD = Scalar("field")
TYPE = Scalar("type")
DATE = Scalar("date")
COUNT = Scalar("integer", low=1, high=1_000_000)
HEADER_NAME = Scalar("string", pattern=r"[A-Za-z][A-Za-z0-9-]{0,63}", form="the name of a header")
STATUS = Scalar("string", pattern=r"[1-5][0-9]{2}", form="an HTTP status")

TITLE = Record(
    (
        Key("id", TEXT, "The title in Indonesian.", required=True, example="Cari data penduduk"),
        Key("en", TEXT, "The title in English.", required=True, example="Look up a resident"),
    ),
    name="a title",
)
VALID = Record(
    (
        Key("since", DATE, "The first day on which it holds.", example="2026-01-01"),
        Key("until", DATE, "The last day on which it holds.", example="2026-12-31"),
    ),
    name="valid",
)
WEAKENING = Record(
    (
        Key(
            "law",
            Scalar("enum", choices=("personal-in-url", "upstream-auth", "tls-1.2")),
            "The law that is weakened here.",
            required=True,
            example="personal-in-url",
        ),
        Key("reason", TEXT, "Why it must be.", required=True, example="SIAK has no lookup by POST"),
        Key("until", DATE, "The last day; afterwards what it allowed is refused.", required=True, example="2027-06-30"),
    ),
    name="a weakening",
)
WEAKENS = Key("weakens", ListOf(WEAKENING, least=1, most=10), "The laws that are weakened here, each with reason and end date.")
_DROP_KEYS = (
    Key(
        "class",
        Scalar("enum", choices=("sensitive", "redundant", "unsupported", "unused")),
        "Why it is left out, in a word.",
        required=True,
        example="sensitive",
    ),
    Key("reason", TEXT, "Why it is left out.", required=True, example="no canonical service needs it"),
)
DROP = Key(
    "drop",
    MapOf(Record(_DROP_KEYS, name="a drop"), key=FIELD),
    "What is left out on purpose: field or reference → class and reason.",
)
DROP_FIELD = Key(
    "drop",
    MapOf(
        Record(
            (*_DROP_KEYS, Key("const", OPEN, "What the agency gets there, where its schema wants the field.", example='"0"')), name="a drop"
        ),
        key=FIELD,
    ),
    "Fields of the agency's that are left out on purpose: field → class and reason.",
)
SECRET: Shape = OneOf(
    scalar=Scalar("secret"),
    records=(
        (
            "secret_dir",
            Record(
                (
                    Key(
                        "secret_dir",
                        Scalar("path"),
                        "Of a family: a folder, one secret a row.",
                        required=True,
                        example="/run/secrets/simpus",
                    ),
                    Key("name", SOURCE, "The column that names the file.", required=True, example="row.code"),
                ),
                name="a secret a row",
            ),
        ),
    ),
)
VIA = Key(
    "via",
    ListOf(OneOf(scalar=Scalar("string", high=100), mapping=MapOf(OPEN, least=1, most=1)), least=1, most=10),
    "Operators, applied in order towards the canonical form: each names the agency's form only.",
    example="[{date: DD-MM-YYYY}]",
)
ABSENT = Key(
    "absent", Scalar("enum", choices=("omit", "error")), "What follows where the source is absent.", default="omit", example="error"
)
CHECK = Key(
    "check", Scalar("enum", choices=("enforce", "report", "off")), "How the schema is held; a mapping needs enforce.", default="enforce"
)
METHOD = Scalar("enum", choices=("GET", "POST", "PUT", "PATCH", "DELETE"))


ABOUT = Key("about", SOURCE, "The field of the body that holds the number (NIK) of the person whom a call is about.", example="body.nik")


def unknown_key(default: str) -> Key:
    """Make the key that says what becomes of fields in no schema."""
    return Key(
        "unknown",
        Scalar("enum", choices=("drop", "keep", "refuse")),
        "What becomes of fields that the schema does not name.",
        default=default,
    )


def later_key(name: str, doc: str) -> Key:
    """Make a key that is known and refused as not yet."""
    return Key(name, OPEN, doc, later=True)


def owner_key(doc: str) -> Key:
    """Make the key that names the agency which answers for a document."""
    return Key("owner", AGENCY, doc, required=True, example="dukcapil")


def title_key(doc: str, required: bool = True) -> Key:
    """Make the key that holds a title in both languages."""
    return Key("title", TITLE, doc, required=required, example="{id: …, en: …}")
