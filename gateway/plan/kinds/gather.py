# ruff: noqa: E501 - a table
"""`gather:` of `providers:`: several providers asked together, their answers made one."""

from __future__ import annotations

from ...values.keys import Key, ListOf, MapOf, OneOf, Record, Scalar
from .common import FIELD, SOURCE

_COLUMN = Scalar("string", pattern=r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", form="a name")
_UPSTREAM = Scalar("reference", of=("upstream",))
_PRECEDENCE = ListOf(_UPSTREAM, least=1, most=200)
_NEWEST = Record(
    (
        Key(
            "newest",
            FIELD,
            "The date or moment in each provider's answer by which the newest is told; without one an answer is the oldest.",
            required=True,
            example="address.since",
        ),
    ),
    name="newest",
)
MERGE = Record(
    (
        Key(
            "key",
            ListOf(FIELD, least=1, most=8),
            "Of a list: the fields by which elements of several providers are the same one; the list stands in their order.",
            example="[facility, number]",
        ),
        Key(
            "fields",
            MapOf(OneOf(sequence=_PRECEDENCE, records=(("newest", _NEWEST),)), key=FIELD, least=1, most=200),
            "Whose a field is, with all below it: providers in order of precedence, and no others (the first is the system of record);"
            " or whoever is newest.",
            example="{name: [dukcapil.siak], address: {newest: address.since}}",
        ),
        Key("otherwise", _PRECEDENCE, "The order for all other fields; absent = the order of the lines."),
    ),
    name="merge",
)
GATHER = Record(
    (
        Key(
            "table",
            Scalar("reference", of=("table",)),
            "The table whose rows are asked, where the lines are families over it.",
            example="puskesmas",
        ),
        Key(
            "where",
            MapOf(SOURCE, key=_COLUMN, least=1, most=8),
            "Which rows: column: what of the call it must equal; absent = all rows.",
            example="{regency: body.regency}",
        ),
        Key(
            "most",
            Scalar("integer", low=1, high=1000),
            "The most rows that one call may ask; required over a table, and held to the table when the plan is made.",
            example="60",
        ),
        Key("width", Scalar("integer", low=1, high=64), "How many are asked at a time.", required=True, example="16"),
        Key(
            "deadline",
            Scalar("duration", low=0.001, high=600),
            "How long all of them may take together; what has come by then is the answer.",
            required=True,
            unit="seconds",
            example="4s",
        ),
        Key(
            "until",
            Scalar("enum", choices=("all", "first", "quorum")),
            "When enough have answered: all of them, the first good one, or as many as `least` says.",
            default="all",
        ),
        Key(
            "least", Scalar("integer", low=1, high=1000), "How many must have answered for there to be an answer; absent = 1.", example="2"
        ),
        Key(
            "same",
            MapOf(SOURCE, key=FIELD, least=1, most=8),
            "Fields of each provider's answer (of each element) that must equal a value of the call or the row: whoever says otherwise gives"
            " what is not asked, or not its own, and loses its part.",
            example="{facility: row.code}",
        ),
        Key("merge", MERGE, "How answers become one.", example="{fields: {name: [dukcapil.siak]}}"),
        Key(
            "elements",
            Scalar("integer", low=1, high=10_000),
            "Of a list that is merged by key: the most elements that one provider may hold.",
            default=500,
        ),
        Key(
            "problems",
            FIELD,
            "The field of the answer that lists the parts which are missing; a list has `missing` beside `items`.",
            example="missing",
        ),
    ),
    name="gather",
)
PART_KEYS = (
    Key("deadline", Scalar("duration", low=0.001, high=600), "Of a gather: how long this one may take.", unit="seconds", example="2s"),
    Key(
        "need",
        Scalar("enum", choices=("required", "optional")),
        "Of a gather: whether there is an answer without this one; absent = optional.",
        example="required",
    ),
)
