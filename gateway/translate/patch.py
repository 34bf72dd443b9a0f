"""A merge patch: the change of a document that a caller sends instead of the whole.

Law: neither document is changed.
Must not know: schemas.
Source: RFC 7396.
"""

from __future__ import annotations

from gateway.values.model import Json


def merge_patch(document: Json, patch: Json) -> Json:
    """Apply a merge patch: null takes a field away, an object is merged, all else replaces what was there."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged
