"""`jembatan mapping`: report, show, run and suggest, over a small federation and over the reference one."""

import io
import json
import logging
import re
from pathlib import Path

import pytest
import yaml

from gateway.cli import main, mapping_suggest

ROOT = Path(__file__).parents[3]
COUNTRY = """
schema: person@1
version: 1.0.0
type: object
required: [name, sex]
properties:
  name: {type: string, maxLength: 100}
  birth: {type: object, properties: {date: {type: string, format: date}}}
  sex: {type: string, enum: [male, female], description: A code of sex@1}
  phone: {type: string}
  children: {type: array, items: {type: object, required: [name], properties: {name: {type: string}, phone: {type: string}}}}
---
schema: agency/warga@1
version: 1.0.0
type: object
required: [NAMA, JK]
properties:
  NAMA: {type: string, maxLength: 100}
  TGL_LHR: {type: string, pattern: "^[0-9]{2}-[0-9]{2}-[0-9]{4}$"}
  JK: {type: string, enum: ["L", "P"]}
  AGAMA: {type: string}
  ANAK: {type: array, items: {type: object, required: [NAMA], properties: {NAMA: {type: string}, CATATAN: {type: string}}}}
---
codelist: sex@1
codes: {male: {id: Laki-laki, en: Male}, female: {id: Perempuan, en: Female}}
"""
MAPPING = """
mapping: agency/warga
from: agency/warga@1
to: person@1
fields:
  name: NAMA
  birth.date: {from: TGL_LHR, via: [{assume: {minLength: 10, reason: checked, until: 2027-06-30}}, {date: DD-MM-YYYY}]}
  sex: {from: JK, via: [{codes: agency/sex@1}]}
  children:
    each: ANAK
    fields: {name: NAMA}
    drop: {CATATAN: {class: unused, reason: nobody reads it}}
    lack: {phone: not asked}
drop:
  AGAMA: {class: sensitive, reason: no canonical service needs it}
lack:
  phone: held by the operators
---
codelist: agency/sex@1
to: sex@1
codes: {"L": male, "P": female}
else: reject
"""
PAYLOAD = {"NAMA": "ASEP CONTOH", "TGL_LHR": "17-08-1991", "JK": "L", "AGAMA": "X", "ANAK": [{"NAMA": "BUDI CONTOH"}]}  # synthetic


@pytest.fixture
def country(tmp_path, monkeypatch):
    for part in ("routes", "policies", "schemas"):
        (tmp_path / part).mkdir()
    (tmp_path / "schemas" / "country.yaml").write_text(COUNTRY.strip() + "\n")
    (tmp_path / "schemas" / "warga.yaml").write_text(MAPPING.strip() + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(capsys, *words, code=0):
    assert main(["mapping", *map(str, words)]) == code
    out = capsys.readouterr().out
    return json.loads(out) if "json" in words else out


def test_the_report_counts_each_leaf_once_on_both_sides(country, capsys):
    (report,) = ask(capsys, "report", "--format", "json", "--as-of", "2027-06-20")
    assert report["agency"] == {"leaves": 6, "fields": 4, "dropped": 2, "open": 0}
    assert report["canonical"] == {"leaves": 6, "fields": 4, "lacking": 2, "open": 0}
    assert report["classes"] == {"to_canonical": {"I": 4}, "to_agency": {"I": 4}}


def test_the_report_names_drops_by_class_lacks_and_assumptions_with_their_lines(country, capsys):
    (report,) = ask(capsys, "report", "--format", "json", "--as-of", "2027-06-20")
    assert [(each["path"], each["class"]) for each in report["drops"]] == [("AGAMA", "sensitive"), ("ANAK[].CATATAN", "unused")]
    assert [each["path"] for each in report["lacks"]] == ["phone", "children[].phone"]
    assert [(each["until"], each["days_left"], each["where"]) for each in report["assumes"]] == [("2027-06-30", 10, "schemas/warga.yaml:6")]
    text = ask(capsys, "report", "--as-of", "2027-06-20")
    assert "dropped sensitive: AGAMA (no canonical service needs it)" in text
    assert "assumed until 2027-06-30 (10 days left): checked (schemas/warga.yaml:6)" in text


def test_an_assumption_that_has_ended_is_a_finding(country, capsys):
    ask(capsys, "report", "--as-of", "2027-07-01", code=1)


def test_the_lineage_of_a_field_names_every_agency_field_that_feeds_it(country, capsys):
    (row,) = ask(capsys, "report", "--field", "person.birth.date", "--format", "json")
    assert (row["agency"], row["mapping"], row["where"]) == (["TGL_LHR"], "agency/warga", "schemas/warga.yaml:6")
    (row,) = ask(capsys, "report", "--field", "person@1.children.name", "--format", "json")
    assert (row["agency"], row["where"]) == (["ANAK[].NAMA"], "schemas/warga.yaml:10")


@pytest.mark.parametrize("field", ["nobody.x", "person.nothing"])
def test_the_lineage_of_what_is_not_there_is_wrong_usage(country, capsys, field):
    ask(capsys, "report", "--field", field, code=3)


def test_every_line_of_the_reference_report_points_at_its_field(capsys):
    reports = ask(capsys, "report", ROOT, "--format", "json")
    assert sum(len(report["fields"]) for report in reports) > 100
    for report in reports:
        assert report["agency"]["open"] == report["canonical"]["open"] == 0
        for row in report["fields"]:
            file, _, line = row["where"].rpartition(":")
            text = Path(file).read_text().splitlines()[int(line) - 1]
            last = re.split(r"[.\[\]]+", row["canonical"])[-1]
            assert last in text or any(part.split(".")[-1] in text for part in row["agency"]), row


def test_the_report_says_which_routes_use_which_direction(capsys):
    reports = {report["mapping"]: report["routes"] for report in ask(capsys, "report", ROOT, "--format", "json")}
    assert "population.person.lookup" in reports["dukcapil/warga"]["to_canonical"]
    assert "civil-service.contact.replace" in reports["bkn/kontak"]["to_agency"]


def test_show_gives_the_fields_or_the_generated_functions(country, capsys):
    assert "birth.date       TGL_LHR" in ask(capsys, "show", "agency/warga")
    code = ask(capsys, "show", "agency/warga", "--code", "--direction", "to_canonical")
    assert code.startswith("# agency/warga, to_canonical\ndef ")
    assert "to_agency" not in code
    compile(code, "shown", "exec")
    ask(capsys, "show", "agency/warg", code=3)


def run_with(monkeypatch, document):
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(json.dumps(document).encode())})())


