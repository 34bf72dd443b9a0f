"""Several texts to one, and one text to several.

Laws: those of `tree`.
Must not know: the target's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from gateway.values.model import Json

from ..ir import Cut, Glue
from ..paths import Segments
from .domain import Value, text_of, without_text
from .painter import Painter
from .read import Read, pull_back, run_chain
from .samples import find_smallest
from .texts import ANY, Language, glue, list_join, meet, minus, of_lengths, of_pieces, of_words, outside, split_at, take_slice
from .tree import Origin, Scope, Wish


def paint_glue(painter: Painter, scope: Scope, write: Glue) -> None:
    """Paint several texts that are joined."""
    reads = [painter.read(write.at, scope.root, source.path) for source in write.sources]
    paths = tuple(scope.prefix + source.path for source in write.sources)
    is_whole = bool(write.widths) or write.is_strict
    if len({source.conditions for source in write.sources}) > 1 and is_whole:
        _note_missing(painter, write, reads, paths)
    parts = [_paint_part(painter, write, index, found.value, paths[index]) for index, found in enumerate(reads)]
    may_lack = [found.is_maybe and not is_whole for found in reads]
    whole = _join_parts(parts, may_lack, of_words((write.sep,)))
    back = _cut_back(write)
    node = scope.plant(write.target, write.conditions, write.at)
    node.value = _run_glued(painter, write, text_of(whole), back, paths)
    node.origin = Origin(paths, lambda document: tuple(one for found in pull_back(write.steps, document) for one in back(found)))


def _join_parts(parts: Sequence[Language], may_lack: Sequence[bool], seam: Language) -> Language:
    """Give the texts of some parts with a seam between those that are there."""
    made: list[Language] = []  # of at least one part
    is_bare = True  # none may have been there so far
    for part, may in zip(parts, may_lack, strict=True):
        joined = [glue(one, seam, part) for one in made] + ([part] if is_bare else [])
        made = [list_join([*joined, *(made if may else [])])]
        is_bare = is_bare and may
    return made[0]


def _run_glued(painter: Painter, write: Glue, whole: Value, back: Callable[[Json], tuple[Json, ...]], paths: tuple[Segments, ...]) -> Value:
    """Run the chain of what was joined; an issue for each step that may refuse, with values of the parts."""
    out, refusals = run_chain(whole, write.steps)
    for refusal in refusals:
        parts = [back(document) for document in refusal.documents]
        painter.note(write.at, refusal.reason, *(Wish(tuple(zip(paths, one, strict=True))) for one in parts if one))
    return out


def _note_missing(painter: Painter, write: Glue, reads: Sequence[Read], paths: tuple[Segments, ...]) -> None:
    for path, found in zip(paths, reads, strict=True):
        if found.is_maybe:
            others = frozenset(paths) - {path}
            painter.note(write.at, "one of the joined fields may be missing", Wish(present=others, absent=frozenset({path})))


def _cut_back(write: Glue) -> Callable[[Json], tuple[Json, ...]]:
    def cut(whole: Json) -> tuple[Json, ...]:
        if not isinstance(whole, str):
            return ()
        if not write.widths:
            found = tuple(whole.split(write.sep))
            return found if len(found) == len(write.sources) else ()
        ends = [sum(write.widths[: index + 1]) for index in range(len(write.widths))]
        return tuple(whole[end - width : end] for end, width in zip(ends, write.widths, strict=True))

    return cut


def _paint_part(painter: Painter, write: Glue, index: int, value: Value, path: Segments) -> Language:
    """Give the texts of one joined field that can be joined; an issue where there are others."""
    if write.widths:
        domain = of_lengths(write.widths[index], write.widths[index])
    elif write.is_strict:
        domain = minus(ANY, glue(ANY, of_words((write.sep,)), ANY))
    else:
        domain = ANY
    others = without_text(value)
    if not others.is_never:
        wrong = find_smallest(others)
        painter.note(write.at, "a joined field may be no text", *([Wish(((path, wrong[0]),))] if wrong else []))
    if value.text is None:
        return of_words(())
    word = outside(value.text, domain)
    if word is not None:
        painter.note(write.at, "a joined field does not fit", Wish(((path, word),)))
    return meet(value.text, domain)


def paint_cut(painter: Painter, scope: Scope, write: Cut) -> None:
    """Paint one text that is cut into several."""
    path = scope.prefix + write.source.path
    found = painter.read(write.at, scope.root, write.source.path)
    out = painter.run(write.at, found.value, write.steps, path)
    parts = _cut_language(painter, write, out, path)
    for index, target in enumerate(write.targets):
        node = scope.plant(target, write.conditions, write.at)
        node.value = text_of(parts[index])
        node.origin = Origin((path,), _join_back(write, out.text, parts, index))


def _join_back(write: Cut, whole: Language | None, parts: Sequence[Language], index: int) -> Callable[[Json], tuple[Json, ...]]:
    """Give what finds a text of which one piece is a given one."""

    def join(piece: Json) -> tuple[Json, ...]:
        if not isinstance(piece, str) or whole is None:
            return ()
        seam = of_words((write.sep,))
        chosen = [of_words((piece,)) if at == index else part for at, part in enumerate(parts)]
        met = meet(reduce(lambda one, other: glue(one, seam, other), chosen), whole)
        return () if met.is_empty() else pull_back(write.steps, met.shortest_word())

    return join


def _cut_language(painter: Painter, write: Cut, value: Value, path: Segments) -> Sequence[Language]:
    """Give the languages of the pieces; an issue where a value cannot be cut."""
    pieces = len(write.targets)
    domain = of_lengths(sum(write.widths), sum(write.widths)) if write.widths else of_pieces(write.sep, pieces)
    if not without_text(value).is_never:
        painter.note(write.at, "what is cut may be no text")
    if value.text is None:
        return [of_words(())] * pieces
    word = outside(value.text, domain)
    if word is not None:
        painter.note(write.at, "the value cannot be cut", *(Wish(((path, one),)) for one in pull_back(write.steps, word)))
    fitting = meet(value.text, domain)
    if not write.widths:
        return split_at(fitting, write.sep, pieces)
    return [take_slice(fitting, sum(write.widths[:index]), width) for index, width in enumerate(write.widths)]
