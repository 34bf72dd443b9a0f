"""What leaves the catalogue: nothing is a formula, and other readers see the same."""

from __future__ import annotations

import re

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.completeness import WEIGHTS, score_app
from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.form import read_app, write_app
from gateway.catalogue.handout import COLUMNS, write_rows, write_turtle
from gateway.catalogue.intake.draft import Hints
from gateway.catalogue.intake.merge import Merge
from gateway.catalogue.intake.table import Cell, Line, read_table
from tests.unit.catalogue.strategies import apps

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
LEAST = App("a.b", "a", Text("Judul"))


@given(apps)
def test_no_cell_leaves_as_a_formula(app: App) -> None:
    for cell in list(write_rows([app]))[1]:
        assert not re.match(r"[\s\0]*[=+\-@＝＋－＠]", cell)


@pytest.mark.parametrize("sign", "=+-@")
def test_a_formula_in_any_text_is_kept_a_text(sign: str) -> None:
    text = sign + 'HYPERLINK("http://evil.example")'
    app = App(
        "a.b", "a", Text(text, text), Text(text), function=text, sector=text, legal_basis=(text,), fields=(Field(text),), contacts=(text,)
    )
    cells = dict(zip(COLUMNS, list(write_rows([app]))[1], strict=True))
    named = ("title.id", "title.en", "description.id", "function", "sector", "legal_basis", "fields", "contacts")
    assert {cells[key][0] for key in named} <= {"'", "["}


@given(st.lists(apps, max_size=3, unique_by=lambda app: app.id))
@settings(max_examples=60, deadline=None)
def test_what_is_handed_out_as_rows_changes_nothing_when_it_comes_in_again(entries: list[App]) -> None:
    held = {app.id: app for app in entries}
    rows = (
        Line(number, {place: Cell(text) for place, text in enumerate(row, 1) if text}) for number, row in enumerate(write_rows(entries), 1)
    )
    merge = Merge(held.get, {})
    assert list(merge.run(read_table("x.csv", rows, Hints()))) == []
    assert (merge.report.same, merge.report.findings) == (len(entries), [])


@given(apps)
@settings(max_examples=60, deadline=None)
def test_turtle_says_of_an_entry_what_it_says_whatever_it_holds(app: App) -> None:
    graph = rdflib.Graph().parse(data="".join(write_turtle([app], "https://katalog.example/")), format="turtle")
    subject = rdflib.URIRef(f"https://katalog.example/apps/{app.id}")
    titles = {str(each.language): str(each) for each in graph.objects(subject, DCT.title) if isinstance(each, rdflib.Literal)}
    assert titles == {tag: text.replace("\0", "\ufffd") for tag, text in (("id", app.title.id), ("en", app.title.en)) if text}
    assert list(graph.objects(subject, DCT.publisher)) == [rdflib.URIRef(f"https://katalog.example/agencies/{app.owner}")]
    assert set(graph.subjects(DCAT.dataset, None)) == {rdflib.URIRef("https://katalog.example/")}
    wanted = {word for word in (app.sector, app.function, *app.masters) if word}
    assert {str(each) for each in graph.objects(subject, DCAT.keyword)} == wanted


def test_an_interface_with_an_address_is_a_service_and_one_without_is_none() -> None:
    app = App("a.b", "a", Text("Judul"), interfaces=(Interface("openapi", "https://a.example/api.json"), Interface("wsdl", "b> .")))
    graph = rdflib.Graph().parse(data="".join(write_turtle([app], "https://katalog.example/")), format="turtle")
    assert [str(each) for each in graph.objects(None, DCAT.endpointURL)] == ["https://a.example/api.json"]
    assert [str(each) for each in graph.objects(None, DCAT.servesDataset)] == ["https://katalog.example/apps/a.b"]


# --- completeness


def test_the_weights_add_up_to_a_hundred() -> None:
    assert sum(weight for weight, _ in WEIGHTS.values()) == 100


def test_an_entry_that_says_only_what_it_must_scores_little_and_what_is_missing_is_named_heaviest_first() -> None:
    scored = score_app(LEAST)
    assert scored.score == WEIGHTS["title"][0]
    assert scored.missing[0] == "fields"
    assert set(scored.missing) == set(WEIGHTS) - {"title"}


@given(apps)
def test_saying_more_never_lowers_the_score(app: App) -> None:
    more = read_app(write_app(app) | {"function": "x", "legal_basis": ["x"]})
    assert 0 <= score_app(app).score <= score_app(more).score <= 100
