"""`table:` typed columns over a CSV file, for what repeats."""

from __future__ import annotations

from ...values.keys import TEXT, Key, KindSpec, MapOf, Record, Scalar
from .common import PLAIN_ID

COLUMN = Scalar("string", pattern=r"[a-z][a-z0-9_]{0,63}", form="the name of a column (small letters, digits, _)")

TABLE = KindSpec(
    "table",
    PLAIN_ID,
    Record(
        (
            Key("file", Scalar("file"), "The CSV file; its first line names the columns.", required=True, example="rows.csv"),
            Key("key", COLUMN, "The column that tells rows apart; rows that hold at one time differ in it.", required=True, example="code"),
            Key("upto", COLUMN, "Of ranges: the column of the last value; `key` is the first. Both belong to the range.", example="last"),
            Key(
                "columns",
                MapOf(Scalar("type", of=("optional",)), key=COLUMN, least=1, most=100),
                "The columns and their types; an empty cell is absent. `since` and `until` say from when to when a row holds.",
                required=True,
                example="{code: facility-code@1, software: string, url: url, owner: agency, since: date, until: optional date}",
            ),
            Key("source", TEXT, "Where the rows come from.", example="register of health facilities, 2026"),
        )
    ),
    "Typed columns over a CSV file: one row for each of what repeats, such as the backends of a family.",
    example=(
        "table: puskesmas\nfile: puskesmas.csv\nkey: code\n"
        "columns: {code: facility-code@1, software: string, url: url, owner: agency, zone: zone, since: date, until: optional date}\n"
    ),
)  # fmt: skip
