"""The reference catalogue: deterministic, of the size and money that were published, with a truth that its entries bear out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from gateway.catalogue.form import read_app, write_app
from gateway.cli.catalogue_merging import load_lexicon
from gateway.sandbox.applications.make import NEW, NEW_RUPIAH, TOTAL, Made, make_catalogue
from gateway.sandbox.applications.tables import Tables, read_tables
from gateway.sandbox.applications.truth import Truth, read_truth, relate, write_truth

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "seeds" / "catalogue"
SMALL = 2_000


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables(TABLES)


@pytest.fixture(scope="module")
def made(tables: Tables) -> list[Made]:
    return make_catalogue(tables, SMALL)


def test_the_same_seed_gives_the_same_entries_and_another_seed_others(tables: Tables, made: list[Made]) -> None:
    assert make_catalogue(tables, SMALL) == made
    assert make_catalogue(tables, SMALL, seed=7) != made


def test_there_are_as_many_entries_as_asked_for_each_with_its_own_id_in_order(made: list[Made]) -> None:
    ids = [one.app.id for one in made]
    assert ids == sorted(set(ids))
    assert len(ids) == SMALL


def test_the_country_has_38_provinces_and_514_regencies_and_cities(tables: Tables) -> None:
    assert Counter(owner.kind for owner in tables.regions) == {"province": 38, "regency": 416, "city": 98}


def test_one_ministry_has_400_applications_one_over_500_one_over_5000(tables: Tables) -> None:
    weights = sorted((owner.weight for owner in tables.ministries), reverse=True)
    assert weights[0] > 5_000
    assert weights[1] > 500
    assert 400 in weights


def test_what_is_new_costs_its_share_of_what_was_to_be_spent(made: list[Made]) -> None:
    total = sum(one.app.cost_rupiah or 0 for one in made if one.app.lifecycle in NEW)
    assert total == pytest.approx(NEW_RUPIAH * SMALL / TOTAL, rel=0.001)


def test_every_entry_is_read_back_as_it_was_written(made: list[Made]) -> None:
    for one in made:
        assert read_app(write_app(one.app)) == one.app
        assert read_truth(write_truth(one.truth)) == one.truth


def test_the_truth_names_every_column_of_an_entry_and_no_other(made: list[Made]) -> None:
    for one in made:
        assert [name for name, _ in one.truth.columns] == [field.name for field in one.app.fields]


def test_clones_of_one_design_share_nearly_all_columns(made: list[Made]) -> None:
    by_design: dict[str, list[Made]] = {}
    for one in made:
        if one.truth.origin == "clone" and one.app.fields:
            by_design.setdefault(one.truth.design, []).append(one)
    pairs = [(some[0], other) for some in by_design.values() for other in some[1:]]
    assert len(pairs) > 50
    for one, other in pairs:
        mine, theirs = ({field.name for field in each.app.fields} for each in (one, other))
        assert len(mine & theirs) >= max(len(mine), len(theirs)) - 2


def test_a_look_alike_bears_the_name_of_a_function_that_it_has_not(made: list[Made]) -> None:
    alike = [one.truth for one in made if one.truth.origin == "lookalike"]
    assert alike
    assert all(truth.like and truth.like != truth.function for truth in alike)


def test_every_origin_occurs(made: list[Made]) -> None:
    assert {one.truth.origin for one in made} == {"clone", "near", "own", "combined", "lookalike", "successor"}


def test_two_entries_are_the_same_overlap_or_have_nothing_to_do_with_each_other() -> None:
    def truth(function: str) -> Truth:
        return Truth("a.b", function, "own", "d")

    assert relate(truth("employee.admin"), truth("employee.admin")) == "same"
    assert relate(truth("employee.admin"), truth("employee+road.map")) == "overlap"
    assert relate(truth("employee.admin"), truth("road.admin")) == "none"


def test_tables_that_name_what_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in TABLES.iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("nik;name", "nik;nobody") if path.name == "objects.csv" else text, encoding="utf-8")
    with pytest.raises(ValueError, match="nobody"):
        read_tables(tmp_path)


def test_fewer_applications_than_owners_are_refused(tables: Tables) -> None:
    with pytest.raises(ValueError, match="one application an owner"):
        make_catalogue(tables, 100)


def test_its_words_are_not_the_glossarys(made: list[Made]) -> None:
    lexicon = load_lexicon()
    names = sorted({field.name for one in made for field in one.app.fields})
    read = [lexicon.read_field(name).terms for name in names]
    known = sum(all(term.concepts and not term.concepts[0].startswith("=") for term in terms) for terms in read)
    assert 0.2 < known / len(names) < 0.7
    for path in (ROOT / "gateway" / "sandbox" / "applications").glob("*.py"):
        assert not re.search(r'"glossary"|seeds/glossary|catalogue.overlap', path.read_text(encoding="utf-8"))
