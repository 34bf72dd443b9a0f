"""The catalogue in memory: the verified fake beside the SQLite store, and the model that its contract is tested against.

Laws: the port's. Must not know: files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from ..catalogue.entry import App
from ..catalogue.port import FACETS, Event, Facets, Found, Via, compare_apps, facet_values, query_words, searched_texts


class MemoryCatalogue:
    """Entries and events in two containers."""

    __slots__ = ("_apps", "_events")

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}
        self._events: list[Event] = []

    def entries(self) -> Iterator[App]:
        """Give all entries in the order of their ids."""
        return iter([self._apps[id] for id in sorted(self._apps)])

    def get(self, id: str) -> App | None:
        """Give one entry."""
        return self._apps.get(id)

    def put(self, app: App, who: str, when: datetime, why: str, via: Via = "person") -> Event | None:
        """Write one entry whole; give the event, None where nothing changed."""
        change = compare_apps(self._apps.get(app.id), app)
        if not change:
            return None
        event = Event(len(self._events) + 1, app.id, who, when, why, via, change)
        self._events.append(event)
        self._apps[app.id] = app
        return event

    def put_all(self, apps: Iterable[App], who: str, when: datetime, why: str, via: Via = "import") -> int:
        """Write many entries, all or none; count those that changed."""
        return sum(self.put(app, who, when, why, via) is not None for app in list(apps))

    def events(self, app: str = "", after: int = 0, via: Via | None = None) -> Iterator[Event]:
        """Give the events in their order."""
        rows = [event for event in self._events[after:] if app in ("", event.app) and via in (None, event.via)]
        return iter(rows)

    def last(self) -> int:
        """Give the number of the last event."""
        return len(self._events)

    def search(self, query: str = "", facets: Facets | None = None, limit: int = 20) -> Found:
        """Find entries by words and facets."""
        asked = facets or {}
        words = query_words(query)
        if query.strip() and not words:
            return Found((), 0)
        hits = []
        for app in self.entries():
            values = dict(zip(FACETS, facet_values(app), strict=True))
            if all(values[name] == value for name, value in asked.items()) and _holds(app, words):
                hits.append((_distance(app, words), app.id, app, values))
        hits.sort(key=lambda hit: hit[:2])
        counts = {name: dict(Counter(values[name] for *_, values in hits)) for name in FACETS}
        return Found(tuple(app for _, _, app, _ in hits[:limit]), len(hits), counts)


def _holds(app: App, words: tuple[str, ...]) -> bool:
    held = [word for text in searched_texts(app) for word in text.split()]
    return all(any(each.startswith(word) for each in held) for word in words)


def _distance(app: App, words: tuple[str, ...]) -> int:
    """Count the words that stand in no name: names come first."""
    names = searched_texts(app)[0].split()
    return sum(not any(each.startswith(word) for each in names) for word in words)
