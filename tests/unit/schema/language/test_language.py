"""Laws: what is asked of a language is answered exactly; the same words are the same language."""

from __future__ import annotations

import pytest

from gateway.schema.formats import CHECKS, FORMATS
from gateway.schema.language import Language, TooLarge, all_strings, from_format, from_pattern, from_words, nothing, of_lengths

HOSTILE = (
    r"a.{20}b", r"(a{100}){100}", r"(.{1,100}){1,100}", r"(a|b|c){0,999}(a|b)(c|b){0,999}", r"^(a?){4000}$", r"^(a{0,99}){0,99}$",
    r"(?:x.{12}){1,9}y", r"^a{9999}$", r"^(?:(?:a{0,9}){0,9}){0,999}$", r"(?:(){9999}|^){9999}a", r"[ab]*a[ab]{14}$",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (from_pattern(r"^[0-9]{3}$"), from_pattern(r"^\d\d\d$")),
        (from_pattern(r"^(a|b)*$"), from_pattern(r"^[ab]*$")),
        (from_pattern(r"^(a|ab)(c|bcd)$"), from_words(["ac", "abcd", "abc", "abbcd"])),
        (from_pattern(""), all_strings()),
        (from_pattern(r"$a"), nothing()),
        (from_pattern(r"^[\s\S]{2,5}$"), of_lengths(2, 5)),
        (of_lengths(3), from_pattern(r"[\s\S]{3}")),
        (of_lengths(0, 0), from_words([""])),
        (from_words([]), nothing()),
        (of_lengths(3, 2), nothing()),
        (from_words(["a", "b"]).star(), from_pattern("^[ab]*$")),
        (from_pattern("^a*$").star(), from_pattern("^a*$")),
        (nothing().star(), from_words([""])),
        (from_words(["ab", "c"]).reverse(), from_words(["ba", "c"])),
        (from_pattern("^a.*$").reverse(), from_pattern("^.*a$")),
        (from_pattern("^a?$").concatenation(from_pattern("^b?$")), from_words(["", "a", "b", "ab"])),
    ],
)
def test_the_same_words_are_the_same_language(one, other):
    assert one == other
    assert hash(one) == hash(other)
    assert one.contains(other)
    assert other.contains(one)


def test_a_witness_is_a_shortest_word_outside_and_easy_to_read():
    assert from_pattern("^.{1,100}$").witness_outside(from_pattern("^.{1,60}$")) == "0" * 61
    assert from_pattern("^[0-9]{16}$").contains(from_format("nik"))
    assert not from_format("nik").contains(from_pattern("^[0-9]{16}$"))
    assert from_pattern("@").contains(from_pattern(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"))
    assert from_pattern("a").witness_outside(nothing()) == "a"
    assert all_strings().witness_outside(all_strings()) is None
    assert all_strings().shortest_word() == ""
    assert nothing().shortest_word() is None
    assert from_pattern(r"^[^ -~]$").shortest_word().isprintable()
    assert from_pattern(r"^[\x00-\x1f]$").shortest_word() == "\x00"
    assert from_pattern(r"^[\s\S]{2}$").witness_outside(from_pattern("^[0-9a-y]{2}$")) == "0A"


@pytest.mark.parametrize(
    ("language", "least", "most", "fixed", "is_finite", "count"),
    [
        (from_pattern("^a{2,5}$"), 2, 5, None, True, 4),
        (from_pattern("^[ab]{3}$"), 3, 3, 3, True, 8),
        (from_pattern("^a+$"), 1, None, None, False, 1_000),
        (nothing(), None, None, None, True, 0),
        (from_words([""]), 0, 0, 0, True, 1),
        (all_strings(), 0, None, None, False, 1_000),
        (from_words(["", "abc"]), 0, 3, None, True, 2),
        (from_format("date"), 10, 10, 10, True, 1_000),
    ],
)
def test_lengths_and_sizes(language, least, most, fixed, is_finite, count):
    assert (language.min_length(), language.max_length(), language.fixed_length()) == (least, most, fixed)
    assert language.is_finite() is is_finite
    assert language.count(1_000) == count
    assert language.is_empty() is (count == 0)


def test_words_come_shorter_first_and_all_of_them():
    assert from_pattern("^[ab]{0,2}$").words(100) == ("", "a", "b", "aa", "ab", "ba", "bb")
    assert from_pattern("^a*$").words(4) == ("", "a", "aa", "aaa")
    assert nothing().words(4) == ()
    assert all_strings().words(0) == ()
    assert len(set(from_pattern(r"^\p{L}$").words(10**6))) == from_pattern(r"^\p{L}$").count(10**6)
    assert from_format("date").count(10**9) == 3_652_059  # date.max.toordinal()


def test_a_list_of_many_words_costs_its_minimal_machine():
    words = [f"{a:02}{b:02}{c:02}" for a in range(11, 95) for b in range(1, 60) for c in range(1, 30)]
    language = from_words(words)
    assert language.count(10**9) == len(words)
    assert len(language.machine.rows) < 30
    with pytest.raises(TooLarge):
        from_words([f"{n * 7919 % 100_003:05}{n * 104_729 % 1_000_003:06}" for n in range(20_000)])
    with pytest.raises(ValueError, match="surrogate"):
        from_words(["\ud800"])


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_pattern_ends_with_too_large(pattern):
    with pytest.raises(TooLarge):
        from_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"(){999999999}", r"(a*)*", r"(a*?b*)*$", r"(?:a{0}){999999}", r"^(\b|\B){99}$"])
def test_repeating_nothing_costs_nothing(pattern):
    assert len(from_pattern(pattern).machine.rows) < 10


def test_operations_keep_the_budget():
    one, other = from_pattern("^(?:a{97})*$"), from_pattern("^(?:a{89})*$")
    assert len(one.intersection(other, states_max=97 * 89 + 1).machine.rows) == 97 * 89 + 1
    with pytest.raises(TooLarge):
        one.intersection(other)
    with pytest.raises(TooLarge):
        from_pattern("^[ab]*a[ab]{14}$").union(nothing()).reverse().union(from_pattern("^[ab]{14}a")).reverse().star()
    with pytest.raises(TooLarge):
        of_lengths(0, 10_000)


def test_what_is_inexact_stays_larger_than_what_is_true():
    loose = Language(from_pattern("^[ab]*$").machine, is_exact=False)
    exact = from_pattern("^a*$")
    assert not loose.union(exact).is_exact
    assert not loose.intersection(exact).is_exact
    assert not loose.concatenation(exact).is_exact
    assert loose.complement() == all_strings()
    assert not loose.complement().is_exact
    assert exact.difference(loose) == exact
    assert not exact.difference(loose).is_exact
    assert loose == from_pattern("^[ab]*$")
    for ask in (lambda: loose.contains(exact), lambda: exact.witness_outside(loose)):
        with pytest.raises(ValueError, match="too much"):
            ask()
    assert exact.contains(exact)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_is_the_language_that_its_check_takes(name):
    language, check = from_format(name), CHECKS[name]
    assert from_format(name) is language
    assert language.accepts(FORMATS[name].example)
    for word in (*language.words(200), language.complement().intersection(from_pattern("^[0-9]{4}")).shortest_word(), "", "x"):
        assert language.accepts(word) is check(word), word


def test_a_native_format_has_no_language_here():
    assert from_format("email") is None
    assert from_format("nothing") is None
