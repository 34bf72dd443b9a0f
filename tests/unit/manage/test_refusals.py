"""What a page refuses, it refuses in the reader's language: every text of the laws and readers has its row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.manage.catalogue_refusals import REFUSALS, say_refusal

GATEWAY = Path(__file__).parents[3] / "gateway"
FILES = (
    "catalogue/gate/laws.py", "manage/catalogue_casework.py", "manage/catalogue_forms.py", "manage/catalogue_server.py",
    "manage/catalogue_counter.py", "catalogue/form.py",
)  # fmt: skip
PROGRAMS = {  # what a form cannot bring about
    "no JSON", "an entry is an object", "no key of an entry", "no list", "no object", "no key here; keys: WORD",
    "no whole number from WORD to WORD", "a decision says by whom and why",
}  # fmt: skip


def list_texts(tree: ast.AST) -> Iterator[str]:
    """Give the texts of what a module raises or answers with, a word put in for each value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            said = [*node.args, *(one.value for one in node.keywords if one.arg == "reason")]
            if name in ("Denied", "Malformed", "give_error") or name.startswith("HTTP"):
                yield from filter(None, map(read_text, said))
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:  # the table of mistakes
            yield from filter(None, [read_text(node.elts[1])])


def read_text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "WORD" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
        return str(node.left.value) + "WORD"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        return node.value
    return ""


@pytest.mark.parametrize("file", FILES)
def test_every_refusal_that_a_page_can_show_has_its_row(file: str) -> None:
    texts = set(list_texts(ast.parse((GATEWAY / file).read_text(encoding="utf-8")))) - PROGRAMS
    told = {text for text in texts if " " in text and text.strip("WORD ") and not text.startswith(("proposed in", "WORD: {", "WORD; WORD"))}
    assert [text for text in told if say_refusal(text, "id") == text] == []


def test_what_is_filled_in_stays_and_words_of_the_gate_are_said_in_indonesian() -> None:
    assert say_refusal("ani is proposer and may not decide", "id") == "ani berperan sebagai proposer dan tidak boleh memutuskan"
    assert say_refusal("K-1 is ready: it is decided after a screening, once a round", "id").startswith("K-1 siap diputuskan: ")
    assert say_refusal("ani is proposer and may not decide", "en") == "ani is proposer and may not decide"
    assert "(bkn sampai 2026-03-16)" in say_refusal("answers may still come (bkn until 2026-03-16); before that the head decides", "id")
    assert say_refusal("something new", "id") == "something new"


def test_the_field_that_is_wrong_is_named_as_the_form_names_it() -> None:
    assert say_refusal("harus", "en", "/app") == "Id: harus"
    assert say_refusal("missing", "id", "/title/id") == "Nama aplikasi: harus diisi"
    assert say_refusal("longer than 4,000 characters", "id", "/description/id") == "Uraian: lebih dari 4,000 huruf"
    assert say_refusal("no text", "en", "/cost/rupiah") == "/cost/rupiah: no text"


def test_no_row_says_the_english_again() -> None:
    assert [one for one, other in REFUSALS.items() if one == other] == []
