"""Designs: what a group of programmers made once, and what became of it where it was copied, forked or built anew.

Laws: 1. A design follows from its function and number alone, whoever asks first. 2. A copy keeps nearly all columns, a fork most of them.
Must not know: owners, costs, how many applications there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from .chance import Chance
from .columns import Column, Hand, draw_hand, write_column, write_columns
from .naming import Called, name_application
from .tables import Activity, Concept, Object, Tables

_SHELL = ("record_id", "request_id", "timestamp", "consent", "signature", "app_key", "response_code", "user_id")
_HOUSEKEEPING = ("record_id", "created", "updated", "user_id", "is_active", "status", "note", "postcode", "province")
_METHODS = {
    "list": "GET /{0}",
    "get": "GET /{0}/{{id}}",
    "create": "POST /{0}",
    "update": "PUT /{0}/{{id}}",
    "delete": "DELETE /{0}/{{id}}",
}


@dataclass(frozen=True, slots=True)
class Function:
    """What applications are for: something done with one object, or with two at once."""

    objects: tuple[Object, ...]
    activity: Activity

    @property
    def id(self) -> str:
        """Give its id, `resident.registry` or `resident+poor.registry`."""
        return "+".join(sorted(one.id for one in self.objects)) + "." + self.activity.id


@dataclass(frozen=True, slots=True)
class Design:
    """What was made. Shape: `columns` with their meaning; `group` the table; `operations` as an interface offers them."""

    id: str
    called: Called
    hand: Hand
    columns: tuple[Column, ...]
    group: str
    operations: tuple[str, ...]


class Drawer:
    """Where designs are drawn and kept."""

    def __init__(self, tables: Tables, seed: int) -> None:
        self._tables, self._seed = tables, seed
        self._near: dict[str, list[Concept]] = {}
        for one in tables.objects.values():
            near = self._near.setdefault(one.sector, [])
            near += [tables.concepts[name] for name in one.concepts if tables.concepts[name] not in near]
        self._kept: dict[str, Design] = {}

    def draw(self, function: Function, number: str) -> Design:
        """Give the design of a function with this number."""
        key = f"{function.id}#{number}"
        if key not in self._kept:
            self._kept[key] = self._make(Chance(self._seed, "design", key), function, key)
        return self._kept[key]

    def fork(self, chance: Chance, design: Design, function: Function) -> Design:
        """Give a design after its copy went its own way: columns dropped, written anew and added."""
        concepts = self._tables.concepts
        kept = [one for one in design.columns if not chance.roll(0.2)]
        other = draw_hand(chance, design.group)
        mixed = [write_column(chance, other, concepts[one.concept]) if chance.roll(0.2) else one for one in kept]
        more = chance.take(self._near[function.objects[0].sector], chance.between(1, 4))
        columns = {column.name.lower(): column for column in [*write_columns(chance, design.hand, more), *mixed]}
        return Design(design.id, design.called, design.hand, tuple(columns.values()), design.group, design.operations)

    def copy(self, chance: Chance, design: Design) -> Design:
        """Give a design as it stands after installation: at most one column less."""
        if not chance.roll(0.3) or len(design.columns) < 5:
            return design
        lost = chance.pick(design.columns)
        columns = tuple(column for column in design.columns if column is not lost)
        return Design(design.id, design.called, design.hand, columns, design.group, design.operations)

    def _make(self, chance: Chance, function: Function, key: str) -> Design:
        language = 0 if chance.roll(0.8) else 1
        resource = function.objects[0].resource[language]
        called = name_application(chance, chance.pick(function.objects), function.activity)
        hand = draw_hand(chance, resource)
        columns = write_columns(chance, hand, self._choose(chance, function))
        verbs = (_METHODS.get(verb, f"POST /{{0}}/{verb}") for verb in function.activity.operations)
        operations = tuple(verb.format(resource) for verb in verbs if chance.roll(0.85))
        return Design(key, called, hand, tuple(columns), resource.replace("-", "_"), operations)

    def _choose(self, chance: Chance, function: Function) -> list[Concept]:
        owned = [name for one in function.objects for name in one.concepts if chance.roll(0.85 if len(function.objects) == 1 else 0.55)]
        done = [name for name in function.activity.concepts if chance.roll(0.6)]
        rest = [name for name in _HOUSEKEEPING if chance.roll(0.2)]
        shell = list(_SHELL) if chance.roll(0.05) else []
        others = [one.id for one in chance.take(self._near[function.objects[0].sector], chance.between(0, 3))]
        return [self._tables.concepts[name] for name in dict.fromkeys([*owned, *done, *others, *rest, *shell])]
