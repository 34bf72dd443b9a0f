"""Formats are languages: what is in them and what is not."""

from __future__ import annotations

import pytest

from gateway.schema.check import make_validator
from gateway.schema.formats import CHECKS, FORMATS, KNOWN_FORMATS
from gateway.schema.registry import Registry

# All numbers here are synthetic.
GOOD = {
    "nik": ["3215011708910003", "3215015708910003", "9171010101900001", "3215012902000001", "3215016902960001", "3215017112850001"],
    "nkk": ["3215012304150007"],
    "npwp": ["0013456789054000", "3215011708910003"],
    "npwp15": ["013456789054000"],
    "nitku": ["0013456789054000000001"],
    "nip": ["198501152010011004", "199602292020122001"],
    "nip-pppk": ["199003022021211005"],
    "nib": ["9120001234567"],
    "region-code": ["32", "3215", "321501", "3215011001", "3273012003"],
    "region-code-bps": ["32", "3215", "3215010", "3215010001"],
    "postal-code": ["41311"],
    "phone": ["+6281200000000"],
    "date": ["1991-08-17", "2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "0004-02-29"],
    "time": ["07:30:00Z", "23:59:59.999999999+07:00"],
    "date-time": ["2026-08-17T07:30:00+07:00", "2024-02-29T00:00:00Z"],
    "date-DD.MM.YYYY": ["17.08.1991", "29.02.2024"],
    "date-YYYY/MM/DD": ["1991/08/17", "2024/02/29"],
    "date-YYYY.MM.DD": ["1991.08.17", "2024.02.29"],
    "date-MM/DD/YYYY": ["08/17/1991", "02/29/2024"],
    "date-YYYY-MM-DDT00:00:00": ["1991-08-17T00:00:00", "2024-02-29T00:00:00"],
    "date-DDMMYYYY": ["17081991", "29022000"],
    "datetime-DD-MM-YYYY-HH:mm:ss": ["17-08-1991 07:30:00", "29-02-2024 23:59:59"],
    "datetime-YYYYMMDDHHmmss": ["19910817073000", "20240229235959"],
}
BAD = {
    "nik": ["", "321501170891000", "32150117089100033", "0215011708910003", "3200011708910003", "3215001708910003", "3215013202910003",
            "3215013002910003", "3215012902910003", "3215017202910003", "3215010008910003", "3215011713910003", "321501170891000३",
            "3215016902910001"],
    "nkk": ["3215015708910003", "3215013002150007"],
    "npwp": ["1013456789054000", "013456789054000", "01.345.678.9-054.000"],
    "nip": ["198513152010011004", "198501152010131004", "198501152010013004", "198502292010011004", "188501152010011004"],
    "nip-pppk": ["199002302021211005"],
    "nib": ["912000123456", "91200012345678"],
    "region-code": ["3", "02", "3200", "321501001", "3215013001", "32.15"],
    "postal-code": ["01234", "4131"],
    "phone": ["081200000000", "+0812", "+62 812"],
    "date": ["2023-02-29", "1900-02-29", "2100-02-29", "0000-01-01", "1991-13-01", "1991-04-31", "91-08-17", "1991-8-17",
             "1991-08-17\n", "１991-08-17"],
    "time": ["24:00:00Z", "07:30:00", "07:60:00Z", "07:30:60Z", "07:30Z", "07:30:00z", "07:30:00+24:00"],
    "date-DD.MM.YYYY": ["17-08-1991", "17.8.1991", "29.02.2023", "17x08x1991"],
    "date-YYYY/MM/DD": ["1991-08-17", "1991/8/17", "2023/02/29", "17/08/1991"],
    "date-YYYY.MM.DD": ["1991-08-17", "1991x08x17", "2023.02.29"],
    "date-MM/DD/YYYY": ["17/08/1991", "02/29/2023", "8/17/1991"],
    "date-YYYY-MM-DDT00:00:00": ["1991-08-17", "1991-08-17T00:00:01", "2023-02-29T00:00:00", "1991-08-17T00:00:00Z"],
    "date-DDMMYYYY": ["19910817", "29021900", "1708199"],
    "datetime-DD-MM-YYYY-HH:mm:ss": ["17-08-1991 24:00:00", "17-08-1991 07:30", "30-02-2024 07:30:00"],
    "datetime-YYYYMMDDHHmmss": ["19910817243000", "19910817", "20230229073000"],
    "date-time": ["2026-08-17 07:30:00Z", "2026-08-17t07:30:00Z", "2026-02-30T07:30:00Z", "2016-12-31T23:59:60Z", "2026-08-17T07:30:00"],
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_takes_its_example_names_its_source_and_is_plain(name):
    one = FORMATS[name]
    assert CHECKS[name](one.example)
    assert one.source and one.title_en and one.title_id
    assert "^" not in one.pattern and "$" not in one.pattern and "(?=" not in one.pattern
    assert name in KNOWN_FORMATS


@pytest.mark.parametrize("name", GOOD)
def test_members_are_taken_by_the_check_and_by_the_validator(name):
    validator = make_validator({"format": name})
    assert [text for text in GOOD[name] if not (CHECKS[name](text) and validator.is_valid(text))] == []


@pytest.mark.parametrize("name", BAD)
def test_others_are_not(name):
    validator = make_validator({"format": name})
    assert [text for text in BAD[name] if CHECKS[name](text) or validator.is_valid(text)] == []


@pytest.mark.parametrize("name", GOOD)
def test_a_compiled_schema_judges_a_format_as_its_check_does(name):
    schema = Registry({"x@1": {"format": name, "allOf": [{"minLength": 1}]}}).compile_schema("x@1")
    for text in [*GOOD[name], *BAD.get(name, ())]:
        assert schema.is_valid(text) is CHECKS[name](text), text
        assert {finding.keyword for finding in schema.check(text)} <= {"format", "minLength"}, text
    assert schema.is_valid(5)


def test_a_format_speaks_of_strings_only_and_may_be_an_annotation():
    assert make_validator({"format": "nik"}).is_valid(5)
    assert make_validator({"format": "nik"}, asserts_formats=False).is_valid("x")
