"""Whether two abstract values surely have nothing in common.

Must not know: schemas.
"""

from __future__ import annotations

from .domain import Object, Value
from .ranges import meet_all
from .texts import TooLarge

DEPTH_MAX = 6


def are_apart(one: Value, other: Value, depth: int = DEPTH_MAX) -> bool:
    """Whether no document is in both (False where that is not known)."""
    if (one.null and other.null) or one.booleans & other.booleans or meet_all(one.numbers, other.numbers):
        return False
    if one.text is not None and other.text is not None and _may_meet(one, other):
        return False
    if one.arrays and other.arrays:
        return False
    return all(_are_objects_apart(left, right, depth) for left in one.objects for right in other.objects)


def _may_meet(one: Value, other: Value) -> bool:
    try:
        return one.text is None or other.text is None or one.text.intersects(other.text)
    except TooLarge:
        return True


def _are_objects_apart(one: Object, other: Object, depth: int) -> bool:
    """Two objects are apart where a field that one of them requires tells them apart."""
    if not depth:
        return False
    for left, right in ((one, other), (other, one)):
        for name, own in left.fields.items():
            if not own.is_required:
                continue
            known = right.fields.get(name)
            value = known.value if known is not None else right.rest
            if value is None or are_apart(own.value.get(), value.get(), depth - 1):
                return True
    return False
