"""Laws: a language is what the validator's engine, and `re`, match; the algebra of sets holds; the calendar is the calendar."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.schema.check import make_validator
from gateway.schema.language import (
    Language,
    TooLarge,
    all_strings,
    collapse,
    from_format,
    from_pattern,
    from_words,
    nothing,
    reorder,
    split_at,
    take_slice,
    to_lower,
    to_upper,
    trim,
)
from gateway.schema.language.machine import Budget, minimise
from gateway.schema.patterns import find_pattern_fault

WORDS_AT_ONCE = 5_000
SEEDS_OF_DEPTH = range(1, 21)  # 20 × 5,000 words against each engine
SIGNS = "aabbc07_ .-]}\nAéÉZ\x85\u2028\xa0٣😀"
BLANK = "[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"

# ours, Python's
ATOMS = (
    *((one, one) for one in ("a", "b", "c", "0", "_", " ", r"\d", r"\w", r"\D", r"\W", ".", "[a-c]", "[^a]", "[^ab]", "[0-9a]", r"[\w.-]")),
    *((one, one) for one in ("é", r"\n", r"\.", "]", "}", r"[\]a]", "[]a]", "[^]a]", "^", "^", r"\x61", r"\u0062", "[-a]", "[a-]", "(?:)")),
    (r"\s", BLANK), (r"\S", BLANK.replace("[", "[^", 1)), (r"[^\s]", BLANK.replace("[", "[^", 1)), ("$", r"\Z"), ("$", r"\Z"),
    (r"\u{1F600}", "😀"),
)  # fmt: skip
ONLY_OURS = ((r"\b", ""), (r"\B", ""), (r"\p{Lu}", ""), (r"[^\p{L}]", ""))
COUNTS = ("", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "+?", "{1,3}?", "{0}")


class Maker:
    """Makes patterns in our notation and in Python's, and words to ask them."""

    def __init__(self, seed: int, has_more: bool) -> None:
        self.random = random.Random(seed)
        self.atoms = (*ATOMS, *ONLY_OURS) if has_more else ATOMS

    def make_pattern(self, depth: int = 4) -> tuple[str, str]:
        choice = self.random.random()
        if depth <= 0 or choice < 0.45:
            return self.count(self.random.choice(self.atoms))
        if choice < 0.75:
            parts = [self.make_pattern(depth - 1) for _ in range(self.random.randint(1, 4))]
            return "".join(ours for ours, _ in parts), "".join(theirs for _, theirs in parts)
        one, other = self.make_pattern(depth - 1), self.make_pattern(depth - 1)
        if choice < 0.9:
            return self.count((f"({one[0]})", f"(?:{one[1]})"))
        return f"(?:{one[0]}|{other[0]})", f"(?:{one[1]}|{other[1]})"

    def count(self, pair: tuple[str, str]) -> tuple[str, str]:
        count = self.random.choice(COUNTS)
        return pair[0] + count, f"(?:{pair[1]}){count}"

    def make_words(self, language: Language) -> list[str]:
        words = ["".join(self.random.choice(SIGNS) for _ in range(self.random.randint(0, 7))) for _ in range(12)]
        edges = (language.shortest_word(), language.complement().shortest_word())
        return [*words, *language.words(4), *(word for word in edges if word is not None)]


def compare(seed: int, words: int, has_more: bool) -> None:
    maker, asked = Maker(seed, has_more), 0
    while asked < words:
        ours, theirs = maker.make_pattern()
        if find_pattern_fault(ours):
            continue
        language = from_pattern(ours)
        has = (
            make_validator({"pattern": ours}).is_valid
            if has_more
            else lambda word, find=re.compile(theirs, re.ASCII).search: find(word) is not None
        )
        for word in maker.make_words(language):
            assert language.accepts(word) is has(word), (ours, word)
            asked += 1


@pytest.mark.parametrize("has_more", [True, False], ids=["engine", "re"])
def test_random_patterns_hold_the_words_that_are_matched(has_more):
    compare(0, WORDS_AT_ONCE, has_more)


@pytest.mark.deep
@pytest.mark.parametrize("seed", SEEDS_OF_DEPTH)
@pytest.mark.parametrize("has_more", [True, False], ids=["engine", "re"])
def test_many_random_patterns_hold_the_words_that_are_matched(seed, has_more):
    compare(seed, WORDS_AT_ONCE, has_more)


def make_language(seed: int) -> Language:
    maker = Maker(seed, True)
    while find_pattern_fault(pattern := maker.make_pattern(3)[0]):
        pass
    return from_pattern(pattern)


LANGUAGES = st.integers(0, 10**9).map(make_language)
SMALL = LANGUAGES.map(lambda one: one.intersection(from_pattern("^[ab ]{0,5}$")))


