"""What changes between two versions of a schema, with a document that shows it, confirmed by a second validator."""

import jsonschema
import pytest

from gateway.schema.registry import Registry
from gateway.translate.prove.compare import compare_schemas
from tests.unit.translate.samples import table, text

BASE = table(["a"], a=text(maxLength=5), n={"type": "integer", "minimum": 0})


@pytest.mark.parametrize(
    ("newer", "word"),
    [
        (BASE, "compatible"),
        (table(["a"], a=text(maxLength=9), n={"type": "integer", "minimum": 0}), "backward"),
        (table(["a", "n"], a=text(maxLength=5), n={"type": "integer", "minimum": 0}), "forward"),
        (table(["a"], a=text(minLength=1, maxLength=9), n={"type": "integer", "minimum": 0}), "breaking"),
        (table(["a"], a={"type": "integer"}, n={"type": "integer", "minimum": 0}), "breaking"),
        (table(["a"], a=text(enum=["x", "y"]), n={"type": "integer", "minimum": 0}), "forward"),
        (table(["a"], a=text(maxLength=5), n={"type": "integer", "minimum": -1}), "backward"),
        (table([], a=text(maxLength=5), n={"type": "integer", "minimum": 0}), "backward"),
    ],
)
def test_a_change_is_named_and_shown(newer, word):
    change = compare_schemas(Registry({"x@1": BASE, "x@2": newer}), "x@1", "x@2")
    assert change.word == word
    for inclusion, inner, outer in ((change.backward, BASE, newer), (change.forward, newer, BASE)):
        if inclusion.word == "no":
            jsonschema.Draft202012Validator(inner).validate(inclusion.document)
            assert not jsonschema.Draft202012Validator(outer).is_valid(inclusion.document)
            assert inclusion.reason
