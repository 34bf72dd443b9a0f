"""Sets of signs (code points) as sorted runs, and partitions of all signs into kinds that a machine cannot tell apart.

Laws: 1. Surrogates are no signs: they go with U+D7FF wherever it goes, and no word that is made holds one. 2. `\\d \\w \\s`
and `.` are what the validator's engine takes them for, which tests ask it; `\\p{…}` is asked of the engine itself.
Must not know: machines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple, TypeAlias

import jsonschema_rs

from gateway.schema.check import make_validator

LAST: Final = 0x10FFFF
SURROGATE_FIRST, SURROGATE_LAST = 0xD800, 0xDFFF

Runs: TypeAlias = tuple[tuple[int, int], ...]  # first and last sign of each, in order, none touching the next


def make_runs(pairs: Iterable[tuple[int, int]]) -> Runs:
    """Put runs in order and join those that touch."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        end = SURROGATE_LAST if last == SURROGATE_FIRST - 1 else last
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((first, end))
    return tuple(runs)


def negate_runs(runs: Runs) -> Runs:
    """Give the signs that are in none of the runs."""
    edges = [-1, *(edge for run in runs for edge in run), LAST + 1]
    gaps = ((edges[at] + 1, edges[at + 1] - 1) for at in range(0, len(edges), 2))
    return tuple((first, last) for first, last in gaps if first <= last)


def runs_of(signs: Iterable[str]) -> Runs:
    """Give the runs that hold exactly these signs."""
    return make_runs((ord(sign), ord(sign)) for sign in signs)


ANY: Final[Runs] = ((0, LAST),)
DIGITS: Final = make_runs([(0x30, 0x39)])
LETTERS: Final = make_runs([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])  # \w: of ASCII
_WHITE: Final = [(0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)]
BLANKS: Final = make_runs([*_WHITE, (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)])  # \s of ECMA 262
NOT_NEWLINE: Final = negate_runs(runs_of("\n"))  # `.`: ECMA 262 leaves out \r, U+2028 and U+2029 as well, the engine does not

_BETWEEN_WORDS: Final = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}"  # what \b takes for letters: of all of Unicode


@cache
def ask_engine(inside: str) -> Runs:
    """Give the signs of a class, by its text between the brackets, as the validator's engine has them.

    Faults: ValueError where the engine does not know it.
    """
    try:
        all_in = make_validator({"pattern": f"^[{inside}]*$"}).is_valid
        all_out = make_validator({"pattern": f"^[^{inside}]*$"}).is_valid
    except jsonschema_rs.ValidationError:
        raise ValueError(inside) from None
    pending = [(SURROGATE_LAST + 1, LAST), (0, SURROGATE_FIRST - 1)]
    found: list[tuple[int, int]] = []
    while pending:
        first, last = pending.pop()
        text = "".join(map(chr, range(first, last + 1)))
        if all_in(text):
            found.append((first, last))
        elif not all_out(text):
            middle = (first + last) // 2
            pending += [(middle + 1, last), (first, middle)]
    return make_runs(found)


def letters_of_boundaries() -> Runs:
    """Give the signs that `\\b` takes for letters."""
    return ask_engine(_BETWEEN_WORDS)


class Alphabet(NamedTuple):
    """All signs, parted into kinds: run `at` begins with `starts[at]` and is of kind `kinds[at]`; runs side by side differ."""

    starts: tuple[int, ...]
    kinds: tuple[int, ...]

    def kind_of(self, sign: str) -> int:
        """Give the kind of one sign."""
        return self.kinds[bisect_right(self.starts, ord(sign)) - 1]

    def count_kinds(self) -> int:
        """Say how many kinds there are."""
        return max(self.kinds) + 1

    def iter_runs(self, kind: int) -> Iterator[tuple[int, int]]:
        """Give the runs of one kind, in order."""
        ends = (*self.starts[1:], LAST + 1)
        return ((first, end - 1) for first, end, one in zip(self.starts, ends, self.kinds, strict=True) if one == kind)


ONE_KIND: Final = Alphabet((0,), (0,))