@settings(max_examples=60, deadline=None)
@given(LANGUAGES, LANGUAGES, LANGUAGES)
def test_the_algebra_of_sets_holds(a, b, c):
    assert a.union(b).complement() == a.complement().intersection(b.complement())
    assert a.complement().complement() == a
    assert a.union(b) == b.union(a)
    assert a.difference(b) == a.intersection(b.complement())
    assert a.intersection(b.union(c)) == a.intersection(b).union(a.intersection(c))
    assert a.union(a.complement()) == all_strings()
    assert a.intersection(a.complement()) == nothing()
    assert a.union(b).contains(a)
    assert a.contains(a.intersection(b))
    assert a.reverse().reverse() == a
    if a.contains(b) and b.contains(c):
        assert a.contains(c)
    assert a.intersects(b) is not a.intersection(b).is_empty()


@settings(max_examples=60, deadline=None)
@given(LANGUAGES, LANGUAGES)
def test_containment_has_a_shortest_witness_or_none(a, b):
    witness, rest = a.witness_outside(b), a.difference(b)
    assert b.contains(a) is (witness is None) is rest.is_empty()
    if witness is not None:
        assert a.accepts(witness)
        assert not b.accepts(witness)
        assert len(witness) == rest.min_length()
        assert witness == rest.shortest_word()


@settings(max_examples=60, deadline=None)
@given(LANGUAGES, st.randoms(use_true_random=False))
def test_a_machine_has_one_form(language, chance):
    """States doubled, shuffled and made minimal again are the same machine."""
    machine = language.machine
    count = len(machine.rows)
    rows = [tuple(target + count * chance.randint(0, 1) for target in machine.rows[state % count]) for state in range(2 * count)]
    order = list(range(2 * count))
    chance.shuffle(order)
    order.remove(0)
    order.insert(0, 0)
    place = {state: at for at, state in enumerate(order)}
    shuffled = [tuple(place[target] for target in rows[state]) for state in order]
    reached = {0}
    for state in (walk := [0]):
        fresh = set(shuffled[state]) - reached
        reached |= fresh
        walk += fresh
    again = {state: at for at, state in enumerate(walk)}
    kept = [tuple(again[target] for target in shuffled[state]) for state in walk]
    assert minimise(machine.alphabet, kept, [machine.accepting[order[state] % count] for state in walk]) == machine


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL)
def test_images_are_those_of_every_word(a, b):
    words, others = a.words(10_000), b.words(10_000)
    assert a.count(10_000) == len(set(words)) == len(words)
    assert from_words(words) == a
    assert trim(a, " ") == from_words(word.strip(" ") for word in words)
    assert collapse(a, " \t") == from_words(" ".join(word.split()) for word in words)
    assert to_upper(a) == from_words(map(str.upper, words))
    assert to_lower(to_upper(a)) == a
    assert take_slice(a, 1, 3) == from_words(word[1:4] for word in words)
    splits = [word.split("a") for word in words if word.count("a") == 2]
    assert split_at(a, "a", 3) == tuple(from_words(split[at] for split in splits) for at in range(3))
    some = from_words(words[:40]).concatenation(from_words(others[:40]))
    assert some == from_words(word + other for word in words[:40] for other in others[:40])


@settings(max_examples=40, deadline=None)
@given(SMALL, st.permutations([(0, 1), (1, 2), (3, 1)]))
def test_a_new_order_of_slices_is_that_of_every_word(language, slices):
    fixed = language.intersection(from_pattern("^.{4}$"))
    found = reorder(fixed, slices, ["<", "", "-", ""])
    assert found == from_words("<{}{}-{}".format(*(word[at : at + size] for at, size in slices)) for word in fixed.words(10_000))
    assert found.is_exact


def check_days(first: date, last: date, step: int) -> None:
    iso = from_format("date")
    turned = reorder(iso, [(8, 2), (5, 2), (0, 4)], ["", "-", "-", ""])
    day = first
    while day <= last - timedelta(days=step):
        assert iso.accepts(day.isoformat()), day
        assert turned.accepts(f"{day.day:02}-{day.month:02}-{day.year:04}"), day
        day += timedelta(days=step)


def test_days_of_the_calendar_are_dates():
    """With the count, which is that of every day, no other text can be one."""
    check_days(date.min, date.max, 211)
    assert from_format("date").count(10**9) == date.max.toordinal()


@pytest.mark.deep
@pytest.mark.parametrize("century", range(100))
def test_every_day_of_the_calendar_is_a_date(century):
    check_days(date(max(century * 100, 1), 1, 1), date(century * 100 + 99, 12, 31), 1)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=r"ab.\dws*+?{}(),|^$[]-0129", max_size=60))
def test_any_text_is_read_or_refused_within_its_budget(text):
    try:
        language = from_pattern(text, states_max=300)
    except (TooLarge, ValueError):
        return
    assert len(language.machine.rows) <= 301


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 60), st.integers(1, 60))
def test_repetitions_of_repetitions_end_within_their_budget(seed, inner, outer):
    ours, _ = Maker(seed, True).make_pattern(3)
    try:
        from_pattern(f"(?:(?:{ours}){{0,{inner}}}x?){{1,{outer}}}", states_max=500)
    except (TooLarge, ValueError):
        return


def test_a_budget_counts_down_and_then_refuses():
    budget = Budget(10)
    budget.spend(budget.steps_left)
    with pytest.raises(TooLarge):
        budget.spend(1)
