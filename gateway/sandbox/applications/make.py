"""The reference catalogue whole: entries and their truth, owner by owner.

Laws: 1. What is planned or being built costs about what was to be spent on new applications, in sum. 2. Much is missing, as in registers:
half of the entries say no function, a third no cost, some no columns.
Must not know: files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypedDict

from gateway.catalogue.entry import App, Field, Interface, Lifecycle, Text

from .chance import Chance
from .designs import Design, Drawer, Function
from .naming import Called, describe_application, nickname, say_function, write_title
from .population import choose_functions, count_applications
from .tables import Object, Owner, Tables
from .truth import Origin, Truth

TOTAL = 27_000
SEED = 2024
NEW_RUPIAH = 6_200_000_000_000  # what was to be spent on new applications. Source: the order of magnitude that was published
NEW: tuple[Lifecycle, ...] = ("proposed", "recommended", "building")
_LIFECYCLES: tuple[tuple[Lifecycle, float], ...] = (
    ("live", 84), ("proposed", 5), ("recommended", 1.5), ("building", 3), ("deprecated", 3.5), ("retired", 2), ("merged", 1),
)  # fmt: skip
_UNITS = ("Direktorat", "Balai", "Kantor Wilayah", "Pusat", "Unit Pelaksana Teknis", "Satuan Kerja")
_FAMOUS = (("SIMPEG", "employee.admin"), ("SIPD", "budget.plan"), ("SIMRS", "hospital.admin"), ("SIAK", "resident.registry"),
           ("e-Kinerja", "performance.admin"), ("PPDB Online", "admission.permit"), ("SIPBB", "property.payment"))  # fmt: skip


class _Links(TypedDict):
    masters: tuple[str, ...]
    interfaces: tuple[Interface, ...]
    consumes: tuple[str, ...]
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """One entry with its truth."""

    app: App
    truth: Truth


def make_catalogue(tables: Tables, total: int = TOTAL, seed: int = SEED) -> list[Made]:
    """Make all entries, in the order of their ids."""
    maker = _Maker(tables, seed)
    made = [one for owner, number in count_applications(tables, seed, total) for one in maker.make_owner(owner, number)]
    made = _fit_costs(made, NEW_RUPIAH * total // TOTAL)
    return sorted(made, key=lambda one: one.app.id)


class _Maker:
    def __init__(self, tables: Tables, seed: int) -> None:
        self._tables, self._seed, self._drawer = tables, seed, Drawer(tables, seed)

    def make_owner(self, owner: Owner, number: int) -> Iterator[Made]:
        """Make the entries of an owner; some of them replace one that is live."""
        chance = Chance(self._seed, "owner", owner.id)
        names: dict[str, int] = {}
        before: Made | None = None
        functions: dict[str, Function] = {}
        for place, function in enumerate(choose_functions(self._tables, chance, owner, number)):
            own = Chance(self._seed, "app", owner.id, place)
            replaces = before if before is not None and before.app.lifecycle == "live" and own.roll(0.012) else None
            chosen = functions[replaces.truth.function] if replaces is not None else function
            made = self._make(own, owner, chosen, names, replaces)
            if before is not None:
                yield _follow(own, before, made) if replaces is not None else before
            functions[made.truth.function] = chosen
            before = made
        if before is not None:
            yield before

    def _make(self, chance: Chance, owner: Owner, function: Function, names: dict[str, int], replaces: Made | None) -> Made:
        origin = "successor" if replaces is not None else _draw_origin(chance, function)
        design = self._draw_design(chance, owner, function, origin)
        called, like = _rename(chance, design.called, function, origin)
        thing = function.objects[0]
        slug = _slug(called.short)
        names[slug] = names.get(slug, 0) + 1
        identity = f"{owner.id}.{slug}" + (f"-{names[slug]}" if names[slug] > 1 else "")
        app = self._write(chance, owner, function, design, called, identity)
        if replaces is not None:
            like, app = replaces.app.id, replace(app, lifecycle="building")
        elif origin == "lookalike" and not app.description.id:
            app = replace(app, description=Text(f"{called.long}. Mencakup urusan {thing.indonesian}.", app.description.en))
        columns = tuple((one.name, one.concept) for one in design.columns) if app.fields else ()
        return Made(app, Truth(identity, function.id, origin, design.id, like, columns))

    def _draw_design(self, chance: Chance, owner: Owner, function: Function, origin: Origin) -> Design:
        if origin not in ("clone", "near"):
            return self._drawer.draw(function, f"{owner.id}-{chance.between(0, 999_999)}")
        share = max(function.objects[0].activities.get(function.activity.id, 0), 4)
        products = max(2, int(share / 12))
        number = chance.weigh(range(products), [1 / (place + 1) for place in range(products)])
        design = self._drawer.draw(function, str(number))
        return self._drawer.copy(chance, design) if origin == "clone" else self._drawer.fork(chance, design, function)

    def _write(self, chance: Chance, owner: Owner, function: Function, design: Design, called: Called, identity: str) -> App:
        thing, place = _join_objects(function), owner.indonesian
        if len(function.objects) > 1:
            called = replace(called, long=f"{called.long} dan {_other(called, function).title()}")
        if owner.kind == "ministry":
            place = f"{chance.pick(_UNITS)} {chance.pick(self._tables.regions[:38]).indonesian.removeprefix('Pemerintah ')}"
        title = write_title(chance, called, place)
        told = describe_application(chance, thing, function.activity, owner, called)
        app = App(identity, owner.id, Text(*title), Text(*told), say_function(chance, thing, function.activity))
        lifecycle = chance.weigh(_LIFECYCLES, [weight for _, weight in _LIFECYCLES])[0]
        rupiah, year = _draw_cost(chance, owner, lifecycle)
        return replace(
            app,
            app_class=chance.pick(("special", "special", "special", "shared", None)),
            sector=thing.sector if chance.roll(0.9) else "",
            lifecycle=lifecycle,
            users=int(chance.spread(900, 1.6)) if chance.roll(0.75) else None,
            cost_rupiah=rupiah,
            cost_year=year,
            fields=() if chance.roll(0.12) else _write_fields(chance, design, function),
            **_write_links(chance, owner, design, identity),
        )


def _join_objects(function: Function) -> Object:
    return replace(function.objects[0], indonesian=" dan ".join(one.indonesian for one in function.objects))


def _write_links(chance: Chance, owner: Owner, design: Design, identity: str) -> _Links:
    """Give what a quarter of the owners say about interfaces, masters and where data comes from."""
    where = f"https://{owner.domain}/{identity.partition('.')[2]}.json"
    has_nik = any(one.concept == "nik" for one in design.columns)
    return {
        "masters": (design.group.replace("_", " "),) if ".registry#" in design.id and chance.roll(0.3) else (),
        "interfaces": (Interface("openapi", where, design.operations),) if design.operations and chance.roll(0.25) else (),
        "consumes": ("population.person.lookup",) if has_nik and chance.roll(0.06) else (),
        "contacts": (f"aplikasi@{owner.domain}",) if chance.roll(0.5) else (),
    }


def _draw_origin(chance: Chance, function: Function) -> Origin:
    if len(function.objects) > 1:
        return "combined"
    if chance.roll(0.025):
        return "lookalike"
    popular = max(function.objects[0].activities.get(function.activity.id, 0), 0)
    origins: tuple[Origin, ...] = ("clone", "near", "own")
    return chance.weigh(origins, (0.45, 0.2, 0.35) if popular >= 15 else (0.2, 0.15, 0.65))


def _rename(chance: Chance, called: Called, function: Function, origin: Origin) -> tuple[Called, str]:
    if origin == "lookalike":
        short, like = chance.pick([one for one in _FAMOUS if one[1] != function.id])
        return replace(called, short=short), like
    if chance.roll({"clone": 0.2, "near": 0.5}.get(origin, 0.0)):
        return replace(called, short=nickname(chance)), ""
    return called, ""


def _other(called: Called, function: Function) -> str:
    return next((one.indonesian for one in function.objects if one.indonesian.title() not in called.long), function.objects[-1].indonesian)


def _slug(short: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in short.lower()).split())


def _write_fields(chance: Chance, design: Design, function: Function) -> tuple[Field, ...]:
    people = {"nik", "name", "birth_date", "address"} if chance.roll(0.06) else set()
    source = {name: "dukcapil.siak" for name in people if all(one.id != "resident" for one in function.objects)}
    return tuple(Field(one.name, one.type, source.get(one.concept, ""), design.group) for one in design.columns)


def _draw_cost(chance: Chance, owner: Owner, lifecycle: Lifecycle) -> tuple[int | None, int | None]:
    is_new = lifecycle in NEW
    if not is_new and not chance.roll(0.65):
        return None, None
    median = (900e6 if is_new else 140e6) * (2.5 if owner.kind == "ministry" else 1)
    return int(chance.spread(median, 0.9)) // 100_000 * 100_000, 2026 if is_new else 2025


def _fit_costs(made: list[Made], rupiah: int) -> list[Made]:
    drawn = sum(one.app.cost_rupiah or 0 for one in made if one.app.lifecycle in NEW)
    return [
        Made(replace(one.app, cost_rupiah=int(one.app.cost_rupiah * rupiah / drawn) // 100_000 * 100_000), one.truth)
        if one.app.lifecycle in NEW and one.app.cost_rupiah
        else one
        for one in made
    ]


def _follow(chance: Chance, before: Made, after: Made) -> Made:
    """Give the replaced entry; half of the owners say by what, half leave it to be found."""
    return Made(replace(before.app, successor=after.app.id), before.truth) if chance.roll(0.5) else before
