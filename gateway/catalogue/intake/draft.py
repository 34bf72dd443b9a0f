"""What a reader understood of one application: the keys that the file says, and no others.

Laws: what a file does not say is absent, so that it takes nothing away.
Must not know: formats, stores.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...values.model import Json
from .findings import Place
from .headings import Column

HOLDERS = ("title", "description", "cost", "decided")  # maps whose parts are said one by one


@dataclass(frozen=True, slots=True)
class Draft:
    """One application as a file says it.

    Shape: `rows` keys of the entry's JSON, `app` always among them. `joins` says that its lists come beside what is there (the
    description of an interface says nothing of the rest); otherwise they take its place.
    """

    place: Place
    rows: dict[str, Json]
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reader made of the headings of a table. Shape: `part` the sheet, empty where there is but one table."""

    file: str
    columns: tuple[Column, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person told the reader. Shape: `owner` and `app` where the file does not say; `headings` heading → key."""

    owner: str = ""
    app: str = ""
    encoding: str = ""
    headings: dict[str, str] = field(default_factory=dict)
