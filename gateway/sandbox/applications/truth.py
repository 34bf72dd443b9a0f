"""The truth about the reference catalogue: how each entry was made, and what therefore holds between two of them.

Must not know: how anything is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.values.model import Json

Origin: TypeAlias = Literal["clone", "near", "own", "combined", "lookalike", "successor"]
Relation: TypeAlias = Literal["same", "overlap", "none"]


@dataclass(frozen=True, slots=True)
class Truth:
    """How an entry was made.

    Shape: `function` as `object.activity`; `design` of a clone or near-clone what it was copied from, of the others its own; `like` of a
    look-alike the function whose name it bears, of a successor the entry that it replaces; `columns` name → meaning.
    """

    app: str
    function: str
    origin: Origin
    design: str
    like: str = ""
    columns: tuple[tuple[str, str], ...] = ()


def relate(one: Truth, other: Truth) -> Relation:
    """Say what holds between two entries: the same function, another one over the same object, or nothing."""
    if one.function == other.function:
        return "same"
    mine, theirs = (set(each.function.partition(".")[0].split("+")) for each in (one, other))
    return "overlap" if mine & theirs else "none"


def write_truth(truth: Truth) -> dict[str, Json]:
    """Give the truth as JSON."""
    rows: dict[str, Json] = {"app": truth.app, "function": truth.function, "origin": truth.origin, "design": truth.design}
    if truth.like:
        rows["like"] = truth.like
    return rows | {"columns": dict(truth.columns)}


def read_truth(rows: Json) -> Truth:
    """Read a truth from its JSON."""
    return Truth(rows["app"], rows["function"], rows["origin"], rows["design"], rows.get("like", ""), tuple(rows["columns"].items()))
