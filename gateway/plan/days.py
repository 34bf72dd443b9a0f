"""The turn of a day in Jakarta, by which the country's dates hold and end.

Must not know: what holds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

JAKARTA = timezone(timedelta(hours=7))


@lru_cache(maxsize=4096)  # rows of one day have one number: it is looked at on the hot path
def begin_of(day: str) -> float:
    """Give the beginning of a day. Units: Unix seconds."""
    return (datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=7)).timestamp()


@lru_cache(maxsize=4096)
def end_of(day: str) -> float:
    """Give the end of a day. Units: Unix seconds."""
    return begin_of(day) + 86_400.0


def find_day(moment: datetime) -> date:
    """Give the day that a moment is of."""
    return moment.astimezone(JAKARTA).date()
