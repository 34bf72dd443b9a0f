"""Schemas that XML carries, and documents of them in the form in which they come back."""

from __future__ import annotations

import random
from typing import Any

from gateway.schema.registry import Registry

NS = "urn:contoh:1"
SCHEMAS: dict[str, Any] = {
    "flat@1": {
        "type": "object",
        "xml": {"name": "WARGA"},
        "required": ["NIK"],
        "properties": {
            "NIK": {"type": "string"},
            "UMUR": {"type": "integer"},
            "TINGGI": {"type": "number"},
            "KAWIN": {"type": "boolean"},
            "LAHIR": {"type": "string", "format": "date"},
        },
    },
    "licence@1": {
        "type": "object",
        "xml": {"name": "dataNIB", "namespace": NS},
        "required": ["nib", "pemilik"],
        "properties": {
            "nib": {"type": "string", "xml": {"attribute": True}},
            "aktif": {"type": "boolean", "xml": {"attribute": True, "namespace": "urn:lain:1", "prefix": "l"}},
            "modal": {
                "type": "object",
                "required": ["mata", "nilai"],
                "properties": {
                    "mata": {"type": "string", "xml": {"attribute": True}},
                    "nilai": {"type": "number", "xml": {"text": True}},
                },
            },
            "catatan": {
                "type": "object",
                "required": ["isi"],
                "properties": {"isi": {"type": "string", "xml": {"text": True}}, "oleh": {"type": "string", "xml": {"attribute": True}}},
            },
            "alamat": {
                "type": "object",
                "xml": {"namespace": "urn:wilayah:1", "prefix": "w"},
                "properties": {"jalan": {"type": "string"}, "kode": {"type": "string", "xml": {"namespace": ""}}},
            },
            "kegiatan": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string", "xml": {"name": "kbli"}}},
            "pemilik": {"type": "array", "items": {"$ref": "#/$defs/orang"}},
            "baris": {
                "type": "array",
                "items": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "integer", "xml": {"name": "sel"}}},
            },
            "akhir": {"type": ["string", "null"], "format": "date"},
        },
        "$defs": {
            "orang": {
                "type": "object",
                "required": ["nama"],
                "properties": {"nama": {"type": "string", "xml": {"name": "NAMA"}}, "persen": {"type": ["number", "null"]}},
            }
        },
    },
    "tree@1": {
        "type": "object",
        "xml": {"name": "unit", "namespace": NS, "prefix": "u"},
        "required": ["nama", "bawahan"],
        "properties": {"nama": {"type": "string"}, "bawahan": {"type": "array", "items": {"$ref": "#"}}},
    },
    "merged@1": {
        "xml": {"name": "gabung"},
        "allOf": [{"$ref": "flat@1"}, {"type": "object", "properties": {"EMAIL": {"type": "string"}}}],
    },
    "either@1": {
        "type": "object",
        "xml": {"name": "atau"},
        "oneOf": [
            {"required": ["a"], "properties": {"a": {"type": "string"}}},
            {"required": ["b"], "properties": {"b": {"type": "integer"}}},
        ],
    },
}
REGISTRY = Registry(SCHEMAS)
_SIGNS = "aZ09 \t\n\r<>&\"'é€ \U0001f600]]>&amp;{}"


def draw_text(chance: random.Random) -> str:
    return "".join(chance.choice(_SIGNS) for _ in range(chance.randrange(12)))


def draw(schema: Any, chance: random.Random, depth: int = 4) -> Any:
    """Draw a document: a list without an element of its own is always there, a text of an element that has attributes too."""
    if "$ref" in schema:
        return draw(SCHEMAS["tree@1"] if schema["$ref"] == "#" else SCHEMAS["licence@1"]["$defs"]["orang"], chance, depth - 1)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in kinds and chance.random() < 0.3:
        return None
    if kinds[0] == "object":
        return {
            name: draw(child, chance, depth)
            for name, child in schema["properties"].items()
            if name in schema.get("required", ()) or _is_always(child) or chance.random() < 0.6
        }
    if kinds[0] == "array":
        return [draw(schema["items"], chance, depth) for _ in range(chance.choice((0, 1, 1, 2, 5)) if depth > 0 else 0)]
    if schema.get("format") == "date":
        return f"20{chance.randrange(10, 99)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}"
    scalars = {
        "string": lambda: draw_text(chance),
        "integer": lambda: chance.choice((0, -1, 2**53, -(2**53), chance.randrange(10**6))),
        "number": lambda: chance.choice((0, 1.5, -2.25e-7, 1e21, 3.0, chance.random() * 10**9)),
        "boolean": lambda: chance.random() < 0.5,
    }
    return scalars[kinds[0]]()


def _is_always(child: Any) -> bool:
    return child.get("type") == "array" and not child.get("xml", {}).get("wrapped")
