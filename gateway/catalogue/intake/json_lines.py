"""JSON lines of entries: the form in which the catalogue leaves and comes back, and the fastest way in.

Laws: the room's; a line is read alone. Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from ..entry import App
from ..form import Malformed, read_app
from .draft import Draft
from .findings import Finding, Place

LINE_BYTES_MAX = 1 << 20
PIECES_MAX = 64  # of a line that is passed over; one longer than that ends the reading


def read_json_lines(file: str, lines: Iterable[bytes]) -> Iterator[App | Finding]:
    """Read one entry a line; empty lines are passed over."""
    return (read_app(each.rows) if isinstance(each, Draft) else each for each in read_line_drafts(file, lines))


def read_line_drafts(file: str, lines: Iterable[bytes]) -> Iterator[Draft | Finding]:
    """Read one entry a line; empty lines are passed over.

    Shape: a line longer than the bound may come in pieces; it is refused once and the rest of it passed over.
    """
    number, over = 0, 0
    for line in lines:
        was_over = over > 0
        over = over + 1 if not line.endswith(b"\n") and len(line) > LINE_BYTES_MAX else 0
        if over > PIECES_MAX:
            return
        if was_over:
            continue
        number += 1
        if over:
            yield Finding("error", Place(file, number), f"a line of more than {LINE_BYTES_MAX:,} bytes", "one entry a line")
        elif line.strip():
            yield _read_line(Place(file, number), line)


def _read_line(place: Place, line: bytes) -> Draft | Finding:
    try:
        rows = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        read_app(rows)
    except orjson.JSONDecodeError as error:
        return Finding("error", place, f"no JSON: {error.msg}")
    except Malformed as error:
        return Finding("error", Place(place.file, place.line, 0, error.pointer), error.detail)
    return Draft(place, rows)
