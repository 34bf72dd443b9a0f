"""Containment against a second oracle: the canonical form of jsonschema-rs, on random pairs of schemas.

Laws: where the prover says that a schema lies within another, the oracle does not say the contrary, and no random document does.
"""

from __future__ import annotations

from random import Random

import jsonschema_rs
from jsonschema_rs.canonical import Containment

from gateway.schema.check import make_validator
from gateway.translate.prove.abstract import Abstraction
from gateway.translate.prove.contain import Budget, Comparison
from gateway.translate.prove.samples import draw
from gateway.values.model import Json

PAIRS = 400
PATTERNS = ("^[0-9]{2}$", "^[0-9]+$", "^[A-Z0-9]*$", "^a", "[0-9]$", "^(0|[1-9][0-9]*)$")


def make_scalar(chance: Random) -> Json:
    kind = chance.choice(("string", "string", "integer", "number", "enum", "boolean", "null"))
    if kind == "string":
        made: Json = {"type": "string"}
        for word, values in (("minLength", (0, 1, 2)), ("maxLength", (1, 2, 5)), ("pattern", PATTERNS)):
            if chance.random() < 0.4:
                made[word] = chance.choice(values)
        return made
    if kind in ("integer", "number"):
        made = {"type": kind}
        for word, values in (
            ("minimum", (-5, 0, 1)),
            ("exclusiveMaximum", (3, 10)),
            ("maximum", (2, 9, 10)),
            ("multipleOf", (1, 2, 3, 0.5)),
        ):
            if chance.random() < 0.35:
                made[word] = chance.choice(values)
        return made
    return {"enum": chance.sample(["a", "07", 1, 2, None, True, 10], chance.randint(1, 4))} if kind == "enum" else {"type": kind}


def make_schema(chance: Random, depth: int = 2) -> Json:
    kind = chance.choice(("scalar", "scalar", "object", "array", "anyOf", "oneOf", "not")) if depth else "scalar"
    if kind == "scalar":
        return make_scalar(chance)
    if kind == "object":
        names = chance.sample(("p", "q", "r"), chance.randint(1, 3))
        made: Json = {"type": "object", "properties": {name: make_schema(chance, depth - 1) for name in names}}
        made["required"] = [name for name in names if chance.random() < 0.5]
        if chance.random() < 0.5:
            made["additionalProperties"] = False
        if chance.random() < 0.2:
            made["minProperties"] = 1
        return made
    if kind == "array":
        return {
            "type": "array",
            "items": make_schema(chance, depth - 1),
            "maxItems": chance.choice((1, 2, 3)),
            "minItems": chance.choice((0, 1)),
        }
    if kind == "not":
        return {**make_scalar(chance), "not": make_scalar(chance)}
    return {kind: [make_schema(chance, depth - 1) for _ in range(2)]}


def loosen(schema: Json, chance: Random) -> Json:
    """Give a schema near another one, so that the one often lies within the other."""
    if not isinstance(schema, dict):
        return schema
    made = {word: inner for word, inner in schema.items() if word == "type" or chance.random() < 0.85}
    if "properties" in made:
        made["properties"] = {name: loosen(inner, chance) for name, inner in made["properties"].items()}
    if "items" in made:
        made["items"] = loosen(made["items"], chance)
    return made


def test_what_is_called_contained_is_not_denied_by_the_oracle_or_by_a_document() -> None:
    """400 pairs; the prover decides a good part of them, and the oracle agrees on many."""
    chance, contained, agreed = Random(5), 0, 0
    for _ in range(PAIRS):
        one = make_schema(chance)
        other = loosen(one, chance) if chance.random() < 0.7 else make_schema(chance)
        abstraction = Abstraction({})
        value, target = abstraction.read_document(one, "target"), abstraction.read_document(other, "target")
        if Comparison(Budget()).find_gap(value, target) is not None:
            continue
        contained += 1
        says = jsonschema_rs.canonicalize(other).covers(jsonschema_rs.canonicalize(one))
        assert says is not Containment.NO, (one, other)
        agreed += says is Containment.YES
        is_one, is_other = make_validator(one).is_valid, make_validator(other).is_valid
        for _ in range(30):
            drawn = draw(value, chance)
            if drawn is not None and is_one(drawn[0]):
                assert is_other(drawn[0]), (one, other, drawn[0])
    assert contained >= 80 and agreed >= 40, (contained, agreed)
