"""What savings and efforts are reckoned with: named, with a default and a reason, each to be set by whoever reads the plan.

Must not know: what is reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The figures that nobody has measured for the reader. Units: days are a person's working days."""

    day_rupiah: int = 2_500_000
    days_a_member: float = 15.0
    days_a_field: float = 0.5
    days_an_unmapped_field: float = 1.5
    days_a_conflict: float = 1.0
    days_without_interface: float = 20.0
    saved_share: float = 0.7
    growth_share: float = 0.1
    forms_a_user: float = 1.0
    seconds_a_field: float = 10.0


DEFAULT = Assumptions()


def assume(changes: Mapping[str, float], base: Assumptions | None = None) -> Assumptions:
    """Give the assumptions with some of them set.

    Faults: ValueError for a name that there is not, or a figure below zero.
    """
    known = {each.name for each in fields(Assumptions)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"there is no assumption {name}; there are {', '.join(sorted(known))}")
        if value < 0:
            raise ValueError(f"{name} cannot be below zero")
    whole = {name: int(value) if name == "day_rupiah" else float(value) for name, value in changes.items()}
    return replace(base or DEFAULT, **whole)  # type: ignore[arg-type]
