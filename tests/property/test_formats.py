"""Laws: the calendar inside the formats is the calendar; the validator's engine and Python read a format alike."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.schema.check import make_validator
from gateway.schema.formats import CHECKS, FORMATS

DIGITS = "0123456789"


def is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_every_day_of_the_calendar_is_a_date_and_the_next_number_is_not():
    day, end, check = date(1, 1, 1), date(9999, 12, 31), CHECKS["date"]
    step = timedelta(days=97)
    while day <= end - step:
        assert check(day.isoformat()), day
        day += step
    for year in range(10_000):
        assert check(f"{year:04}-02-29") is (year > 0 and is_date(year, 2, 29)), year
        assert check(f"{year:04}-01-01") is (year > 0), year
    for month in range(14):
        for number in range(33):
            assert check(f"2023-{month:02}-{number:02}") is is_date(2023, month, number), (month, number)
            assert check(f"2024-{month:02}-{number:02}") is is_date(2024, month, number), (month, number)


@given(st.integers(0, 99), st.integers(0, 13), st.integers(0, 99))
def test_a_nik_holds_a_date_of_birth_of_some_century(year, month, day):
    born = day - 40 if day > 40 else day
    assert CHECKS["nik"](f"321501{day:02}{month:02}{year:02}0003") is any(is_date(century + year, month, born) for century in (1900, 2000))
    assert CHECKS["nkk"](f"321501{day:02}{month:02}{year:02}0003") is any(is_date(century + year, month, day) for century in (1900, 2000))


@given(st.integers(1800, 2199), st.integers(0, 13), st.integers(0, 32), st.integers(0, 13), st.integers(0, 3))
def test_a_nip_holds_a_birth_date_a_month_of_appointment_and_a_sex(year, month, day, appointed, sex):
    expected = 1900 <= year < 2100 and is_date(year, month, day) and 1 <= appointed <= 12 and sex in (1, 2)
    assert CHECKS["nip"](f"{year:04}{month:02}{day:02}2010{appointed:02}{sex}004") is expected


@given(st.datetimes(), st.integers(-1439, 1439))
def test_what_python_writes_with_an_offset_is_a_date_time(moment, minutes):
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    text = f"{moment.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}"
    assert CHECKS["date-time"](text)
    assert datetime.fromisoformat(text).replace(tzinfo=None) == moment


@given(st.data(), st.sampled_from(sorted(FORMATS)))
def test_both_engines_read_a_format_alike(data, name):
    one = FORMATS[name]
    text = data.draw(
        st.one_of(st.text(DIGITS, max_size=24), st.just(one.example), st.from_regex(re.compile(one.pattern, re.ASCII), fullmatch=True))
    )
    if text and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.sampled_from(DIGITS + "-:TZ+\n३")) + text[at + 1 :]
    assert make_validator({"pattern": f"^(?:{one.pattern})$"}).is_valid(text) is CHECKS[name](text)
