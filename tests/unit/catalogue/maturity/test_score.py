"""Scores: exact sums, levels that facts bear out, what is missing, and everything unverified said."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from gateway.catalogue.maturity.compare import find_changes, rank_categories
from gateway.catalogue.maturity.score import Entered, Score, Sheet, decode_sheet, score_agency
from gateway.catalogue.maturity.sets import IndicatorSet, SetError, decode_set

ROOT = Path(__file__).parents[4]
SETS = files("gateway.catalogue.maturity") / "sets"


def load(name: str) -> IndicatorSet:
    return decode_set(yaml.safe_load((SETS / f"{name}.yaml").read_text(encoding="utf-8")), name)


SPBE = load("spbe-2020")
SHEET = decode_sheet(yaml.safe_load((ROOT / "seeds/maturity/worked-example.yaml").read_text(encoding="utf-8")), 5)


def score(facts: dict[str, str] | None = None, **scores: Entered) -> Score:
    entered = {key.removeprefix("i"): value for key, value in scores.items()}
    return score_agency(
        Sheet("x", 2026, "spbe-2020", "city", entered), SPBE, {name: Decimal(value) for name, value in (facts or {}).items()}
    )


def test_the_worked_example_gives_3_76_sangat_baik() -> None:
    made = score_agency(SHEET, SPBE, {})
    assert (made.index, made.predicate.id) == (Decimal("3.76"), "sangat baik")


def test_the_set_has_4_domains_8_aspects_47_indicators_that_weigh_100() -> None:
    assert (len(SPBE.domains), len(SPBE.aspects), len(SPBE.indicators)) == (4, 8, 47)
    assert sum(one.weight for one in SPBE.indicators.values()) == 100
    assert {key: len([one for one in SPBE.indicators.values() if one.aspect == key]) for key in SPBE.aspects} == {
        "1": 10, "2": 4, "3": 4, "4": 2, "5": 8, "6": 3, "7": 10, "8": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("index", "name"),
    [("4.2", "memuaskan"), ("4.19", "sangat baik"), ("3.5", "sangat baik"), ("2.6", "baik"), ("1.8", "cukup"), ("1.79", "kurang")],
)
def test_predicates_begin_where_the_regulation_says(index: str, name: str) -> None:
    assert SPBE.name(Decimal(index)).id == name


def test_levels_of_5_everywhere_give_5_and_nothing_entered_gives_1() -> None:
    assert score(**{f"i{key}": Entered(5, ("x.pdf",)) for key in SPBE.indicators}).index == 5
    assert score().index == 1


def test_a_score_says_what_is_unverified_and_what_nobody_entered() -> None:
    notes = " ".join(score(i1=Entered(3)).notes)
    assert "unverified of indicators all" in notes
    assert "domain 1, domain 3" in notes
    assert "nobody entered" in notes
    assert "entered without evidence: indicators 1" in notes


def test_facts_carry_an_indicator_as_far_as_they_reach_and_say_what_is_missing() -> None:
    made = score({"operations": "3", "apps_connected_share": "0.95", "foreign_agencies": "2"})
    (link,) = [one for one in made.standings if one.indicator.id == "18"]
    assert (link.level, link.origin) == (3, "counted")
    assert link.missing == ("evidence: periodic review",)


def test_attached_evidence_carries_it_further() -> None:
    facts = {"operations": "3", "apps_connected_share": "0.95", "foreign_agencies": "2"}
    made = score(facts, i18=Entered(4, ("review.pdf",), ("periodic review",)))
    (link,) = [one for one in made.standings if one.indicator.id == "18"]
    assert (link.level, link.counted) == (4, 4)
    assert link.missing == ("evidence: review and improvement",)


def test_live_use_by_another_agency_is_level_4_of_a_service() -> None:
    facts = {"sector_apps:staff": "2", "sector_operations:staff": "1", "sector_foreign_agencies:staff": "1"}
    made = score(facts, i36=Entered(4, (), ("transactions",)))
    (personnel,) = [one for one in made.standings if one.indicator.id == "36"]
    assert personnel.counted == 4


def test_a_level_above_what_is_counted_is_noted() -> None:
    assert any("above what is counted: indicators 18" in note for note in score({"operations": "0"}, i18=Entered(4, ("x.pdf",))).notes)


def test_the_successor_is_an_outline_that_cannot_score_yet() -> None:
    with pytest.raises(SetError, match="outline"):
        score_agency(Sheet("x", 2026, "pemdi-2026"), load("pemdi-2026"), {})


def test_another_set_scores_by_the_same_code() -> None:
    made = score_agency(Sheet("x", 2026, "eimm-2005", scores={"1": Entered(4, ("x",))}), load("eimm-2005"), {})
    assert made.index == Decimal("1.50")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"set": None}, "keys"),
        ({"aspects": {"1": {"domain": "9", "id": "x", "weight": "13", "unverified": True}}}, "no aspect"),
        ({"computed": {"99": {"2": [{"evidence": "x"}]}}}, "no indicator 99"),
        ({"indicators": {"1": {"aspect": "1", "id": "x", "weight": "1.3"}}}, "source"),
    ],
)
def test_a_set_that_does_not_hold_together_is_refused(change: dict[str, object], match: str) -> None:
    document = yaml.safe_load((SETS / "spbe-2020.yaml").read_text(encoding="utf-8"))
    wrong = {key: value for key, value in {**document, **change}.items() if value is not None}
    with pytest.raises(SetError, match=match):
        decode_set(wrong)


def test_weights_that_do_not_add_up_are_refused() -> None:
    document = yaml.safe_load((SETS / "spbe-2020.yaml").read_text(encoding="utf-8"))
    document["indicators"]["1"]["weight"] = "1.4"
    with pytest.raises(SetError, match="weigh"):
        decode_set(document)


@pytest.mark.parametrize("rows", [{"level": 0}, {"level": 6}, {"level": True}, {"level": 3, "x": 1}])
def test_a_level_that_cannot_be_is_refused(rows: dict[str, object]) -> None:
    with pytest.raises(SetError, match=r"scores\.7"):
        decode_sheet({"agency": "x", "year": 2026, "set": "s", "scores": {"7": rows}}, 5)


@pytest.mark.parametrize("wrong", [{"year": "abc"}, {"year": None}, {"agency": None}, {"agency": ""}])
def test_a_sheet_without_an_agency_or_a_year_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SetError, match="agency is an id, year a number"):
        decode_sheet({"agency": "x", "year": 2026, "set": "s", **wrong}, 5)


def test_change_from_year_to_year_names_the_levels_that_moved() -> None:
    before = score_agency(Sheet("x", 2025, "spbe-2020", "city", {"1": Entered(2)}), SPBE, {})
    after = score_agency(Sheet("x", 2026, "spbe-2020", "city", {"1": Entered(4)}), SPBE, {})
    (change,) = find_changes([after, before])
    assert (change.before, change.after, change.moved) == (2025, 2026, (("1", 2, 4),))


def test_agencies_are_ranked_within_their_category() -> None:
    sheets = [
        Sheet("a", 2026, "spbe-2020", "city", {"1": Entered(2)}),
        Sheet("b", 2026, "spbe-2020", "city", {"1": Entered(5)}),
        Sheet("c", 2026, "spbe-2020", "province"),
    ]
    found = rank_categories([score_agency(sheet, SPBE, {}) for sheet in sheets])
    assert [(one.name, [name for name, _ in one.ranked]) for one in found] == [("city", ["b", "a"]), ("province", ["c"])]
