"""Weeks as a drawing: a row of bars for what is live, merged and retired, each on a scale of its own.

Laws: 1. The drawing is a function of the weeks. 2. Nothing is told by colour alone: each row has its name and its first and last figure.
Must not know: who serves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_NAMES, _BARS, _FIGURES, _HEIGHT, _GAP = 190, 420, 90, 56, 26
_WIDTH = _NAMES + _BARS + 2 * _FIGURES


@dataclass(frozen=True, slots=True)
class Row:
    """One row of bars. Shape: `values` the oldest first; `ends` the first and the last as they are written; `said` the row in words."""

    name: str
    values: tuple[int, ...]
    ends: tuple[str, str]
    said: str


def draw_rows(rows: Sequence[Row], ends: tuple[str, str], title: str) -> str:
    """Draw rows of bars over the same weeks as SVG; `ends` stand below the first and the last bar."""
    height = len(rows) * (_HEIGHT + _GAP) + _GAP
    parts = [_draw_row(row, _GAP + at * (_HEIGHT + _GAP)) for at, row in enumerate(rows)]
    left, right = _NAMES + _FIGURES, _NAMES + _FIGURES + _BARS
    below = f'<text x="{left}" y="{height - 4}">{escape(ends[0])}</text>'
    below += f'<text x="{right}" y="{height - 4}" text-anchor="end">{escape(ends[1])}</text>'
    told = "; ".join((title, *(row.said for row in rows)))
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" xmlns="http://www.w3.org/2000/svg"><title>{escape(told)}</title>'
        f'<g font-size="13" fill="#111">{"".join(parts)}{below}</g></svg>'
    )


def _draw_row(row: Row, top: int) -> str:
    most, step = max(1, *row.values), _BARS / len(row.values)
    floor = top + _HEIGHT
    bars = []
    for at, value in enumerate(row.values):
        tall = round(_HEIGHT * value / most, 1)
        x, width = round(_NAMES + _FIGURES + at * step, 1), round(step * 0.8, 1)
        bars.append(f'<rect x="{x}" y="{floor - tall}" width="{width}" height="{tall}" fill="#205493"/>')
    left, right = _NAMES + _FIGURES, _NAMES + _FIGURES + _BARS
    return (
        f'<text x="0" y="{floor - 4}">{escape(row.name)}</text>'
        f'<text x="{left - 8}" y="{floor - 4}" text-anchor="end">{escape(row.ends[0])}</text>'
        f'<text x="{right + 4}" y="{floor - 4}">{escape(row.ends[1])}</text>'
        f'<line x1="{left}" y1="{floor}" x2="{right}" y2="{floor}" stroke="#555"/>{"".join(bars)}'
    )
