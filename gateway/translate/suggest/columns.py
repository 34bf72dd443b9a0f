"""One canonical field that stands in several columns: codes of regions, the days of dates, the words of names.

Laws: columns are of one parent; each column is known by its name and its width. Nothing is joined that the canonical field has no room for.
Must not know: scores of single pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.values.model import Json

from ..paths import Segments, show_path
from .evidence import list_concepts
from .leaves import Leaf
from .words import Glossary

LADDER = ("province", "regency", "district", "village")
DATE = {"DD": "date", "MM": "month", "YYYY": "year"}
NAME = ("given", "surname")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that are one canonical field. Shape: `doubt` is what a person must say, "" where nothing."""

    canonical: Leaf
    agency: tuple[Leaf, ...]
    form: Json
    score: float
    reason: str
    doubt: str = ""


def find_columns(theirs: Sequence[Leaf], ours: Sequence[Leaf], glossary: Glossary) -> Iterator[Columns]:
    """Find the columns of one scope."""
    for leaves in _list_siblings(theirs).values():
        for found in (_find_region(leaves, ours, glossary), _find_date(leaves, ours, glossary), _find_name(leaves, ours, glossary)):
            if found is not None:
                yield found


def _list_siblings(leaves: Sequence[Leaf]) -> dict[Segments, list[Leaf]]:
    siblings: dict[Segments, list[Leaf]] = {}
    for leaf in leaves:
        siblings.setdefault(leaf.path[:-1], []).append(leaf)
    return siblings


def _name_steps(leaves: Sequence[Leaf], words: Mapping[str, str], glossary: Glossary) -> dict[str, Leaf]:
    """Give the first leaf that names each of some concepts."""
    steps: dict[str, Leaf] = {}
    for leaf in leaves:
        concepts = list_concepts(glossary.find(word) for word in glossary.cut(leaf.path[-1]))
        step = next((name for name, concept in words.items() if concept in concepts and name not in steps), "")
        if step:
            steps[step] = leaf
    return steps


def _list_spoken(leaves: Sequence[Leaf], glossary: Glossary) -> frozenset[str]:
    """Give what the names of some leaves speak of."""
    return list_concepts(glossary.find(word) for leaf in leaves for name in leaf.inner for word in glossary.cut(name))


def _find_region(leaves: Sequence[Leaf], ours: Sequence[Leaf], glossary: Glossary) -> Columns | None:
    """Find a code in columns of fixed widths, from the province down."""
    steps = _name_steps([leaf for leaf in leaves if leaf.digits], dict(zip(LADDER, LADDER, strict=True)), glossary)
    parts = tuple(steps[step] for step in LADDER if step in steps)
    widths = [leaf.digits for leaf in parts]
    wanted = [leaf for leaf in ours if leaf.digits == sum(widths) and _list_spoken([leaf], glossary) & {"region", *LADDER}]
    if len(parts) < 2 or len(wanted) != 1:
        return None
    form = {"join": [show_path(leaf.source) for leaf in parts], "widths": widths}
    return Columns(wanted[0], parts, form, 0.9, f"{len(parts)} columns of {'+'.join(map(str, widths))} digits from the province down")


def _find_date(leaves: Sequence[Leaf], ours: Sequence[Leaf], glossary: Glossary) -> Columns | None:
    """Find a date in columns of two, two and four digits; that they are one is for a person to say."""
    wide = {"DD": 2, "MM": 2, "YYYY": 4}
    steps = _name_steps([leaf for leaf in leaves if leaf.digits in (2, 4)], DATE, glossary)
    wanted = _choose_date(tuple(steps.values()), [leaf for leaf in ours if leaf.format == "date"], glossary)
    if set(steps) != set(DATE) or any(steps[step].digits != width for step, width in wide.items()) or len(wanted) != 1:
        return None
    assume = {"format": "date-DDMMYYYY", "reason": "TODO", "until": "TODO"}
    via = [{"assume": assume}, {"date": "DDMMYYYY"}]
    parts = tuple(steps[step] for step in wide)
    form = {"join": [show_path(leaf.source) for leaf in parts], "widths": list(wide.values()), "via": via}
    return Columns(wanted[0], parts, form, 0.7, "day, month and year apart", "who says that they are one date?")


def _choose_date(parts: Sequence[Leaf], dates: Sequence[Leaf], glossary: Glossary) -> Sequence[Leaf]:
    """Give the dates that the columns may be: of several, those of which their names speak."""
    spoken = _list_spoken(parts, glossary) - {"date", "month", "year", "period", "class"}
    named = [leaf for leaf in dates if _list_spoken([leaf], glossary) & spoken]
    return dates if len(dates) == 1 else named


def _find_name(leaves: Sequence[Leaf], ours: Sequence[Leaf], glossary: Glossary) -> Columns | None:
    """Find a name in two columns."""
    texts = [leaf for leaf in leaves if leaf.types - {"null"} == {"string"} and leaf.values is None]
    steps = _name_steps(texts, dict(zip(NAME, ("given_name", "surname"), strict=True)), glossary)
    wanted = [leaf for leaf in ours if leaf.path[-1] in ("name", "full") and "name" in _list_spoken([leaf], glossary)]
    if len(steps) != len(NAME) or len(wanted) != 1:
        return None
    parts = tuple(steps[step] for step in NAME)
    form = {"join": [show_path(leaf.source) for leaf in parts], "sep": " ", "only": "to_canonical"}
    return Columns(
        wanted[0], parts, form, 0.7, "the first word of a name and those after it", "is the name never written in another order?"
    )
