"""The vocabulary of lists: where a walk over a provider's list stands, and the page that one call asks for.

Laws: 1. A position is the provider's business: a caller sees it encrypted only. 2. A `Page` belongs to one exchange.
Must not know: how a provider is asked, how a cursor is sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

ProviderCursor: TypeAlias = "str | int | None"  # a provider's own cursor; None = the beginning


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands.

    Shape: `offset` elements are behind it (styles page, offset, none). Of style cursor, `token` begins the provider's page, of which `skip`
    elements are given; `steps` counts the tokens so far, and `mark` is the digest of one of them, so that a circle is noticed.
    """

    offset: int = 0
    token: ProviderCursor = None
    skip: int = 0
    steps: int = 0
    mark: str = ""


START = Position()


@dataclass(slots=True)
class Page:
    """The page that one call asks for.

    Shape: bindings read `number`, `offset`, `size` and `cursor`; of what the provider gives, `skip` elements are passed over and at most
    `take` are given. `context` is what the caller's cursor is bound to, b"" until it is needed. Once the provider has answered, `next` is
    the position after what it gave; None = nothing follows.
    """

    position: Position
    size: int
    take: int
    skip: int = 0
    number: int = 0
    offset: int = 0
    cursor: ProviderCursor = None
    context: bytes = b""
    next: Position | None = None


@dataclass(frozen=True, slots=True)
class Turning:
    """How one provider's list is walked: the page for a position and a number of elements; the position some elements into a page.

    Shape: `advance` takes the position that a page was asked for, and how many of its elements were taken, fewer than it gave. `name` is
    that of the upstream and its style: a position of one is none of another.
    """

    plan: Callable[[Position, int], Page]
    advance: Callable[[Position, int], Position]
    name: str = ""
