"""Editors' schemas and the reference page say what the checker says."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from gateway.plan.decode import decode_document
from gateway.plan.editor import file_schema, kind_schema, render_reference
from gateway.plan.kinds import KINDS
from gateway.plan.read import QUOTED, make_source, read_trees
from gateway.plan.scalars import resolve_plain

ROOT = Path(__file__).parents[3]
SERVED = [spec for spec in KINDS.values() if not spec.later]


def test_the_committed_reference_is_the_rendering():
    """Made anew by writing what `gateway.plan.editor.render_reference()` gives."""
    assert (ROOT / "docs/reference/yaml.md").read_text(encoding="utf-8") == render_reference()


def plain_of(node):
    if isinstance(node.value, str):
        return node.value if node.tag == QUOTED else resolve_plain(node.value)
    if node.value and isinstance(node.value[0], tuple):
        return {key.value: plain_of(value) for key, value in node.value}
    return [plain_of(child) for child in node.value]


@pytest.mark.parametrize("spec", SERVED, ids=lambda spec: spec.name)
def test_the_example_of_each_kind_passes_its_schema_and_the_files(spec):
    (tree, _), *_ = read_trees(make_source("f", spec.example.encode())[0])
    document = plain_of(tree.root)
    assert decode_document(tree)[1] == []
    for schema in (kind_schema(spec.name), file_schema()):
        jsonschema_rs.validator_for(schema).validate(document)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for(kind_schema(spec.name)).validate({spec.name: document[spec.name], "unknown_key_": 1})


def test_the_files_schema_is_json_schema():
    jsonschema_rs.meta.validate(json.loads(json.dumps(file_schema())))


def test_what_comes_later_is_not_offered():
    assert "oauth2" not in json.dumps(kind_schema("upstream"))
    assert "rules" not in kind_schema("policy")["properties"]
