"""Any bytes become documents or diagnostics, never an exception; and what is rendered never fails."""

import random

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.plan.decode import decode_document
from gateway.plan.kinds import KINDS
from gateway.plan.read import make_source, read_trees
from gateway.plan.render import RENDERERS
from gateway.plan.scalars import WrongValue, resolve_plain

EXAMPLES = "---\n".join(spec.example for spec in KINDS.values() if spec.example)
PIECES = ["&a ", "*a", "{", "}", "[", "]", ": ", "- ", "? ", "!t ", "<<: *a", "---\n", "...\n", "|\n", '"', "'", "#"]
PIECES += ["\t", "\r", "\n  ", "%", "@", "${env:X}", "\ufeff", "\u2028", "\x00", "é", "null", "007", "1e999", ".nan", "yes"]
PIECES += ["\x85", "\U0001f600", "route: x", "0x", "9" * 40]


def read_whole(raw):
    source, found = make_source("f.yaml", raw)
    documents = []
    for tree, mistakes in () if found else read_trees(source):
        found = found + mistakes
        if tree is not None:
            document, mistakes = decode_document(tree)
            found = found + mistakes
            documents += [document] if document else []
    for document in documents:
        document.mark_at(("title", "id"))
        document.key_mark_at(("grants", 0, "callers"))
    lines = source.text.split("\n")
    for one in found:
        assert 0 <= one.mark.line <= len(lines) + 1, one
    for render in RENDERERS.values():
        render(found, {"f.yaml": source})
    return documents, found


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    read_whole(raw)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join))
@example("{? a: 1}\n")
@example("a: !")
@example("? [a]\n: b")
@example("route:\n  ? {}\n  : 1")
@example("\n".join(["a: &a [1]", "b: *a"]))
def test_any_pieces_of_yaml_are_read_or_refused(text):
    read_whole(text.encode("utf-8", "replace"))


@settings(max_examples=200)
@given(st.integers(min_value=0, max_value=2**32))
def test_mutated_documents_are_read_or_refused(seed):
    """Documents that were right, with pieces put in, taken out and doubled."""
    dice = random.Random(seed)
    text = EXAMPLES
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(text))
        cut = dice.choice((0, 0, 1, 5))
        text = text[:at] + dice.choice([*PIECES, text[at : at + 9]]) + text[at + cut :]
    documents, found = read_whole(text.encode())
    assert documents or found


def test_every_example_together_is_right():
    documents, found = read_whole(EXAMPLES.encode())
    assert found == []
    assert len(documents) == EXAMPLES.count("---\n") + 1


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\uffff\ufffe\ufdd0")
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    LEAVES | st.text(alphabet=LETTERS, max_size=8),
    lambda child: st.lists(child, max_size=4) | st.dictionaries(st.text(alphabet="abc é.-1", max_size=5), child, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_free_json_survives_the_writing_of_pyyaml(value):
    """An oracle: what PyYAML writes of a JSON value (all texts in quotes) is read as that value."""

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data):
            return True

    Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
    text = yaml.dump({"schema": "a@1", "version": "1.0.0", "x": value}, Dumper=Dumper, allow_unicode=True)
    documents, found = read_whole(text.encode())
    assert found == [], text
    assert documents[0].value["x"] == value


@given(st.text(alphabet="0123456789+-._exoabfEinN~", max_size=8))
def test_a_plain_number_is_one_that_json_has(text):
    """Whatever is resolved is a JSON value: finite, exact, or the text itself."""
    try:
        value = resolve_plain(text)
    except WrongValue:
        return
    assert value is None or value == text or isinstance(value, bool) or abs(value) < float("inf")
