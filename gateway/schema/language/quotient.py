"""What is left of words when something at their beginning or end is taken away.

Laws: exact, and never larger than the machine that it was taken from, before what may begin in several states is made one.
Must not know: why it is taken away.
"""

from __future__ import annotations

from .language import Language
from .machine import STATES_MAX, Budget, Net, find_dead, minimise, start_at
from .search import STEPS_PER_PAIR, find_ends
from .signs import join_alphabets


def strip_prefix(language: Language, prefix: str) -> Language:
    """Give what follows a prefix, of the words that have it."""
    machine = language.machine
    state = 0
    for sign in prefix:
        state = machine.rows[state][machine.alphabet.kind_of(sign)]
    return Language(start_at(machine, state), language.is_exact)


def strip_suffix(language: Language, suffix: str) -> Language:
    """Give what comes before a suffix, of the words that have it."""
    machine = language.machine
    states = list(range(len(machine.rows)))
    for sign in suffix:
        kind = machine.alphabet.kind_of(sign)
        states = [machine.rows[state][kind] for state in states]
    return Language(minimise(machine.alphabet, machine.rows, [machine.accepting[state] for state in states]), language.is_exact)


def left_quotient(language: Language, prefixes: Language, states_max: int = STATES_MAX) -> Language:
    """Give every y for which some x of `prefixes` makes xy a word. Faults: TooLarge."""
    machine, heads = language.machine, prefixes.machine
    seen = set(_explore_pairs(language, prefixes, [0]))
    starts = frozenset(state for state, head in seen if heads.accepting[head])
    net = Net(machine.alphabet, [], starts, find_ends(machine))
    net.add_rows(machine.rows, find_dead(machine))
    return Language(net.determinise(Budget(states_max)), language.is_exact and prefixes.is_exact)


def right_quotient(language: Language, suffixes: Language, states_max: int = STATES_MAX) -> Language:
    """Give every x for which some y of `suffixes` makes xy a word. Faults: TooLarge."""
    machine, tails = language.machine, suffixes.machine
    pairs = _explore_pairs(language, suffixes, list(range(len(machine.rows))))
    before: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for pair, targets in pairs.items():
        for target in targets:
            before.setdefault(target, []).append(pair)
    walk = [pair for pair in pairs if machine.accepting[pair[0]] and tails.accepting[pair[1]]]
    seen = set(walk)
    for pair in walk:
        fresh = [one for one in before.get(pair, ()) if one not in seen]
        seen.update(fresh)
        walk += fresh
    accepting = [(state, 0) in seen for state in range(len(machine.rows))]
    return Language(minimise(machine.alphabet, machine.rows, accepting), language.is_exact and suffixes.is_exact)


def _explore_pairs(language: Language, other: Language, states: list[int]) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """Give the successors of every pair that is reached from these states and the other's first."""
    one, two = language.machine, other.machine
    _, kinds = join_alphabets(one.alphabet, two.alphabet)
    dead, budget = find_dead(two), Budget()
    found: dict[tuple[int, int], set[tuple[int, int]]] = {(state, 0): set() for state in states}
    for pair in (walk := list(found)):
        budget.spend(len(kinds) + STEPS_PER_PAIR)
        row, side = one.rows[pair[0]], two.rows[pair[1]]
        found[pair] = {(row[a], side[b]) for a, b in kinds if side[b] != dead}
        for target in found[pair]:
            if target not in found:
                found[target] = set()
                walk.append(target)
    return found