def make_alphabet(starts: Iterable[int], labels: Iterable[int]) -> tuple[Alphabet, list[int]]:
    """Number the labels of runs as they come, and join neighbours with one label; give the label of each kind too."""
    numbers: dict[int, int] = {}
    firsts: list[int] = []
    kinds: list[int] = []
    for start, label in zip(starts, labels, strict=True):
        kind = numbers.setdefault(label, len(numbers))
        if not kinds or kinds[-1] != kind:
            firsts.append(start)
            kinds.append(kind)
    return Alphabet(tuple(firsts), tuple(kinds)), list(numbers)


def part_signs(sets: Sequence[Runs]) -> tuple[Alphabet, list[tuple[int, ...]]]:
    """Part the signs so that each set is some kinds; give the kinds of each set."""
    flips: dict[int, int] = {0: 0}
    for number, runs in enumerate(sets):
        for first, last in runs:
            flips[first] = flips.get(first, 0) ^ (1 << number)
            flips[last + 1] = flips.get(last + 1, 0) ^ (1 << number)
    flips.pop(LAST + 1, None)
    starts = sorted(flips)
    labels, mask = [], 0
    for start in starts:
        mask ^= flips[start]
        labels.append(mask)
    alphabet, masks = make_alphabet(starts, labels)
    return alphabet, [tuple(kind for kind, mask in enumerate(masks) if mask >> number & 1) for number in range(len(sets))]


def join_alphabets(one: Alphabet, other: Alphabet) -> tuple[Alphabet, list[tuple[int, int]]]:
    """Part the signs as finely as both do; give the pair of kinds that each new kind stands for."""
    if one == other:
        return one, [(kind, kind) for kind in range(one.count_kinds())]
    width = other.count_kinds()
    starts = sorted({*one.starts, *other.starts})
    labels, left, right = [], -1, -1
    for start in starts:
        left += left + 1 < len(one.starts) and one.starts[left + 1] == start
        right += right + 1 < len(other.starts) and other.starts[right + 1] == start
        labels.append(one.kinds[left] * width + other.kinds[right])
    alphabet, pairs = make_alphabet(starts, labels)
    return alphabet, [divmod(pair, width) for pair in pairs]


def _rank(sign: int) -> int:
    """Order signs by how well a reader sees them: digits, letters, other printable signs, the space, the rest."""
    text = chr(sign)
    if sign < 0x7F and text.isalnum():
        return 0 if text.isdigit() else 1
    return 2 if 0x20 < sign < 0x7F else 3 if sign == 0x20 else 4 if text.isprintable() else 5


_ORDER: Final = tuple(sorted(range(0x20, 0x7F), key=_rank))


def iter_signs(alphabet: Alphabet, kind: int) -> Iterator[str]:
    """Give every sign of a kind, those that readers see best first."""
    runs = list(alphabet.iter_runs(kind))
    for sign in _ORDER:
        if any(first <= sign <= last for first, last in runs):
            yield chr(sign)
    for first, last in runs:
        for sign in range(first, last + 1):
            if not 0x20 <= sign < 0x7F and not SURROGATE_FIRST <= sign <= SURROGATE_LAST:
                yield chr(sign)


def pick_signs(alphabet: Alphabet) -> list[tuple[int, str]]:
    """Give each kind with the sign that shows it best, the best first."""
    shown: dict[int, int] = {}
    for sign in _ORDER:
        shown.setdefault(alphabet.kinds[bisect_right(alphabet.starts, sign) - 1], sign)
    for kind in range(alphabet.count_kinds()):
        if kind not in shown:
            shown[kind] = _pick_printable(alphabet, kind)
    return sorted(((kind, chr(sign)) for kind, sign in shown.items()), key=lambda one: (_rank(ord(one[1])), ord(one[1])))


def _pick_printable(alphabet: Alphabet, kind: int) -> int:
    """Give the first printable sign of a kind among the first few of its runs, or its first."""
    firsts = [first for first, _ in alphabet.iter_runs(kind)]
    some = [sign for first, last in alphabet.iter_runs(kind) for sign in range(first, min(last, first + 40) + 1)]
    signs = [sign for sign in some if not SURROGATE_FIRST <= sign <= SURROGATE_LAST]
    return next((sign for sign in signs if chr(sign).isprintable()), firsts[0])
