"""What can happen to a case, as values, and as JSON that lasts.

Laws: 1. A deed is frozen, and what is written of it is read as the same deed. 2. What is read and is no deed is refused, not guessed.
Must not know: whether a deed is allowed, what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from ...values.model import Json
from ..entry import Outcome

Moment: TypeAlias = Literal["building", "data-change", "going-live", "retiring"]
Stance: TypeAlias = Literal["same", "extend", "connect", "differs", "granted", "refused"]
Rows: TypeAlias = Mapping[str, Json]

MOMENTS: tuple[Moment, ...] = get_args(Moment)
ON_PROPOSALS: tuple[Stance, ...] = ("same", "extend", "connect", "differs")
ON_REQUESTS: tuple[Stance, ...] = ("granted", "refused")
PEOPLE = "people"  # the case that holds who takes part


@dataclass(frozen=True, slots=True)
class Proposed:
    """An application is proposed. Shape: `app` the entry as JSON; `agency` who proposes. Units: Rupiah."""

    agency: str
    app: Rows
    budget_rupiah: int | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """An agency asks another one for data. Shape: `subject` an application or operation; `due` the last day for an answer."""

    agency: str
    provider: str
    subject: str
    fields: tuple[str, ...]
    purpose: str
    legal_basis: tuple[str, ...]
    due: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The proposal was screened. Shape: `evidence` as JSON; `asked` owner → the last day for its answer."""

    moment: Moment
    evidence: Rows
    recommended: Outcome
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """An agency that was asked answers."""

    agency: str
    stance: Stance
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """It is decided. Shape: `apps` what is reused, extended or connected to; `overrides` what it goes against. Units: Rupiah."""

    outcome: Outcome
    reason: str
    until: str
    apps: tuple[str, ...] = ()
    avoided_rupiah: int | None = None
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Whoever opened it takes it back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody takes part from now on. Shape: `digest` of the token."""

    person: str
    agency: str
    role: str
    digest: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody takes part no more: the token is worth nothing."""

    person: str
    reason: str


Deed: TypeAlias = Proposed | Requested | Screened | Answered | Decided | Withdrawn | Joined | Left
KINDS: dict[str, type[Deed]] = {cls.__name__.lower(): cls for cls in get_args(Deed)}


@dataclass(frozen=True, slots=True)
class Event:
    """One deed that was done. Shape: `number` over all cases, `place` in its case, both from 1; `who` and in which `role`."""

    number: int
    case: str
    place: int
    who: str
    role: str
    when: datetime
    deed: Deed


class NoDeed(ValueError):
    """What was read is no deed."""


def write_deed(deed: Deed) -> tuple[str, dict[str, Json]]:
    """Give a deed as its kind and JSON."""
    return type(deed).__name__.lower(), {one.name: _plain(getattr(deed, one.name)) for one in fields(deed)}


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def read_deed(kind: str, rows: Rows) -> Deed:
    """Read a deed.

    Faults: NoDeed.
    """
    cls = KINDS.get(kind)
    if cls is None:
        raise NoDeed(f"no kind of deed: {kind}")
    names = {one.name for one in fields(cls)}
    if not rows.keys() <= names:
        raise NoDeed(f"{kind}: no such part: {', '.join(sorted(rows.keys() - names))}")
    given: dict[str, Json] = {key: tuple(value) if isinstance(value, list) else value for key, value in rows.items()}
    try:
        return cls(**given)
    except TypeError as error:
        raise NoDeed(f"{kind}: {error}") from None
