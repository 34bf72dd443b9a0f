"""The store of the catalogue as a port: what its adapters (floor 3) promise, and what their users may count on.

Laws, held by one contract test over every adapter: 1. The entries are the fold of the events: replaying them gives the same entries.
2. Events are only ever added, numbered from 1 without a gap, each with who, when and why. 3. Writing what stands there already adds
nothing. 4. Several entries written together are written all or not at all. 5. A written entry is found by the next question.
Must not know: SQL, files, who asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from ..values.model import Json
from .entry import App
from .form import write_app

Via: TypeAlias = Literal["import", "person"]
Facets: TypeAlias = Mapping[str, str]

FACETS: dict[str, Callable[[App], str]] = {
    "owner": lambda app: app.owner,
    "sector": lambda app: app.sector,
    "lifecycle": lambda app: app.lifecycle,
    "class": lambda app: app.app_class or "",
    "function": lambda app: app.function,
    "decided": lambda app: "" if app.decided is None else app.decided.outcome,
}
NOTHING = "-"  # the facet value of entries that do not say
WORDS_MAX = 16  # of one query
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one entry.

    Shape: `change` holds what changed: each key of the entry's JSON with its new value, None where it was taken away; the first event
    of an entry holds all of it. `via` says whether a person decided it or a bulk import brought it.
    """

    number: int
    app: str
    who: str
    when: datetime
    why: str
    via: Via
    change: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. Shape: `apps` best first, at most as many as asked for; `total` of all; `counts` facet → value → entries."""

    apps: tuple[App, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Busy(Exception):
    """Another program writes to the store now; nothing was written."""


class CatalogueStore(Protocol):
    """Where the entries are kept."""

    def entries(self) -> Iterator[App]:
        """Give all entries in the order of their ids."""

    def get(self, id: str) -> App | None:
        """Give one entry."""

    def put(self, app: App, who: str, when: datetime, why: str, via: Via = "person") -> Event | None:
        """Write one entry whole; give the event, None where nothing changed."""

    def put_all(self, apps: Iterable[App], who: str, when: datetime, why: str, via: Via = "import") -> int:
        """Write many entries, all or none; count those that changed."""

    def events(self, app: str = "", after: int = 0, via: Via | None = None) -> Iterator[Event]:
        """Give the events in their order: of one entry or all, later than a number, of one origin or both."""

    def last(self) -> int:
        """Give the number of the last event, 0 where there is none: whoever keeps an index asks for the events after its own."""

    def search(self, query: str = "", facets: Facets | None = None, limit: int = 20) -> Found:
        """Find the entries that hold every word of a query (a word matches what begins with it) and have the facets' values.

        Shape: without a query, all entries in the order of their ids. The value `-` asks for entries without one.
        """


def words_of(text: str) -> list[str]:
    """Give the words of a text as the search sees them: letters and digits, folded, without accents."""
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _WORD.findall(text.lower())


def query_words(query: str) -> tuple[str, ...]:
    """Give the words that a query asks for, each once, bounded."""
    return tuple(dict.fromkeys(words_of(query)))[:WORDS_MAX]


def searched_texts(app: App) -> tuple[str, str, str]:
    """Give what the search looks in, as words: names first, then what is said of it, then what it keeps."""
    names = " ".join((app.id, app.title.id, app.title.en))
    said = " ".join((app.description.id, app.description.en, app.function, app.sector, *app.inputs, *app.outputs, *app.masters))
    kept = " ".join((app.owner, *(word for each in app.fields for word in (each.group, each.name)), *app.legal_basis))
    return (" ".join(words_of(names)), " ".join(words_of(said)), " ".join(dict.fromkeys(words_of(kept))))


def facet_values(app: App) -> tuple[str, ...]:
    """Give an entry's value of every facet, `-` where it says none."""
    return tuple(read(app) or NOTHING for read in FACETS.values())


def compare_apps(old: App | None, new: App) -> dict[str, Json]:
    """Give what changes from one entry to another: key → new value, None where it is taken away."""
    before = {} if old is None else write_app(old)
    after = write_app(new)
    gone = {key: None for key in before if key not in after}
    return {key: value for key, value in after.items() if before.get(key) != value} | gone


def replay(events: Iterable[Event]) -> dict[str, dict[str, Json]]:
    """Give the entries that some events add up to, as JSON by id."""
    made: dict[str, dict[str, Json]] = {}
    for event in events:
        rows = {**made.get(event.app, {}), **event.change}
        made[event.app] = {key: value for key, value in rows.items() if value is not None}
    return made