def test_run_shows_each_field_before_and_after_in_both_directions(country, capsys, monkeypatch):
    run_with(monkeypatch, PAYLOAD)
    (told,) = ask(capsys, "run", "agency/warga", "--to", "canonical", "--format", "json")
    fields = {row["canonical"]: (row["before"], row["after"]) for row in told["fields"]}
    assert fields["birth.date"] == (["17-08-1991"], ["1991-08-17"])
    assert fields["children[].name"] == (["BUDI CONTOH"], ["BUDI CONTOH"])
    assert [each["path"] for each in told["left_behind"]] == ["AGAMA"]
    run_with(monkeypatch, told["result"])
    (back,) = ask(capsys, "run", "agency/warga", "--to", "agency", "--format", "json")
    assert back["result"] == {key: value for key, value in PAYLOAD.items() if key != "AGAMA"}


@pytest.mark.parametrize(
    ("change", "stage", "pointer"),
    [
        ({"JK": "X"}, "the schema agency/warga@1", "/JK"),
        ({"TGL_LHR": "31-02-1991"}, "the mapping", "/TGL_LHR"),
    ],
)
def test_run_ends_with_one_and_says_who_refuses_what(country, capsys, monkeypatch, change, stage, pointer):
    run_with(monkeypatch, PAYLOAD | change)
    (told,) = ask(capsys, "run", "agency/warga", "--to", "canonical", "--format", "json", code=1)
    assert (told["stage"], [each["pointer"] for each in told["findings"]], told["result"]) == (stage, [pointer], None)


def test_run_refuses_what_is_no_json(country, capsys):
    (country / "x.json").write_text("{")
    (told,) = ask(capsys, "run", "agency/warga", "--to", "canonical", "x.json", "--format", "json", code=1)
    assert told["stage"] == "the text"


