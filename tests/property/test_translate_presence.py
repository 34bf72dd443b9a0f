"""What is not blocked gives every required field, whatever optional fields are absent: random schemas, random mappings."""

from __future__ import annotations

import random

import jsonschema_rs
import pytest

from gateway.translate.compile import compile_mapping
from tests.unit.translate.samples import make_library

TEXT = {"type": "string"}


def grow(rng, names, depth=0):
    """Give a random object schema whose leaves have these names."""
    groups = [[] for _ in range(rng.randrange(1, 4))]
    for name in names:
        rng.choice(groups).append(name)
    properties = {}
    for number, group in enumerate(group for group in groups if group):
        if depth < 2 and len(group) > 1 and rng.random() < 0.7:
            properties[f"o{depth}{number}"] = grow(rng, group, depth + 1)
        else:
            properties.update(dict.fromkeys(group, TEXT))
    required = [name for name in properties if rng.random() < 0.6]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def list_paths(schema, prefix=""):
    for name, child in schema["properties"].items():
        yield from list_paths(child, prefix + name + ".") if child["type"] == "object" else [(name, prefix + name)]


def invent(schema, rng):
    if schema["type"] == "string":
        return rng.choice(["-", "x", "unknown", "abc"])
    names = [name for name in schema["properties"] if name in schema["required"] or rng.random() < 0.5]
    return {name: invent(schema["properties"][name], rng) for name in names}


def write_form(rng, path):
    """Give a random form of a field."""
    return rng.choice(
        [
            path,
            path,
            {"from": path, "via": ["trim"]},
            {"from": path, "via": [{"null_as": "-"}]},
            {"from": path, "via": [{"default": "unknown"}]},
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_is_not_blocked_is_valid_for_every_valid_source(seed):
    rng = random.Random(seed)
    ran = 0
    for _ in range(150):
        names = [f"f{number}" for number in range(rng.randrange(2, 7))]
        agency, canonical = grow(rng, names), grow(rng, [*names, "k"])
        theirs, ours = dict(list_paths(agency)), dict(list_paths(canonical))
        fields = {ours[name]: write_form(rng, theirs[name]) for name in names} | {ours["k"]: {"const": "k"}}
        compiled = compile_mapping({"mapping": "m", "from": "a@1", "to": "c@1", "fields": fields}, make_library(agency, canonical))
        assert compiled.problems == ()
        for translation, source, target in ((compiled.to_canonical, agency, canonical), (compiled.to_agency, canonical, agency)):
            assert (translation.run is None) == bool(translation.problems)
            validator = jsonschema_rs.Draft202012Validator(target)
            for _ in range(30 if translation.run else 0):
                document = invent(source, rng)
                if source is canonical:
                    set_constants(document, ours["k"].split("."))
                ran += 1
                assert validator.is_valid(translation.run(document)), (fields, document)
    assert ran > 1000


def set_constants(document, path):
    for segment in path[:-1]:
        if segment not in document:
            return
        document = document[segment]
    if path[-1] in document:
        document[path[-1]] = "k"
