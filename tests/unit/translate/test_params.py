"""Parameters of a mapping: filled once for each distinct tuple of values."""

import pytest

from gateway.translate.compile import compile_mapping
from gateway.translate.params import family_of, fill_params, judge_params, name_instance
from tests.unit.translate.samples import make_library, table, text

DOCUMENT = {
    "mapping": "simpus/visit", "from": "a@1", "to": "c@1", "params": {"zone": "zone", "office": "string"},
    "fields": {
        "began": {"from": "tgl", "via": [{"datetime": {"form": "DD-MM-YYYY HH:mm", "zone": "param.zone"}}]},
        "office": "param.office",
        "note": {"from": "ket", "via": [{"default": "param.office"}]},
    },
}  # fmt: skip
LIBRARY = make_library(table(["tgl"], tgl=text(), ket=text()), table(["began"], began=text(), office=text(), note=text()))


def fill(**values):
    return compile_mapping(fill_params(DOCUMENT, values), LIBRARY)


def test_a_parameter_is_an_operators_argument_and_a_fields_constant():
    made = fill(zone="WIT", office="P3215")
    assert made.problems == ()
    assert made.to_canonical.run({"tgl": "17-08-2026 10:00"}) == {"began": "2026-08-17T10:00:00+09:00", "office": "P3215", "note": "P3215"}
    assert made.to_agency.run({"began": "2026-08-17T10:00:00+09:00", "office": "P3215"}) == {"tgl": "17-08-2026 10:00"}


def test_an_instance_is_named_by_its_values_and_counted_by_its_family():
    name = name_instance("simpus/visit", {"zone": "WIT", "limit": 5})
    assert name == "simpus/visit(limit=5,zone=WIT)"
    assert fill(zone="WIT", office="x").id == "simpus/visit(office=x,zone=WIT)"
    assert family_of(name) == "simpus/visit" == family_of("simpus/visit")


def test_what_only_looks_like_a_parameter_stays_as_it_is():
    fields = {"a": {"const": "param.zone"}, "b": {"pick": "K", "where": {"J": "param.zone"}, "value": "N"}, "c": "A.param"}
    assert fill_params({"mapping": "m", "fields": fields, "drop": {"param.zone": {}}}, {"zone": "WIT"}) == {
        "mapping": "m(zone=WIT)", "fields": fields, "drop": {"param.zone": {}},
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"a": {"join": ["param.zone", "B"], "sep": "-"}},
        {"a": {"each": "B", "fields": {"c": {"split": "param.zone", "into": ["d", "e"], "sep": "-"}}}},
    ],
)
def test_where_a_parameter_cannot_stand_the_mapping_is_refused(fields):
    made = compile_mapping(fill_params({**DOCUMENT, "fields": fields}, {"zone": "WIT"}), LIBRARY)
    assert "JB-KEY-008" in [problem.code for problem in made.problems]


def test_every_parameter_is_declared_and_used():
    assert judge_params(DOCUMENT) == []
    wrong = judge_params({**DOCUMENT, "params": {"zona": "zone", "office": "string"}})
    assert [(problem.code, problem.path) for problem in wrong] == [
        ("JB-MAP-040", ("fields", "began", "via", 0, "datetime", "zone")),
        ("JB-MAP-041", ("params", "zona")),
    ]
