"""How complete an entry is: what a reviewer needs to know, weighed; missing is allowed and scored.

Laws: the weights are data; they add up to 100; the score is the sum of what is there, and what is missing is named.
Must not know: what is right or wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .entry import App

# key → points, and what counts as said. Fields weigh most: what overlaps is seen by them.
WEIGHTS: dict[str, tuple[int, Callable[[App], object]]] = {
    "title": (5, lambda app: app.title.id or app.title.en),
    "title.en": (3, lambda app: app.title.en),
    "description": (12, lambda app: len(app.description.id or app.description.en) >= 40),
    "function": (10, lambda app: app.function),
    "class": (4, lambda app: app.app_class),
    "sector": (5, lambda app: app.sector),
    "users": (5, lambda app: app.users is not None),
    "cost": (8, lambda app: app.cost_rupiah is not None and app.cost_year is not None),
    "legal_basis": (5, lambda app: app.legal_basis),
    "inputs": (3, lambda app: app.inputs),
    "outputs": (4, lambda app: app.outputs),
    "fields": (16, lambda app: app.fields),
    "fields.type": (5, lambda app: app.fields and all(each.type for each in app.fields)),
    "masters": (4, lambda app: app.masters),
    "interfaces": (7, lambda app: app.interfaces),
    "contacts": (4, lambda app: app.contacts),
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """A score of 0 to 100, and the keys that would raise it, the heaviest first."""

    score: int
    missing: tuple[str, ...]


def score_app(app: App) -> Completeness:
    """Score one entry."""
    missing = [key for key, (_, is_said) in WEIGHTS.items() if not is_said(app)]
    missing.sort(key=lambda key: -WEIGHTS[key][0])
    return Completeness(100 - sum(WEIGHTS[key][0] for key in missing), tuple(missing))
