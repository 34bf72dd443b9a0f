"""A suggestion as a draft in YAML, for a person to finish.

Laws: 1. The draft parses. 2. What a person must decide says TODO, with the reason beside it; when no TODO is left, it is a mapping like
any other. 3. Each guess has its score and why as a comment.
Must not know: how guesses are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from ..translate.paths import ITEM, Segments, show_path
from ..translate.suggest.assign import ArrayGuess, Guess, Suggestion
from ..translate.suggest.elements import Picked
from ..translate.suggest.values import OPEN, CodeGuess
from ..values.model import Json

_HEAD = (
    "# Drafted by `jembatan mapping suggest`; each field has its score (0 to 1) and why.",
    "# What says TODO is for a person to decide.",
)
_PAD = 2


@dataclass(slots=True)
class Draft:
    """What the text is made from. Shape: `known` are the agency's code lists that exist: name → (canonical list, codes)."""

    name: str
    agency: str
    canonical: str
    suggestion: Suggestion
    known: Mapping[str, tuple[str, frozenset[str]]]
    lists: dict[str, CodeGuess] = field(default_factory=dict)


def write_draft(draft: Draft) -> str:
    """Give the draft as a YAML text: the mapping, then the code lists that it wants."""
    lines = [*_HEAD, f"mapping: {draft.name}", f"from: {draft.agency}", f"to: {draft.canonical}", "fields:"]
    fields = list(_write_scope(draft, (), _PAD))
    lines += fields or ["  {}  # TODO nothing was recognised"]
    if draft.suggestion.drops:
        lines.append("drop:")
        for path in draft.suggestion.drops:
            lines.append(f'  {_flow(_show(path))}: {{class: unused, reason: "TODO: why no canonical field takes it"}}')
    if draft.suggestion.lacks:
        lines.append("lack:")
        lines += [f'  {_flow(_show(path))}: "TODO: who holds it"' for path in draft.suggestion.lacks]
    for name, guess in draft.lists.items():
        lines += ["---", *_write_list(name, guess, draft.agency)]
    return "\n".join(lines) + "\n"


def _show(path: Segments) -> str:
    return show_path(tuple(segment for segment in path if segment != ITEM))


def _write_scope(draft: Draft, array: Segments, indent: int) -> Iterator[str]:
    """Write the fields of the document, or of an array's elements."""
    pad = " " * indent
    here = [guess for guess in draft.suggestion.guesses if guess.canonical.array == array]
    yield from _write_whole(draft, [guess for guess in here if _picked_of(guess)], pad)
    for guess in here:
        if not _picked_of(guess):
            yield _write_field(draft, guess, pad)
    for pair in draft.suggestion.arrays:
        if _parent_of(pair) == array:
            yield from _write_array(draft, pair, array, pad)


def _write_field(draft: Draft, guess: Guess, pad: str) -> str:
    return f"{pad}{_flow(show_path(guess.canonical.inner))}: {_flow(_name_list(draft, guess))}  # {_explain(guess)}"


def _picked_of(guess: Guess) -> Picked | None:
    """Give where the fields of a list's one element stand, if this is one of them."""
    picked = guess.agency[0].picked if guess.agency else None
    return picked if picked is not None and picked.is_whole else None


def _write_whole(draft: Draft, guesses: Sequence[Guess], pad: str) -> Iterator[str]:
    """Write the fields that are picked of the one element of a list."""
    picked = _picked_of(guesses[0]) if guesses else None
    if picked is not None:
        key, value = picked.where
        yield f"{pad}.:"
        yield f"{pad}  pick: {_flow(show_path(picked.array))}"
        yield f"{pad}  where: {_flow({show_path((key,)): value})}"
        yield f"{pad}  fields:"
        yield from (_write_field(draft, guess, pad + 2 * _PAD * " ") for guess in guesses)


def _write_array(draft: Draft, pair: ArrayGuess, array: Segments, pad: str) -> Iterator[str]:
    outer = len(array) + 1 if array else 0
    outer_agency = next((len(each.agency) + 1 for each in draft.suggestion.arrays if each.canonical == array), 0)
    yield f"{pad}{_flow(show_path(pair.canonical[outer:]))}:  # {pair.score:.2f} names and elements"
    yield f"{pad}  each: {_flow(show_path(pair.agency[outer_agency:]))}"
    yield f"{pad}  fields:"
    inside = list(_write_scope(draft, pair.canonical, len(pad) + 2 * _PAD))
    yield from inside or [f"{pad}    {{}}  # TODO nothing was recognised"]


def _parent_of(pair: ArrayGuess) -> Segments:
    at = max((index for index, segment in enumerate(pair.canonical) if segment == ITEM), default=0)
    return pair.canonical[:at]


def _explain(guess: Guess) -> str:
    return f"{'' if guess.is_sure else OPEN + ' '}{guess.score:.2f} " + "; ".join(guess.reasons)


def _name_list(draft: Draft, guess: Guess) -> Json:
    """Give the form with the name of its code list: one that exists, or one that is drafted."""
    if guess.codes is None or not isinstance(guess.form, dict):
        return guess.form
    wanted = frozenset(guess.codes.codes)
    name = next((one for one, (to, codes) in draft.known.items() if to == guess.codes.to and wanted <= codes), "")
    if not name:
        name = _make_name(draft, guess, guess.codes)
        draft.lists.setdefault(name, guess.codes)
    inner = guess.form["value"] if "pick" in guess.form else guess.form
    named = {**inner, "via": [{"codes": name} if "codes" in step else step for step in inner["via"]]}
    return {**guess.form, "value": named} if "pick" in guess.form else named


def _make_name(draft: Draft, guess: Guess, codes: CodeGuess) -> str:
    owner = draft.agency.partition("/")[0]
    base = codes.to.rpartition("@")[0] or guess.canonical.path[-1].replace("_", "-")
    number = 0
    while True:
        number += 1
        name = f"{owner}/{base}{'' if number == 1 else f'-{number}'}@1"
        if name not in draft.known and draft.lists.get(name, codes) == codes:
            return name


def _write_list(name: str, guess: CodeGuess, agency: str) -> Iterator[str]:
    yield f"codelist: {name}"
    yield f"to: {guess.to}" if guess.to else "to: TODO  # the canonical code list"
    yield "codes:" if guess.codes else "codes: {TODO: TODO}  # the agency's codes are in neither schema nor samples"
    for code, canonical in guess.codes.items():
        yield f"  {_quote(code)}: {canonical if canonical == OPEN else _flow(canonical)}" + (
            "  # what it means" if canonical == OPEN else ""
        )
    preferred = _list_doubled(guess)
    if preferred:
        shown = ", ".join(f"{_flow(canonical)}: {_quote(code)}" for canonical, code in preferred.items())
        yield f"preferred: {{{shown}}}  # TODO which code is written back"
    yield "else: reject"


def _list_doubled(guess: CodeGuess) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for code, canonical in guess.codes.items():
        if canonical != OPEN:
            found.setdefault(canonical, []).append(code)
    return {canonical: codes[0] for canonical, codes in found.items() if len(codes) > 1}


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flow(value: Json) -> str:
    """Write a value in one line; a text that YAML or an older reader would take for something else is quoted."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(member) for member in value) + "]"
    if isinstance(value, str):
        shown = yaml.safe_dump([value], default_flow_style=True, width=10**6, allow_unicode=True).strip()[1:-1]
        return shown if shown.startswith(("'", '"')) or len(value) > 1 else _quote(value)
    return yaml.safe_dump([value], default_flow_style=True, width=10**6).strip()[1:-1]
