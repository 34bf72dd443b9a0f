"""Languages from patterns, words, lengths and formats.

Laws: 1. `from_pattern` holds the texts that the validator's engine finds the pattern in. 2. What was made once is kept: a format
always, a pattern among the last few hundred.
Must not know: machines' states.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from gateway.schema.formats import FORMATS
from gateway.schema.patterns import find_pattern_fault

from .language import Language
from .machine import EVERYTHING, NOTHING, STATES_MAX, Budget, Machine, TooLarge
from .pattern import make_pattern_machine
from .signs import ONE_KIND
from .syntax import Unreadable, read_pattern
from .words import make_machine_of_words

_KEPT: Final = 512


def all_strings() -> Language:
    """Give every word."""
    return Language(EVERYTHING)


def nothing() -> Language:
    """Give no word."""
    return Language(NOTHING)


def from_pattern(text: str, is_anchored: bool = False, states_max: int = STATES_MAX) -> Language:
    """Give the texts that hold a pattern; with `is_anchored`, those that are it as a whole.

    Faults: Unreadable where the pattern is none that a schema may hold, or one that only the engine understands; TooLarge.
    """
    made = _make_pattern(text, is_anchored, states_max)
    if isinstance(made, Language):
        return made
    raise type(made)(*made.args)


@lru_cache(_KEPT)
def _make_pattern(text: str, is_anchored: bool, states_max: int) -> Language | Unreadable | TooLarge:
    """Make the language of a pattern, or say why not: a failure costs the most, and is kept as well."""
    fault = find_pattern_fault(text)
    if fault:
        return Unreadable(f"the pattern {fault}")
    try:
        return Language(make_pattern_machine(read_pattern(text), is_anchored, Budget(states_max)))
    except (Unreadable, TooLarge) as error:
        return error.with_traceback(None)


@cache
def from_format(name: str) -> Language | None:
    """Give the texts of a format; None where the format is the validator's own, or none."""
    one = FORMATS.get(name)
    return None if one is None else Language(make_pattern_machine(read_pattern(one.pattern), True, Budget()))


@lru_cache(_KEPT)
def of_lengths(least: int = 0, most: int | None = None, states_max: int = STATES_MAX) -> Language:
    """Give the texts of so many code points. Faults: TooLarge."""
    if least <= 0 and most is None:
        return all_strings()
    if most is not None and most < max(least, 0):
        return nothing()
    if max(least, most or 0) >= states_max:
        raise TooLarge(f"lengths beyond {states_max}")
    if most is None:
        rows, accepting = [(state + 1,) for state in range(least)] + [(least,)], [False] * least + [True]
    else:
        rows = [(state + 1,) for state in range(most + 1)] + [(most + 1,)]
        accepting = [least <= state <= most for state in range(most + 2)]
    return Language(Machine(ONE_KIND, tuple(rows), tuple(accepting)))


def from_words(words: Iterable[str], states_max: int = STATES_MAX) -> Language:
    """Give exactly these words. Faults: TooLarge; ValueError where one holds a surrogate."""
    return Language(make_machine_of_words(words, states_max))
