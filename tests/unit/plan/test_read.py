"""Strict YAML keeps positions, has bounds, and never raises."""

import subprocess
import sys

import pytest

from gateway.plan import read
from gateway.plan.decode import decode_document
from gateway.plan.marks import Mark
from gateway.plan.read import make_source, read_trees


def read_all(raw):
    source, found = make_source("f.yaml", raw)
    trees = []
    for tree, mistakes in () if found else read_trees(source):
        found = found + mistakes
        trees += [tree] if tree else []
    return source, trees, found


def decode_one(text):
    _, trees, found = read_all(text.encode())
    assert not found
    document, found = decode_document(trees[0])
    assert not found, found
    return document


DOCUMENTS = """\
# first
---
---
purpose: one
title: {id: Satu, en: One}
legal_basis: [UU 1/2000]
---
policy: open
title:
  id: Dua
  en: Two
operations: [a.b]
classes: [public]
grants:
  - callers: [taspen, {class: ministry}]
    purposes: [one]
    reveals: [name.full]
    masks: {"identifiers.nik": last4}
"""


def documents():
    _, trees, found = read_all(DOCUMENTS.encode())
    assert not found
    return [decode_document(tree)[0] for tree in trees]


def test_positions_count_through_the_file():
    one, two = documents()
    assert (one.mark, two.mark) == (Mark("f.yaml", 4, 10, 3), Mark("f.yaml", 8, 9, 4))


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("title", "en"), (11, 7, 3), (11, 3, 2)),
        (("title",), (9, 1, 5), (9, 1, 5)),  # a block that runs over lines is marked by its key
        (("operations", 0), (12, 14, 3), (12, 14, 3)),  # an item has no key
        (("grants", 0, "callers", 1, "class"), (15, 31, 8), (15, 24, 5)),
        (("grants", 0, "masks", "identifiers.nik"), (18, 32, 5), (18, 13, 17)),
        (("grants", 0, "valid", "since"), (14, 1, 6), (14, 1, 6)),  # what does not stand there: the nearest ancestor
        (("nowhere",), (8, 1, 1), (8, 1, 1)),
        ((), (8, 1, 1), (8, 1, 1)),
    ],
)
def test_a_path_finds_its_place_or_its_nearest_ancestor(path, value, key):
    document = documents()[1]
    assert document.mark_at(path) == Mark("f.yaml", *value)
    assert document.key_mark_at(path) == Mark("f.yaml", *key)


def test_a_broken_document_hides_neither_the_one_before_nor_the_one_after():
    _, trees, found = read_all(b"a: 1\n---\nb: [\n---\nc: 1\n")
    assert [tree.index for tree in trees] == [0, 2]
    assert [(one.code, one.mark.line) for one in found] == [("JB-SYN-001", 3)]


def test_a_rule_inside_a_block_text_is_no_rule():
    _, trees, found = read_all(b"a: |\n  ---\n  x\nb: 1\n")
    assert not found
    assert len(trees) == 1


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_matter(ending):
    _, trees, _ = read_all(b"\xef\xbb\xbf" + DOCUMENTS.replace("\n", ending).encode())
    assert [decode_document(tree)[0].mark.line for tree in trees] == [4, 8]


def test_a_file_over_its_bound_is_not_read(monkeypatch):
    monkeypatch.setattr(read, "FILE_BYTES_MAX", 10)
    source, _, found = read_all(b"purpose: one\n")
    assert [one.code for one in found] == ["JB-SYN-010"]
    assert source.text == ""


def test_documents_over_their_bound_are_not_read(monkeypatch):
    monkeypatch.setattr(read, "DOCUMENTS_MAX", 3)
    _, trees, found = read_all(b"---\na: 1\n" * 5)
    assert (len(trees), [(one.code, one.mark.line) for one in found]) == (3, [("JB-SYN-010", 7)])


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        ("[", b"JB-SYN-009"),
        ("- ", b"JB-SYN-009"),
        ("? ", b"JB-SYN-009"),
        ("{a: ", b"JB-SYN-009"),
        ("[{a: [", b"JB-SYN-009"),
        ("- &a ", b"JB-SYN-001"),  # not YAML at its second level
        ("- !a ", b"JB-SYN-001"),
    ],
)
def test_no_depth_reaches_the_parser_that_would_crash(piece, code):
    """The C parser recurses without a bound: a megabyte of brackets ends the process. Run apart, so that it would show."""
    program = (
        "import sys; from gateway.plan.read import make_source, read_trees;"
        "text = sys.stdin.buffer.read(); made = list(read_trees(make_source('f', text)[0]));"
        "print(made[0][1][0].code)"
    )
    text = piece * (1_000_000 // len(piece))
    done = subprocess.run([sys.executable, "-c", program], input=text.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, code), done.stderr[-300:]


def test_a_steep_but_allowed_document_is_read():
    text = "schema: a@1\nversion: 1.0.0\na: " + "[" * 60 + "]" * 60 + "\n"
    assert decode_one(text).value["a"]


def test_brackets_in_texts_are_no_depth():
    document = decode_one('schema: a@1\nversion: 1.0.0\npattern: "' + "[" * 500 + '"\n')
    assert document.value["pattern"] == "[" * 500


def test_two_equal_texts_have_marks_of_their_own():
    """Marks are found again by source, not by text."""
    first, second = make_source("a.yaml", DOCUMENTS.encode())[0], make_source("b.yaml", DOCUMENTS.encode())[0]
    marks = [decode_document(tree)[0].mark_at(("title", "id")).file for source in (first, second) for tree, _ in read_trees(source)]
    assert marks == ["a.yaml", "a.yaml", "b.yaml", "b.yaml"]


def test_a_complaint_looks_only_near_its_place():
    """A line of a megabyte that would make a pattern search it again from each of its letters."""
    _, _, found = read_all(b"x: {a: " + b"w" * 500_000 + b"[")
    assert [one.code for one in found] == ["JB-SYN-001"]
