"""A document of a few pages that people sign and keep: headings, paragraphs, tables, a drawing of boxes; as HTML and as PDF.

Laws: 1. Both forms say the same. 2. Whatever others wrote is escaped. 3. The same paper gives the same bytes: no date of printing.
Must not know: what is written. The library that makes PDF is the extra `jembatan[documents]`, loaded only when one is made.
"""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing as Canvas
    from reportlab.lib.styles import StyleSheet1
    from reportlab.platypus import Flowable


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a drawing. Units: points from the upper left."""

    text: str
    x: int
    y: int
    width: int = 150
    height: int = 22


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, and lines between them by their places in the list."""

    title: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[tuple[int, int], ...]


Block: TypeAlias = Heading | Paragraph | Table | Drawing


@dataclass(frozen=True, slots=True)
class Paper:
    """A document."""

    title: str
    language: str
    blocks: tuple[Block, ...]


_STYLE = (
    "body{font:11pt/1.45 serif;max-width:48em;margin:2em auto;padding:0 1em;color:#111}table{border-collapse:collapse;font-size:.9em}"
    "td,th{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}"
    "svg{max-width:100%;height:auto}@page{size:A4;margin:2cm}"
)


_WIDTH = 495.0  # points between the margins of an A4 page


def write_html(paper: Paper) -> str:
    """Give the paper as one page of HTML that needs nothing else."""
    title = html.escape(paper.title)
    body = "".join(_write_block(block) for block in paper.blocks)
    return (
        f'<!doctype html><html lang="{html.escape(paper.language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def write_blocks(blocks: Sequence[Block]) -> str:
    """Give blocks as a part of a page."""
    return "".join(_write_block(block) for block in blocks)


def _write_block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h2>{html.escape(block.text)}</h2>"
        case Paragraph():
            return f"<p>{html.escape(block.text)}</p>"
        case Table():
            heads = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in block.head)
            rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
            return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        case Drawing():
            return write_svg(block)


def write_svg(drawing: Drawing) -> str:
    """Give a drawing as SVG."""
    parts = []
    for start, end in drawing.lines:
        one, other = drawing.boxes[start], drawing.boxes[end]
        ends = f'x1="{one.x + one.width}" y1="{one.y + one.height // 2}" x2="{other.x}" y2="{other.y + other.height // 2}"'
        parts.append(f'<line {ends} stroke="#555"/>')
    for box in drawing.boxes:
        place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
        parts.append(f'<rect {place} fill="#fff" stroke="#222"/>')
        parts.append(f'<text x="{box.x + 5}" y="{box.y + box.height - 7}" font-size="10">{html.escape(_cut(box))}</text>')
    size = f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}"'
    title = f"<title>{html.escape(drawing.title)}</title>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="sans-serif">{title}{"".join(parts)}</svg>'


def _cut(box: Box) -> str:
    most = box.width // 5 - 2
    return box.text if len(box.text) <= most else box.text[: most - 1] + "…"


def write_pdf(paper: Paper) -> bytes:
    """Give the paper as PDF.

    Faults: ImportError where the extra `documents` is not installed.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph as Text
    from reportlab.platypus import SimpleDocTemplate, Spacer

    styles = getSampleStyleSheet()
    out = io.BytesIO()
    pages = SimpleDocTemplate(out, pagesize=A4, title=paper.title, lang=paper.language, invariant=1, leftMargin=50, rightMargin=50)
    story: list[Flowable] = [Text(html.escape(paper.title), styles["Title"])]
    for block in paper.blocks:
        story += [_flow(block, styles), Spacer(1, 6)]
    pages.build(story)
    return out.getvalue()


def _flow(block: Block, styles: StyleSheet1) -> Flowable:
    from reportlab.platypus import Paragraph as Text

    match block:
        case Heading():
            return Text(html.escape(block.text), styles["Heading2"])
        case Paragraph():
            return Text(html.escape(block.text), styles["BodyText"])
        case Table():
            return _flow_table(block, styles)
        case Drawing():
            return _draw(block)


def _flow_table(block: Table, styles: StyleSheet1) -> Flowable:
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph as Text
    from reportlab.platypus import Table as Grid
    from reportlab.platypus import TableStyle

    small = styles["BodyText"].clone("small", fontSize=8, leading=10)
    rows: Sequence[Sequence[str]] = [block.head, *block.rows]
    cells = [[Text(html.escape(cell), small) for cell in row] for row in rows]
    style = TableStyle()
    style.add("GRID", (0, 0), (-1, -1), 0.4, colors.grey)
    style.add("VALIGN", (0, 0), (-1, -1), "TOP")
    style.add("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)
    widths = [_measure([row[place] for row in rows]) for place in range(len(block.head))]
    return Grid(
        cells, colWidths=[_WIDTH * width / sum(widths) for width in widths], repeatRows=1, splitInRow=1, style=style
    )  # a row may be longer than a page


def _measure(cells: Sequence[str]) -> float:
    """Give how wide a column wants to be: its mean text, but never less than its longest word."""
    word = max((len(word) for cell in cells for word in cell.split()), default=0)
    return max(min(26.0, word + 5.0), min(36.0, sum(map(len, cells)) / max(1, len(cells)) + 4))


def _draw(block: Drawing) -> Canvas:
    from reportlab.graphics.shapes import Drawing as Canvas
    from reportlab.graphics.shapes import Line, Rect, String
    from reportlab.lib import colors

    scale = min(1.0, 480 / block.width, 650 / block.height)
    canvas = Canvas(block.width * scale, block.height * scale)
    canvas.scale(scale, scale)
    for start, end in block.lines:
        one, other = block.boxes[start], block.boxes[end]
        ends = (one.x + one.width, block.height - one.y - one.height / 2, other.x, block.height - other.y - other.height / 2)
        canvas.add(Line(*ends, strokeColor=colors.grey))
    for box in block.boxes:
        top = block.height - box.y - box.height
        frame = Rect(box.x, top, box.width, box.height)
        frame.fillColor, frame.strokeColor = colors.white, colors.black
        canvas.add(frame)
        canvas.add(String(box.x + 5, top + 7, _cut(box), fontSize=10))
    return canvas