def test_values_of_a_run_go_to_standard_output_only(country, capsys, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    run_with(monkeypatch, PAYLOAD)
    assert main(["mapping", "run", "agency/warga", "--to", "canonical"]) == 0
    said = capsys.readouterr()
    assert "ASEP CONTOH" in said.out
    assert "ASEP" not in said.err and "ASEP" not in caplog.text


def test_a_draft_parses_and_passes_check_once_the_todos_are_resolved(country, capsys):
    (country / "schemas" / "warga.yaml").unlink()
    (country / "samples.jsonl").write_text(json.dumps(PAYLOAD) + "\n")
    draft = ask(capsys, "suggest", "agency/warga@1", "person@1", "--samples", "samples.jsonl")
    mapping, codelist = yaml.safe_load_all(draft)
    assert mapping["fields"]["birth.date"] == {"from": "TGL_LHR", "via": [{"date": "DD-MM-YYYY"}]}
    assert mapping["fields"]["children"]["fields"] == {"name": "NAMA"}
    assert codelist["codes"] == {"L": "male", "P": "female"}
    assert "AGAMA" in mapping["drop"] and "phone" in mapping["lack"]
    assert all(re.search(r"#.* [01]\.[0-9]{2} ", line) for line in draft.splitlines() if re.match(r"  (name|sex|birth)", line))
    (country / "schemas" / "draft.yaml").write_text(draft.replace("TODO: ", ""))
    assert main(["check"]) == 0, capsys.readouterr().out


def test_every_draft_over_the_reference_federation_parses_and_claims_every_leaf(monkeypatch, capsys):
    load, loaded = mapping_suggest.load_shelf, []

    def load_once(arguments):  # the federation is the same for every draft
        loaded.extend(() if loaded else (load(arguments),))
        return loaded[0]

    monkeypatch.setattr(mapping_suggest, "load_shelf", load_once)
    for report in ask(capsys, "report", ROOT, "--format", "json"):
        draft = ask(capsys, "suggest", report["from"], report["to"], ROOT, "--name", "draft/x")
        read = list(yaml.safe_load_all(draft))
        assert read[0]["mapping"] == "draft/x"
        assert all(document["else"] == "reject" for document in read[1:])


def test_a_sample_that_is_no_json_is_told_by_its_line_not_by_its_text(country, capsys):
    (country / "samples.jsonl").write_text('{"NAMA": "A"}\nSECRET\n')
    assert main(["mapping", "suggest", "agency/warga@1", "person@1", "--samples", "samples.jsonl"]) == 3
    said = capsys.readouterr().err
    assert "line 2" in said and "SECRET" not in said


def change_mapping(country, old, new):
    path = country / "schemas" / "warga.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_age_of_an_assumption_is_counted_from_its_first_day(country, capsys):
    change_mapping(country, "until: 2027-06-30", "since: 2026-06-30, until: 2027-06-30")
    (report,) = ask(capsys, "report", "--format", "json", "--as-of", "2027-06-20")
    assert [each["age_days"] for each in report["assumes"]] == [355]
    assert "(10 days left, 355 days old)" in ask(capsys, "report", "--as-of", "2027-06-20")
    assert main(["check", "--as-of", "2027-06-20"]) == 0
    assert "assumed on 2027-06-20: agency/warga, 355 days old, 10 days left" in capsys.readouterr().out


def test_an_assumption_without_a_first_day_is_of_unknown_age(country, capsys):
    assert main(["check", "--as-of", "2027-06-20"]) == 0
    assert "assumed on 2027-06-20: agency/warga, of unknown age: say `since:`, 10 days left" in capsys.readouterr().out
    assert main(["check", "--as-of", "2027-06-30"]) == 1
    out = capsys.readouterr().out
    assert "ended by 2027-06-30: assume agency/warga" in out
    assert "assumed on" not in out


def test_the_report_names_what_is_not_proved_and_where(country, capsys):
    (report,) = ask(capsys, "report", "--format", "json", "--as-of", "2027-06-20")
    assert report["verdicts"]["to_canonical"] == {
        "verdict": "REFUTED",
        "rule": "birth.date",
        "reason": report["verdicts"]["to_canonical"]["reason"],
    }
    assert "REFUTED at birth.date: " in ask(capsys, "report", "--as-of", "2027-06-20")


REFERRING = """
schema: person-name@1
version: 1.0.0
type: object
required: [full]
properties: {full: {type: string}}
---
schema: household@1
version: 1.0.0
type: object
required: [head]
properties:
  head: {$ref: person-name@1}
  members: {type: array, items: {type: object, properties: {name: {$ref: "#/$defs/name"}}}}
$defs: {name: {allOf: [{$ref: person-name@1}]}}
---
schema: agency/rumah@1
version: 1.0.0
type: object
required: [KEPALA]
properties:
  KEPALA: {type: string}
  ISI: {type: array, items: {type: object, required: [NAMA], properties: {NAMA: {type: string}}}}
---
mapping: agency/rumah
from: agency/rumah@1
to: household@1
fields:
  head.full: KEPALA
  members: {each: ISI, fields: {name.full: NAMA}}
"""


def test_the_lineage_of_a_schemas_field_is_found_wherever_others_refer_to_it(country, capsys):
    (country / "schemas" / "rumah.yaml").write_text(REFERRING.strip() + "\n")
    rows = ask(capsys, "report", "--field", "person-name.full", "--format", "json")
    assert [(row["canonical"], row["agency"]) for row in rows] == [
        ("household.head.full", ["KEPALA"]),
        ("household.members[].name.full", ["ISI[].NAMA"]),
    ]
    assert [row["agency"] for row in ask(capsys, "report", "--field", "household.head", "--format", "json")] == [["KEPALA"]]


def test_run_reads_the_agencys_xml_as_the_route_would(country, capsys):
    (country / "x.xml").write_text("<warga><NAMA>ASEP CONTOH</NAMA><JK>L</JK><ANAK><NAMA>BUDI CONTOH</NAMA></ANAK></warga>")
    (told,) = ask(capsys, "run", "agency/warga", "--to", "canonical", "x.xml", "--format", "json")
    assert told["result"] == {"name": "ASEP CONTOH", "sex": "male", "children": [{"name": "BUDI CONTOH"}]}
    (country / "x.xml").write_text("<!DOCTYPE x><warga/>")
    (told,) = ask(capsys, "run", "agency/warga", "--to", "canonical", "x.xml", "--format", "json", code=1)
    assert (told["stage"], [each["keyword"] for each in told["findings"]]) == ("the XML", ["doctype"])
