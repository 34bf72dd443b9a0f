"""`app:` an application or service as its owner describes it: an entry of the catalogue."""

from __future__ import annotations

from ...values.keys import TEXT, Key, KindSpec, ListOf, Record, Scalar
from .common import DATE, PLAIN_ID, owner_key

LIFECYCLES = ("proposed", "recommended", "building", "live", "deprecated", "merged", "retired")
OUTCOMES = ("reuse", "extend", "connect", "build")
INTERFACES = ("openapi", "wsdl", "json-schema", "ddl")

_LONG = Scalar("string", low=1, high=4_000)
_WORDS = ListOf(TEXT, most=200)
_TITLE = Record(
    (
        Key("id", TEXT, "In Indonesian.", required=True, example="Sistem informasi kepegawaian"),
        Key("en", TEXT, "In English.", example="Personnel information system"),
    ),
    name="a title",
)
_DESCRIPTION = Record((Key("id", _LONG, "In Indonesian."), Key("en", _LONG, "In English.")), name="a description")
_COST = Record(
    (
        Key(
            "rupiah",
            Scalar("integer", low=0, high=10**15),
            "What it costs in that year.",
            required=True,
            example="450000000",
            unit="Rupiah",
        ),
        Key("year", Scalar("integer", low=1990, high=2100), "The year.", required=True, example="2026"),
    ),
    name="cost",
)
_FIELD = Record(
    (
        Key("name", Scalar("string", low=1, high=200), "As the application has it.", required=True, example="nip"),
        Key("type", Scalar("string", low=1, high=100), "As it is declared.", example="char(18)"),
        Key("source", TEXT, "The app or agency that it is copied from; absent = it is typed in here.", example="bkn.siasn"),
        Key("group", Scalar("string", low=1, high=200), "Its table or object.", example="pegawai"),
    ),
    name="a field",
)
_PLACE = Scalar("string", low=1, high=500)
_INTERFACE = Record(
    (
        *(Key(kind, _PLACE, f"Its {kind} description: a file of the federation, or an address.") for kind in INTERFACES),
        Key("operations", ListOf(_PLACE, most=2_000), "What it can be asked.", example="[GET /pegawai/{nip}]"),
    ),
    exactly_one=(INTERFACES,),
    name="an interface",
)
_DECIDED = Record(
    (
        Key("outcome", Scalar("enum", choices=OUTCOMES), "What was decided.", required=True, example="connect"),
        Key("by", TEXT, "Who decided.", required=True, example="komdigi"),
        Key("reason", TEXT, "Why.", required=True, example="SIASN keeps the same fields"),
        Key("until", DATE, "The last day on which it holds.", example="2027-12-31"),
    ),
    name="decided",
)

APP = KindSpec(
    "app",
    PLAIN_ID,
    Record(
        (
            Key("title", _TITLE, "What it is called.", required=True, example="{id: …, en: …}"),
            Key("description", _DESCRIPTION, "What it is, in a few sentences."),
            owner_key("The agency that answers for it."),
            Key("function", TEXT, "The function of government that it serves, as one phrase.", example="manajemen kepegawaian"),
            Key("class", Scalar("enum", choices=("shared", "special")), "Shared by all (umum), or special to its owner (khusus)."),
            Key("sector", Scalar("string", low=1, high=100), "The sector.", example="personnel"),
            Key("lifecycle", Scalar("enum", choices=LIFECYCLES), "Where it stands in its life; absent = live."),
            Key("users", Scalar("integer", low=0, high=10**9), "How many people use it.", example="4200", unit="people a year"),
            Key("cost", _COST, "What it costs.", example="{rupiah: 450000000, year: 2026}"),
            Key("legal_basis", _WORDS, "The rules that it stands on.", example="[UU 20/2023]"),
            Key("inputs", _WORDS, "What it needs to be told."),
            Key("outputs", _WORDS, "What it gives."),
            Key(
                "fields",
                ListOf(_FIELD, most=2_000),
                "The fields that it keeps.",
                example="[{name: nip, type: char(18), source: bkn.siasn}]",
            ),
            Key("masters", _WORDS, "The data that it is the one source of.", example="[riwayat jabatan]"),
            Key("interfaces", ListOf(_INTERFACE, most=50), "How other systems can ask it.", example="[{openapi: ../apis/simpeg.json}]"),
            Key("consumes", ListOf(Scalar("reference", of=("route",)), most=200), "The operations that it calls through the gateway."),
            Key("contacts", _WORDS, "Who answers for it; an office, no person's own number.", example="[simpeg@karawang.example]"),
            Key("successor", Scalar("reference", of=("app",)), "The app that takes its place."),
            Key("decided", _DECIDED, "What the review decided of it."),
        )
    ),
    "An application or service of the catalogue, as its owner describes it; what is missing is scored, what is wrong is refused.",
    example=(
        "app: karawang.simpeg\ntitle: {id: Sistem informasi kepegawaian, en: Personnel information system}\nowner: karawang\n"
        "function: manajemen kepegawaian\nclass: special\nsector: personnel\nusers: 4200\ncost: {rupiah: 450000000, year: 2026}\n"
        "fields:\n  - {name: nip, type: char(18), source: bkn.siasn}\n  - {name: jabatan, type: varchar(100)}\n"
    ),
)
ENTRY = Key("entry", Scalar("reference", of=("app",)), "Its entry in the catalogue.", example="karawang.simpeg")
