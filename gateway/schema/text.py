"""JSON text ⇄ documents."""

from __future__ import annotations

from gateway.values.model import Json

DEPTH_MAX = 64


def decode_json(raw: bytes, *, depth_max: int = DEPTH_MAX, big_integers: bool = False) -> Json:
    """Decode one JSON document.

    `big_integers` lets integers beyond 2^53 pass (up to 64 bits), for schemas that declare them.
    Faults: NOT_JSON, each finding with the pointer where that is known.
    Source: RFC 8259.
    """
    raise NotImplementedError


def encode_json(document: Json) -> bytes:
    """Write a document as compact UTF-8 JSON."""
    raise NotImplementedError
