"""A group of applications as a drawing: members on a circle, likely pairs as lines.

Laws: 1. The drawing is a function of what is drawn: the same entries give the same picture. 2. Whatever an owner wrote is escaped.
3. It says in words what it shows. Must not know: who found the group, who serves the drawing.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Literal

DRAWN_MAX = 24  # as many as can be named
_SIZE, _RADIUS = 480, 210
_MARGIN = 180  # beside the circle, for the names
_NAME_CHARS = 26
_TITLES = {
    "id": ("{members} aplikasi, {pairs} pasangan yang mungkin sama{rest}", ", {hidden} tidak digambar"),
    "en": ("{members} applications, {pairs} likely pairs{rest}", ", {hidden} not drawn"),
}

Edge = tuple[str, str, float]


def draw_group(members: Sequence[str], edges: Sequence[Edge], language: Literal["id", "en"] = "en") -> str:
    """Draw a group as SVG: the darker a line, the likelier the pair; of many members, those that hang together most."""
    edges = sorted(edges)
    shown = _choose_core(members, edges)
    places = {one: _place(at, len(shown)) for at, one in enumerate(shown)}
    lines = [
        f'<line x1="{places[one][0]}" y1="{places[one][1]}" x2="{places[other][0]}" y2="{places[other][1]}" stroke-opacity="{chance:.2f}"/>'
        for one, other, chance in edges
        if one in places and other in places
    ]
    dots = [f'<circle cx="{x}" cy="{y}" r="5"><title>{html.escape(one)}</title></circle>' for one, (x, y) in places.items()]
    names = [_label(one, at, len(shown)) for at, one in enumerate(shown)]
    title, more = _TITLES[language]
    rest = more.format(hidden=len(members) - len(shown)) if len(shown) < len(members) else ""
    return (
        f'<svg role="img" viewBox="{-_MARGIN} 0 {_SIZE + 2 * _MARGIN} {_SIZE}" width="{_SIZE + 2 * _MARGIN}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{title.format(members=len(members), pairs=len(edges), rest=rest)}</title>"
        f'<g stroke="#205493" stroke-width="1">{"".join(lines)}</g><g fill="#8b0a03">{"".join(dots)}</g>'
        f'<g font-size="9" fill="#111">{"".join(names)}</g></svg>'
    )


def _choose_core(members: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """Give the members to be drawn: from the one with most partners outwards, each the one that is likeliest the same as those before."""
    partners: dict[str, dict[str, float]] = {one: {} for one in members}
    for one, other, chance in edges:
        if one in partners and other in partners:
            partners[one][other] = partners[other][one] = chance
    drawn: dict[str, None] = {}
    ties: dict[str, float] = dict.fromkeys(partners, 0.0)
    while len(drawn) < min(DRAWN_MAX, len(partners)):
        best = min((one for one in partners if one not in drawn), key=lambda one: (-ties[one], -len(partners[one]), one))
        drawn[best] = None
        for other, chance in partners[best].items():
            ties[other] += chance
    return list(drawn)


def _place(at: int, number: int) -> tuple[float, float]:
    angle = 2 * math.pi * at / max(1, number) - math.pi / 2
    return round(_SIZE / 2 + _RADIUS * math.cos(angle), 1), round(_SIZE / 2 + _RADIUS * math.sin(angle), 1)


def _label(name: str, at: int, number: int) -> str:
    x, y = _place(at, number)
    short = html.escape(name if len(name) <= _NAME_CHARS else name[: _NAME_CHARS - 1] + "…")
    right = x >= _SIZE / 2
    return f'<text x="{x + (9 if right else -9)}" y="{y + 3}" text-anchor="{"start" if right else "end"}">{short}</text>'
