"""Laws: a slice, a piece and a new order are exact images."""

from __future__ import annotations

import string

import pytest

from gateway.schema.language import Language, TooLarge, from_format, from_pattern, from_words, nothing, reorder, split_at, take_slice

WORDS = ("", "a", "ab", "abc", "abcd", "xbcde", "zz")


@pytest.mark.parametrize(("start", "length"), [(0, 0), (0, 2), (1, 2), (2, None), (0, None), (9, 1), (9, None), (3, 9)])
def test_a_slice_is_python_s(start, length):
    end = None if length is None else start + length
    for words in (WORDS, WORDS[3:], ()):
        assert take_slice(from_words(words), start, length) == from_words(word[start:end] for word in words)


def test_a_slice_of_an_endless_language():
    assert take_slice(from_pattern("^ab*c$"), 1, 2) == from_words(["c", "bc", "bb"])
    assert take_slice(from_pattern("^ab*c$"), 1) == from_pattern("^b*c$")
    assert take_slice(from_format("nik"), 12, 4) == from_pattern("^[0-9]{4}$")
    with pytest.raises(TooLarge):
        take_slice(from_pattern("^a*$"), 1, 10_000)


@pytest.mark.parametrize("sep", [",", "aa", "ab", "aba", ", "])
@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_a_piece_is_python_s(sep, pieces):
    words = from_pattern(f"^[{''.join(sorted(set(sep)))}b]{{0,7}}$").words(100_000)
    splits = [word.split(sep) for word in words if len(word.split(sep)) == pieces]
    found = split_at(from_words(words), sep, pieces)
    assert found == tuple(from_words(split[at] for split in splits) for at in range(pieces))


def test_pieces_keep_what_the_words_say_of_them():
    area, serial = split_at(from_pattern("^(?:1,a+|2,b+)$"), ",", 2)
    assert (area, serial) == (from_words(["1", "2"]), from_pattern("^(?:a+|b+)$"))
    assert split_at(from_pattern("^a$"), ",", 2) == (nothing(), nothing())
    with pytest.raises(ValueError, match="empty"):
        split_at(from_pattern("^a$"), "", 2)


def test_a_date_in_another_order_keeps_its_calendar():
    turned = reorder(from_format("date"), [(8, 2), (5, 2), (0, 4)], ["", "-", "-", ""])
    assert turned.is_exact
    assert turned.count(10**9) == 3_652_059
    assert turned.accepts("29-02-2000")
    assert not turned.accepts("29-02-1900")
    assert reorder(turned, [(6, 4), (3, 2), (0, 2)], ["", "-", "-", ""]) == from_format("date")
    compact = reorder(from_format("date"), [(0, 4), (5, 2), (8, 2)], [""] * 4)
    assert reorder(compact, [(0, 4), (4, 2), (6, 2)], ["", "-", "-", ""]) == from_format("date")


@pytest.mark.parametrize(
    ("slices", "literals"),
    [
        ([(0, 1), (1, 2)], ["", "-", ""]),
        ([(1, 2), (0, 1)], ["<", "|", ">"]),
        ([(2, 1)], ["", "é"]),
        ([], ["only"]),
        ([(0, 3), (0, 0)], ["", "", "!"]),
    ],
)
def test_slices_in_any_order_are_the_exact_image(slices, literals):
    words = ("abc", "abd", "xbc", "xyz", "aaa")
    expected = from_words(
        "".join(literal + word[start : start + size] for literal, (start, size) in zip(literals, [*slices, (0, 0)], strict=True))
        for word in words
    )
    found = reorder(from_words(words), slices, literals)
    assert found == expected
    assert found.is_exact


def test_a_place_used_twice_is_not_exact_and_holds_every_image():
    found = reorder(from_words(["ab", "cd"]), [(0, 1), (0, 2)], ["", "", ""])
    assert not found.is_exact
    assert found.accepts("aab")
    assert found.accepts("ccd")


def test_too_many_paths_lose_what_holds_between_slices():
    pairs = [one + other for one in string.ascii_letters[:46] for other in string.ascii_letters[:46]]
    found = reorder(from_words(pair + pair for pair in pairs), [(2, 2), (0, 2)], ["", "", ""])
    assert not found.is_exact
    assert found.accepts("abab")
    assert found == from_words(pairs).concatenation(from_words(pairs))


def test_what_cannot_be_sliced_is_not():
    assert reorder(from_pattern("^a+$"), [(0, 1)], ["", ""]) is None
    assert reorder(nothing(), [(0, 1)], ["", ""]) == nothing()
    for slices, literals in (([(0, 3)], ["", ""]), ([(0, 1)], [""])):
        with pytest.raises(ValueError, match="slice"):
            reorder(from_words(["ab"]), slices, literals)


def test_the_image_of_what_is_inexact_is_inexact():
    loose = Language(from_words(["ab", "cd"]).machine, is_exact=False)
    assert not take_slice(loose, 0, 1).is_exact
    assert not split_at(loose, "b", 2)[0].is_exact
    assert not reorder(loose, [(1, 1), (0, 1)], ["", "", ""]).is_exact
