"""The dossier of an agency's evidence: operations on the bus, their use before and after, the architecture, each indicator with its basis.

Must not know: files, how it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..paper import Block, Box, Drawing, Heading, Paper, Paragraph, Table
from .facts import Known, Usage
from .score import Score

SHOWN = 18  # boxes a column
_STEP = 30


def write_dossier(score: Score, known: Known, before: Usage | None = None) -> Paper:
    """Write the dossier."""
    sheet = score.sheet
    blocks: list[Block] = [
        Paragraph(f"{score.set.title.en} ({score.set.id} {score.set.version}), {sheet.year}. Source: {score.set.source}"),
        Paragraph(f"Index {score.index}, {score.predicate.id} ({score.predicate.en})." if score.predicate.id else f"Index {score.index}."),
        *(Paragraph(f"Note: {note}.") for note in score.notes),
        Heading("Domains and aspects"),
        Table(("part", "title", "weight", "index"), (*_parts(score, "domains"), *_parts(score, "aspects"))),
        Heading("Operations on the bus"),
        *_show_operations(known),
        Heading("Use per agency, before and after"),
        *_show_use(known, before),
        Heading("Architecture"),
        draw_architecture(known),
        Heading("Indicators"),
        Table(
            ("no.", "indicator", "weight", "level", "from", "basis and evidence", "missing for the next level"),
            tuple(_show_standings(score)),
        ),
    ]
    return Paper(f"Evidence of digital maturity: {sheet.agency}", "en", tuple(blocks))


def _parts(score: Score, kind: str) -> list[tuple[str, ...]]:
    parts, indexes = getattr(score.set, kind), getattr(score, kind)
    return [(f"{kind[:-1]} {key}", part.title.en, _weight(part.weight, part.source), str(indexes[key])) for key, part in parts.items()]


def _weight(weight: Decimal, source: str) -> str:
    return str(weight) + ("" if source else " (unverified)")


def _show_operations(known: Known) -> list[Block]:
    if known.operations is None:
        return [Paragraph("No federation was given: what stands on the bus is not known.")]
    rows = [(one.id, f"{one.method} {one.path}", one.title, one.entry or "-", "yes" if one.is_enforced else "no") for one in known.own()]
    if not rows:
        return [Paragraph("The agency answers no operation.")]
    return [Table(("operation", "call", "title", "application", "schema enforced"), tuple(rows))]


def _show_use(known: Known, before: Usage | None) -> list[Block]:
    if known.usage is None:
        return [Paragraph("No metrics were given: use is not known.")]
    own = {one.id for one in known.own()}
    after = _by_caller(known.usage.calls, own)
    earlier = _by_caller(before.calls, own) if before else {}
    rows = tuple(
        (caller, str(earlier.get(caller, 0)) if before else "-", str(after.get(caller, 0))) for caller in sorted({*after, *earlier})
    )
    return [Table(("agency", "calls before", "calls after"), rows)] if rows else [Paragraph("Nobody has called yet.")]


def _by_caller(calls: Mapping[tuple[str, str], int], own: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (operation, caller), number in calls.items():
        if operation in own and number:
            found[caller or "(no credential)"] = found.get(caller or "(no credential)", 0) + number
    return found


def draw_architecture(known: Known) -> Drawing:
    """Draw who calls, the bus, the agency's operations and the applications behind them."""
    own = known.own()[:SHOWN]
    callers = sorted(_by_caller(known.usage.calls, {one.id for one in own}))[:SHOWN] if known.usage else []
    entries = list(dict.fromkeys(one.entry for one in own if one.entry))
    height = _STEP * max(2, len(callers), len(own), len(entries)) + 20
    boxes = [Box("Jembatan", 190, height // 2 - 11, 80)]
    lines: list[tuple[int, int]] = []
    for place, caller in enumerate(callers):
        boxes.append(Box(caller, 10, 10 + place * _STEP))
        lines.append((len(boxes) - 1, 0))
    homes = _place_entries(boxes, entries)
    for place, one in enumerate(own):
        boxes.append(Box(one.id, 300, 10 + place * _STEP, 190))
        lines.append((0, len(boxes) - 1))
        if one.entry:
            lines.append((len(boxes) - 1, homes[one.entry]))
    return Drawing(f"Architecture of {known.agency} on the bus", 700, height, tuple(boxes), tuple(lines))


def _place_entries(boxes: list[Box], entries: Sequence[str]) -> dict[str, int]:
    homes = {}
    for place, entry in enumerate(entries):
        boxes.append(Box(entry, 530, 10 + place * _STEP, 160))
        homes[entry] = len(boxes) - 1
    return homes


def _show_standings(score: Score) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for one in score.standings:
        basis = [f"{name.replace('_', ' ')} {value.normalize():f}" for name, value in one.basis] + list(one.evidence)
        counted = f" (counted: {one.counted})" if one.counted is not None and one.origin == "entered" else ""
        title = one.indicator.title.id or one.indicator.title.en
        level = (_weight(one.indicator.weight, one.indicator.source), f"{one.level}{counted}", one.origin)
        rows.append((one.indicator.id, title, *level, "; ".join(basis) or "-", "; ".join(one.missing) or "-"))
    return rows
