"""Laws: an image holds what Python's function gives, and nothing else where it is exact."""

from __future__ import annotations

import pytest

from gateway.schema.language import (
    Language,
    TooLarge,
    all_strings,
    collapse,
    from_pattern,
    from_words,
    left_quotient,
    map_words,
    nothing,
    of_lengths,
    right_quotient,
    strip_prefix,
    strip_suffix,
    to_lower,
    to_upper,
    trim,
)

BLANKS = " \t\r\n\u00a0"
SPACED = from_pattern("^[ \\ta]{0,6}$").words(100_000)


def collapse_text(text: str) -> str:
    for blank in BLANKS[1:]:
        text = text.replace(blank, " ")
    return " ".join(word for word in text.split(" ") if word)


@pytest.mark.parametrize(("side", "strip"), [("both", str.strip), ("left", str.lstrip), ("right", str.rstrip)])
def test_trim_is_python_s_strip(side, strip):
    assert trim(from_words(SPACED), " \t", side) == from_words(strip(word, " \t") for word in SPACED)
    assert trim(from_words(SPACED), " ", side) == from_words(strip(word, " ") for word in SPACED)
    assert trim(from_words(SPACED), "", side) == from_words(SPACED)


def test_collapse_is_the_operator_s():
    assert collapse(from_words(SPACED), BLANKS) == from_words(map(collapse_text, SPACED))
    assert collapse(all_strings(), BLANKS) == from_pattern(r"^(?:[^ \t\r\n\u00a0]+(?: [^ \t\r\n\u00a0]+)*)?$")
    assert collapse(from_words([" \t", "a\xa0b"]), BLANKS) == from_words(["", "a b"])


@pytest.mark.parametrize(
    "words",
    [["aBc", "ÉéE", "9-z"], ["straße", "ŉ", "ﬃx", "ΐ"], ["İI", "ıi"], [], [""], ["ǅǆ", "ß" * 3], ["\U00010428", "ͅ"], ["ſK"]],
)
def test_cases_are_python_s(words):
    for endings in ([""], [f"{number:03}" for number in range(600)]):  # few words, and as many as are not taken one by one
        longer = [word + ending for word in words for ending in endings]
        assert to_upper(from_words(longer)) == from_words(map(str.upper, longer))
        assert to_lower(from_words(longer)) == from_words(map(str.lower, longer))
        assert to_upper(from_words(longer)).is_exact
        assert to_lower(from_words(longer)).is_exact


def test_cases_of_large_classes_hold_every_image():
    upper = to_upper(from_pattern(r"^[ -~]{1,100}$"))
    assert upper == from_pattern(r"^[ -`{-~]{1,100}$")
    every = to_upper(from_pattern(r"^[\s\S]$"))
    assert every.is_exact
    signs = [chr(sign) for sign in (*range(0x3000), *range(0xA000, 0xD800), *range(0xF900, 0x11000), *range(0x1E000, 0x1F000))]
    images = {sign.upper() for sign in signs}
    for sign in {*signs, *images}:
        assert every.accepts(sign) is (sign in images), sign
    assert not every.accepts("a")
    assert not every.accepts("ß")


def test_a_capital_sigma_makes_small_letters_inexact():
    found = to_lower(from_pattern("^[Α-Ω]{3}$"))
    assert not found.is_exact
    assert found.accepts("ΣΑΣ".lower())
    assert found.accepts("σας")
    assert to_lower(from_words(["ΣΑΣ"])) == from_words(["ΣΑΣ".lower()])
    assert to_lower(from_words(["ΣΑΣ"])).is_exact


def test_long_texts_whose_letters_may_become_several_are_bounded_loosely():
    found = to_upper(of_lengths(2, 100))
    assert not found.is_exact
    assert (found.min_length(), found.max_length()) == (2, 300)
    assert found.accepts(("ΐ" * 100).upper())
    assert not found.accepts("ab")


def test_a_table_maps_the_words_that_it_has():
    table = {"L": "male", "P": "female", "X": "other", "l": "male"}
    assert map_words(from_words(["L", "P", "?"]), table) == from_words(["male", "female"])
    assert map_words(from_pattern("^[A-Z]$"), table) == from_words(["male", "female", "other"])
    assert map_words(nothing(), table) == nothing()
    assert not map_words(Language(all_strings().machine, False), table).is_exact


def test_images_of_long_texts_keep_their_budget():
    with pytest.raises(TooLarge):
        collapse(of_lengths(0, 4_000), BLANKS)


def test_what_stands_before_and_after_comes_off():
    words = from_words(["REG-1", "REG-22", "REX-3", "REG-", "A"])
    assert strip_prefix(words, "REG-") == from_words(["1", "22", ""])
    assert strip_suffix(from_words(["1/ID", "2/ID", "3/XX", "/ID"]), "/ID") == from_words(["1", "2", ""])
    assert strip_prefix(words, "no") == nothing()
    assert strip_prefix(all_strings(), "a") == all_strings()
    assert strip_suffix(words, "") == words


def test_quotients_are_what_is_left():
    words = from_words(["ab", "abc", "b", "xbc"])
    assert left_quotient(words, from_pattern("^[ax]*$")) == from_words(["ab", "abc", "b", "bc", "xbc"])
    assert right_quotient(words, from_pattern("^b?c?$")) == from_words(["a", "ab", "abc", "b", "", "x", "xb", "xbc"])
    assert left_quotient(words, nothing()) == nothing()
    assert right_quotient(all_strings(), from_words(["a"])) == all_strings()
