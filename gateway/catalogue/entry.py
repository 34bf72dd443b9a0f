"""An entry of the catalogue: one application or service as its owner describes it.

Laws: 1. An entry is frozen. 2. Missing is allowed everywhere but in `id`, `owner` and a title; it is scored, never guessed.
Must not know: documents, stores, overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Lifecycle: TypeAlias = Literal["proposed", "recommended", "building", "live", "deprecated", "merged", "retired"]
AppClass: TypeAlias = Literal["shared", "special"]
InterfaceKind: TypeAlias = Literal["openapi", "wsdl", "json-schema", "ddl"]
Outcome: TypeAlias = Literal["reuse", "extend", "connect", "build"]

OUTCOMES: tuple[Outcome, ...] = ("reuse", "extend", "connect", "build")
LIFECYCLES: tuple[Lifecycle, ...] = ("proposed", "recommended", "building", "live", "deprecated", "merged", "retired")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two languages; either may be empty, not both where a text is required."""

    id: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that an application keeps.

    Shape: `name` as the application has it; `type` as declared (`varchar(16)`, `string`, `date`), "" where unknown; `source` the app or
    agency that it is copied from, "" where the application is where it is first typed; `group` its table or object.
    """

    name: str
    type: str = ""
    source: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface that an application offers. Shape: `operations` like `GET /patients/{id}` or `urn:x#FindPatient`."""

    kind: InterfaceKind
    where: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of an application, by whom, why, and until when. Shape: `until` a day (2027-06-30), "" = without an end."""

    outcome: Outcome
    by: str
    reason: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """One entry. Units: `users` people a year; `cost_rupiah` Rupiah in the year `cost_year`. None = not said."""

    id: str
    owner: str
    title: Text
    description: Text = Text()
    function: str = ""
    app_class: AppClass | None = None
    sector: str = ""
    lifecycle: Lifecycle = "live"
    users: int | None = None
    cost_rupiah: int | None = None
    cost_year: int | None = None
    legal_basis: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    masters: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    consumes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    successor: str = ""
    decided: Decision | None = None
