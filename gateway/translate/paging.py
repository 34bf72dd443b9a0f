"""A dialect's `paging:`: how a provider gives a list, turned into the one national form and back.

Laws: 1. An element is given once, whatever sizes a caller asks for on the way. 2. That elements follow is never guessed: a provider says it
(total, more, next), or one element more than wanted is asked for. 3. What a provider gives against its own words (more than asked, a wrong
total, an empty page before the end, a cursor seen before) is PROVIDER_INVALID: no walk goes in a circle.
Must not know: callers' cursors, schemas, sockets.
Source: R. P. Brent, An improved Monte Carlo factorization algorithm, BIT 20 (1980), section 2 (circles in constant space).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import orjson

from gateway.values.faults import Refused, refuse
from gateway.values.model import Json
from gateway.values.page import Page, Position, ProviderCursor

from .paging_form import Paging, dig_path

TAKE_ALL = 1 << 53  # of style none, where a caller names no size
TOKEN_BYTES_MAX = 600  # as JSON; what a caller's cursor can carry
Cut = tuple[list[Json], Position | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider says beside the elements; None where the dialect names no place for it."""

    total: int | None = None
    more: bool | None = None
    token: ProviderCursor = None


def plan_page(paging: Paging, position: Position, size: int | None, *, is_sized: bool) -> Page:
    """Plan the page that a call asks for.

    Shape: `size` is what the caller names, None where it names none; `is_sized` says that the provider is told a size.
    """
    if paging.style == "none":
        return Page(position, 0, TAKE_ALL if size is None else size, position.offset)
    take = min(size or paging.size_max, paging.size_max)
    asked = take if is_sized else paging.size_max
    if paging.style == "cursor":
        return Page(position, asked, take, position.skip, cursor=position.token)
    if paging.style == "page":
        turned, skip = divmod(position.offset, asked)
        return Page(position, asked, take, skip, number=paging.first + turned)
    if paging.is_probed and is_sized:
        asked = min(take + 1, paging.size_max)
    return Page(position, asked, take, offset=position.offset)


def advance(paging: Paging, position: Position, taken: int) -> Position:
    """Give the position some elements into the page that a position was asked for, fewer than it gave."""
    if paging.style == "cursor":
        return replace(position, skip=position.skip + taken)
    return Position(position.offset + taken)


def find_elements(paging: Paging, payload: Json) -> list[Json]:
    """Give the elements of a payload.

    Faults: PROVIDER_INVALID where no list stands there.
    """
    found = dig_path(payload, paging.items)
    if isinstance(found, list):
        return found
    if paging.is_single and (isinstance(found, dict) or found is None):
        return [] if found is None else [found]
    raise _refuse_page("no list stands where the elements should")


def cut_page(paging: Paging, page: Page, found: list[Json], document: Json) -> Cut:
    """Give the elements for the caller, and the position after them: None where nothing follows.

    Shape: `document` is the provider's whole answer. Faults: PROVIDER_INVALID.
    """
    if paging.style != "none" and len(found) > page.size:
        raise _refuse_page("more elements than a page holds")
    return _CUTS[paging.style](paging, page, found, read_said(paging, document))


def read_said(paging: Paging, document: Json) -> Said:
    """Read what a provider says beside the elements.

    Faults: PROVIDER_INVALID.
    """
    total = None if paging.total is None else _read_total(dig_path(document, paging.total))
    more = None if paging.more is None else dig_path(document, paging.more)
    if paging.more is not None and not isinstance(more, bool):
        raise _refuse_page("whether more follows is neither true nor false")
    return Said(total, more, None if paging.next is None else _read_token(dig_path(document, paging.next)))


def _read_total(value: Json) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _refuse_page("the total is no number")
    return value


def _read_token(value: Json) -> ProviderCursor:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or len(orjson.dumps(value)) > TOKEN_BYTES_MAX:
        raise _refuse_page("the next cursor is no text or number, or too long")
    return value


def _follows(said: Said, behind: int, count: int) -> bool:
    """Say whether elements follow those found; `behind` counts all up to the last one found, `count` those found."""
    if said.total is not None:
        if count and behind > said.total:
            raise _refuse_page("more elements than the total")
        return behind < said.total
    return bool(said.more)


def _cut_by_number(paging: Paging, page: Page, found: list[Json], said: Said) -> Cut:
    begin = page.position.offset
    follows = _follows(said, begin - page.skip + len(found), len(found))
    if follows and len(found) < page.size:
        raise _refuse_page("a page is short, and more should follow")
    given = found[page.skip : page.skip + page.take]
    has_rest = page.skip + len(given) < len(found)
    return given, Position(begin + len(given)) if follows or has_rest else None


def _cut_by_offset(paging: Paging, page: Page, found: list[Json], said: Said) -> Cut:
    begin = page.position.offset
    follows = _follows(said, begin + len(found), len(found))
    if follows and not found:
        raise _refuse_page("a page is empty, and more should follow")
    is_full_probe = paging.is_probed and len(found) == page.size
    given = found[: min(page.take, page.size - 1) if is_full_probe else page.take]
    return given, Position(begin + len(given)) if follows or len(given) < len(found) else None


def _cut_by_cursor(paging: Paging, page: Page, found: list[Json], said: Said) -> Cut:
    here = page.position
    given = found[page.skip : page.skip + page.take]
    if page.skip + len(given) < len(found):
        return given, Position(0, here.token, page.skip + len(given), here.steps, here.mark)
    if said.token is None or said.more is False:
        if said.more:
            raise _refuse_page("more should follow, and there is no next cursor")
        return given, None
    return given, _step(here, said.token)


def _cut_whole(paging: Paging, page: Page, found: list[Json], said: Said) -> Cut:
    given = found[page.skip : page.skip + page.take]
    end = page.skip + len(given)
    return given, Position(end) if end < len(found) else None


_CUTS: Mapping[str, Callable[[Paging, Page, list[Json], Said], Cut]] = {
    "page": _cut_by_number,
    "offset": _cut_by_offset,
    "cursor": _cut_by_cursor,
    "none": _cut_whole,
}


def _step(here: Position, token: ProviderCursor) -> Position:
    """Go on to a provider's next cursor; a circle is noticed, however long, by the digest kept of every 2^n-th cursor."""
    digest = hashlib.blake2b(orjson.dumps(token), digest_size=8).hexdigest()
    if token == here.token or digest == here.mark:
        raise _refuse_page("a cursor comes again")
    steps = here.steps + 1
    is_marked = steps & (steps - 1) == 0
    return Position(0, token, 0, steps, digest if is_marked else here.mark)


def _refuse_page(why: str) -> Refused:
    return refuse("PROVIDER_INVALID", reason=f"paging: {why}")
