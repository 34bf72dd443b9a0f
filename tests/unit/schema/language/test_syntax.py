"""Laws: a pattern is read as the validator's engine reads it, or not at all."""

from __future__ import annotations

import pytest

from gateway.schema.check import make_validator
from gateway.schema.language import Unreadable, from_pattern
from gateway.schema.language.signs import LAST, ask_engine, letters_of_boundaries

SIGNS = (
    "",
    "a",
    "b",
    "z",
    "A",
    "0",
    "7",
    "_",
    "-",
    "]",
    "[",
    "^",
    ".",
    " ",
    "\n",
    "\r",
    "\x85",
    "\u2028",
    "\xa0",
    "\ufeff",
    "é",
    "É",
    "٣",
    "😀",
)
WORDS = (*SIGNS, "aa", "aaa", "aaaa", "aaaaaa", "ab", "ba", "a\n", "\na", "aé", "a b", "a_", "ab]", "x-", "aba")
READ = (
    r"a", r"^a$", r"^a|b$", r"^.$", r"^\d$", r"^\D$", r"^\w$", r"^\W$", r"^\s$", r"^\S$", r"^[\d_]$", r"^[^\d]$", r"^[^\s]$", r"^[\s-]$",
    r"^[-a]$", r"^[a-]$", r"^[]a]$", r"^[]-a]$", r"^[^]a]$", r"^[^-a]$", r"^[a^]$", r"^[^^]$", r"^[a-c-e]$", r"^[\]]$", r"^[.\-+*]$",
    r"]", r"}",
    r"^\x61$", r"^\u0061$", r"^\u{1F600}$", r"^[\x00-\x1f]$", r"^[a-\u{63}]$", r"^\n$", r"^\/$", r"^\@$", r"^\ $", r"^\.$", r"^\[$",
    r"^a{2}$", r"^a{2,}$", r"^a{1,3}$", r"^a{0}$", r"^a{ 2 }$", r"^a{1, 3}$", r"^a{02}$", r"^a*?$", r"^a+?$", r"^a??$", r"^a{1,2}?$",
    r"^a{2}{3}$", r"^a*+$", r"^a{1}+$", r"^a{2}*$", r"^(a|b)*$", r"^(?:a|)$", r"^()$", r"", r"|a", r"(?:)", r"^(?:^a|b)*$", r"^*a", r"a$*",
    r"(a$|^b)a?", r"a$b", r"a^b", r"^$", r"$^", r"\ba", r"a\b", r"a\B", r"\B", r"\b", r"^\Ba", r"\b{2}a", r"(\b|a)b", r"\bé", r"a\b\B",
    r"^\p{L}$", r"^\P{L}$", r"^[\p{Lu}_]$", r"^[^\p{Lu}]$", r"^\p{Script=Latin}+$", r"^\p{Nd}$",
)  # fmt: skip


@pytest.mark.parametrize("pattern", READ)
def test_a_pattern_is_read_as_the_engine_reads_it(pattern):
    has, language = make_validator({"pattern": pattern}).is_valid, from_pattern(pattern)
    for word in WORDS:
        assert language.accepts(word) is has(word), word


@pytest.mark.parametrize(
    "pattern",
    (
        *(r"\<a", r"a\>", r"\b{start}a", r"(?=a)", r"(?i)a", r"(a)\1", r"\cA", r"a{3,2}", r"[", r"(", r")", r"*", r"\u{110000}", r"\uD800"),
        *(r"[a&&b]", r"a{,2}", r"a{", r"\é", r"\p{Nothing}", "(" * 60 + "a" + ")" * 60, "a" + "*+" * 40, "a" * 2_001),
    ),
)
def test_a_pattern_that_engines_read_differently_is_not_read(pattern):
    with pytest.raises(Unreadable):
        from_pattern(pattern)


@pytest.mark.parametrize("token", [r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", ".", r"[^a]", r"[\s\S]", r"\p{L}", r"\P{Lu}", r"[^\p{L}\d]"])
def test_a_class_holds_the_signs_that_the_engine_puts_there(token):
    """All 1,112,064 signs, asked in halves."""
    language = from_pattern(token, is_anchored=True)
    inside = ask_engine(token[1:-1] if token.startswith("[") and not token.startswith("[^") else token) if token[0] == "\\" else None
    has = make_validator({"pattern": f"^{token}$"}).is_valid
    signs = [*range(0x3100), *range(0xD700, 0xD800), *range(0xE000, 0xE100), *range(0xFE00, 0x10400), LAST - 1, LAST]
    for sign in signs:
        assert language.accepts(chr(sign)) is has(chr(sign)), hex(sign)
    if inside is not None:
        kind = language.machine.alphabet.kind_of(language.shortest_word())
        assert tuple(language.machine.alphabet.iter_runs(kind)) == inside


def test_a_boundary_stands_between_the_letters_of_all_of_unicode():
    has = make_validator({"pattern": r"^\b"}).is_valid
    letters = letters_of_boundaries()
    for sign in [*range(0x3100), *range(0xA600, 0xAC00), *range(0xFE00, 0x10400)]:
        assert any(first <= sign <= last for first, last in letters) is has(chr(sign)), hex(sign)


def test_surrogates_go_with_their_neighbour_and_are_in_no_word():
    language = from_pattern(r"^[^\u0000-\ud7ff]$")
    assert language.count(10**7) == LAST - 0xE000 + 1
    assert not language.accepts("\ud7ff")
    assert "\ue000" in language.words(2)
    assert from_pattern(r"^[\s\S]$").count(10**7) == LAST + 1 - 2048
