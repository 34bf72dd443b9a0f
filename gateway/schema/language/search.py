"""What a machine's words are: the shortest, the longest, the first few, how many.

Laws: 1. Answers are deterministic: shorter words come first, then those whose signs a reader sees better. 2. Bounded: a search
spends from a budget.
Must not know: where machines come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from .machine import LOST, Budget, Machine, Pair, group_row, make_pair_step
from .signs import iter_signs, join_alphabets, pick_signs

STEPS_PER_PAIR: Final = 8  # beside one for each kind of sign

Live: TypeAlias = list[list[tuple[tuple[int, ...], int]]]


def find_word(one: Machine, other: Machine, truth: Callable[[bool, bool], bool]) -> str | None:
    """Give a shortest word for which `truth` holds of the two answers; None where there is none. Faults: TooLarge."""
    alphabet, pairs = join_alphabets(one.alphabet, other.alphabet)
    step, budget = make_pair_step(one, other, truth, pairs), Budget()
    start: Pair = (0, 0)
    came: dict[Pair, tuple[Pair, int] | None] = {start: None, LOST: None}
    order: list[tuple[int, str]] | None = None
    for state in (walk := [start]):
        if truth(one.accepting[state[0]], other.accepting[state[1]]):
            return _spell(came, state, dict(order or []))
        order = order or pick_signs(alphabet)
        budget.spend(len(pairs) + STEPS_PER_PAIR)
        successors = step(state)
        for kind, _ in order:
            target = successors[kind]
            if target not in came:
                came[target] = state, kind
                walk.append(target)
    return None


def has_word(one: Machine, other: Machine, truth: Callable[[bool, bool], bool]) -> bool:
    """Whether there is a word for which `truth` holds of the two answers. Faults: TooLarge."""
    _, pairs = join_alphabets(one.alphabet, other.alphabet)
    step, budget = make_pair_step(one, other, truth, pairs), Budget()
    seen = {(0, 0), LOST}
    for state in (walk := [(0, 0)]):
        if truth(one.accepting[state[0]], other.accepting[state[1]]):
            return True
        budget.spend(len(pairs) + STEPS_PER_PAIR)
        for target in step(state):
            if target not in seen:
                seen.add(target)
                walk.append(target)
    return False


def _spell(came: dict[Pair, tuple[Pair, int] | None], state: Pair, signs: dict[int, str]) -> str:
    word: list[str] = []
    while (link := came[state]) is not None:
        state, kind = link
        word.append(signs[kind])
    return "".join(reversed(word))


def find_near(machine: Machine) -> list[int]:
    """Give the length of the shortest word from each state; -1 where there is none."""
    before: list[set[int]] = [set() for _ in machine.rows]
    for state, row in enumerate(machine.rows):
        for target in set(row):
            before[target].add(state)
    near = [0 if one else -1 for one in machine.accepting]
    walk = [state for state, steps in enumerate(near) if not steps]
    for state in walk:
        for one in before[state]:
            if near[one] < 0:
                near[one] = near[state] + 1
                walk.append(one)
    return near


def find_ends(machine: Machine) -> set[int]:
    """Give the states that accept."""
    return {state for state, is_end in enumerate(machine.accepting) if is_end}


def find_live(machine: Machine) -> Live:
    """Give each state's edges, without those from which nothing is accepted."""
    near = find_near(machine)
    return [[(kinds, target) for target, kinds in group_row(row).items() if near[target] >= 0] for row in machine.rows]


def find_longest(machine: Machine) -> int | None:
    """Give the length of the longest word, -1 where there is none; None where words have no bound."""
    if find_near(machine)[0] < 0:
        return -1
    live = find_live(machine)
    waits = [0] * len(live)
    for edges in live:
        for _, target in edges:
            waits[target] += 1
    far = [0] * len(live)
    walk = [state for state, count in enumerate(waits) if not count]
    for state in walk:
        for _, target in live[state]:
            far[target] = max(far[target], far[state] + 1)
            waits[target] -= 1
            if not waits[target]:
                walk.append(target)
    near = find_near(machine)
    if any(waits[state] for state in range(len(live)) if near[state] >= 0):
        return None
    return max(far[state] for state, is_end in enumerate(machine.accepting) if is_end)


def iter_words(machine: Machine) -> Iterator[str]:
    """Give every word, shorter ones first."""
    live = find_live(machine)
    ending: list[set[int]] = [find_ends(machine)]  # by signs left
    longest = find_longest(machine)
    length = 0
    while longest is None or length <= longest:
        if 0 in ending[length]:
            yield from _iter_of_length(machine, live, ending, length)
        ends = ending[length]
        ending.append({state for state, edges in enumerate(live) if any(target in ends for _, target in edges)})
        length += 1


def _iter_of_length(machine: Machine, live: Live, ending: list[set[int]], length: int) -> Iterator[str]:
    order = [kind for kind, _ in pick_signs(machine.alphabet)]

    def iter_next(state: int, left: int) -> Iterator[tuple[str, int]]:
        row = machine.rows[state]
        for kind in order:
            if row[kind] in ending[left - 1]:
                for sign in iter_signs(machine.alphabet, kind):
                    yield sign, row[kind]

    if not length:
        yield ""
        return
    stack = [iter_next(0, length)]
    word: list[str] = []
    while stack:
        step = next(stack[-1], None)
        del word[len(stack) - 1 :]
        if step is None:
            stack.pop()
        elif len(stack) == length:
            yield "".join(word) + step[0]
        else:
            word.append(step[0])
            stack.append(iter_next(step[1], length - len(stack)))


def count_words(machine: Machine, limit: int) -> int:
    """Say how many words there are, `limit` at most."""
    longest = find_longest(machine)
    if longest is None:
        return limit
    sizes = [_count_signs(machine, kind) for kind in range(machine.alphabet.count_kinds())]
    paths = {0: 1}
    total = 0
    live = find_live(machine)
    for _ in range(longest + 1):
        total += sum(count for state, count in paths.items() if machine.accepting[state])
        if total >= limit:
            return limit
        further: dict[int, int] = {}
        for state, count in paths.items():
            for kinds, target in live[state]:
                further[target] = further.get(target, 0) + count * sum(sizes[kind] for kind in kinds)
        paths = further
    return min(total, limit)


def _count_signs(machine: Machine, kind: int) -> int:
    runs = machine.alphabet.iter_runs(kind)
    return sum(last - first + 1 - (2048 if first <= 0xD800 <= last else 0) for first, last in runs)
