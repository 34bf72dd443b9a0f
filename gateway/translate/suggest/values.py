"""Values of small lists: which code of the agency's means which canonical one, which of two values means yes.

Laws: a code is guessed by what it says (`L` for Laki-laki), never by its place in the list; one that says nothing is left open.
Must not know: paths, scores of names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.values.model import Json

from .leaves import Leaf
from .words import Glossary

OPEN = "TODO"
_NAMED = re.compile(r"[Cc]ode of ([a-z0-9/._-]+@[0-9]+)")


@dataclass(frozen=True, slots=True)
class Lists:
    """Canonical code lists by name, each code with the texts that say what it means; and the glossary of values."""

    codes: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=lambda: Glossary({}))

    def find_canonical(self, leaf: Leaf) -> str | None:
        """Give the code list of a canonical field: the one that it names, or the only one with its values."""
        named = _NAMED.search(str(leaf.said.get("description", "")))
        if named is not None and named[1] in self.codes:
            return named[1]
        if leaf.values is None or len(leaf.values) < 2:
            return None
        same = [name for name, codes in self.codes.items() if set(codes) == set(leaf.values)]
        return same[0] if len(same) == 1 else None


@dataclass(frozen=True, slots=True)
class CodeGuess:
    """A drafted code list. Shape: `to` is "" where the federation has no canonical list; codes not guessed are OPEN."""

    to: str
    codes: Mapping[str, str]

    @property
    def known(self) -> int:
        """How many codes were guessed."""
        return sum(code != OPEN for code in self.codes.values())

    @property
    def share(self) -> float:
        """Which part of them."""
        return self.known / len(self.codes) if self.codes else 0.0


@dataclass(frozen=True, slots=True)
class BoolGuess:
    """Which value means yes; `is_known` where the words say so."""

    yes: Json
    no: Json
    is_known: bool


def guess_bool(values: tuple[Json, ...], lists: Lists) -> BoolGuess | None:
    """Guess yes and no of exactly two values; None where there are not two."""
    if len(values) != 2:
        return None
    words = {answer: {str(word).lower() for word in lists.glossary.values.get(answer, ())} for answer in ("yes", "no")}
    for yes, no in (values, values[::-1]):
        if str(yes).lower() in words["yes"] and str(no).lower() in words["no"]:
            return BoolGuess(yes, no, True)
    return BoolGuess(values[0], values[1], False)


def guess_codes(theirs: Sequence[Json], canonical: Leaf, lists: Lists) -> CodeGuess:
    """Guess what each of the agency's codes means."""
    name = lists.find_canonical(canonical) or ""
    known = lists.codes.get(name) or {str(value): () for value in canonical.values or ()}
    return CodeGuess(name, {str(code): _guess_code(str(code), known, lists.glossary) for code in theirs})


def _guess_code(code: str, known: Mapping[str, Sequence[str]], glossary: Glossary) -> str:
    plain = _plain(code)
    spoken = {target: [_plain(text) for text in (target, *texts, *glossary.values.get(target, ()))] for target, texts in known.items()}
    for test in _TESTS:
        fits = [target for target, texts in spoken.items() if any(test(plain, text) for text in texts)]
        if fits:
            return fits[0] if len(fits) == 1 else OPEN
    return OPEN


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text).lower())


def _is_short_for(short: str, text: str) -> bool:
    """Whether its letters stand in the text in order, from the first one on."""
    if not text.startswith(short[0]):
        return False
    rest = iter(text)
    return all(letter in rest for letter in short)


_TESTS: tuple[Callable[[str, str], bool], ...] = (
    lambda short, text: short == text,
    lambda short, text: len(short) > 1 and _is_short_for(short, text),
    lambda short, text: text.startswith(short) and not short.isdigit(),
)
