"""Why two entries are held to be alike: what is cited from each, and what is missing.

Holds: the terms of name and description that both say, fields aligned one to one, operations that both offer, coverage both ways.
Laws: 1. Nothing is cited that is not there: a term is cited by the words of each text, a field by its name, an operation as it is written.
2. Coverage is the number of cited fields over the number of fields that count; who counts again gets the same. 3. Fields of an envelope and
columns that any table has are no evidence: they are named apart and counted nowhere. 4. Without what is cited, less is alike.
Must not know: probabilities, verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..entry import App, Text
from .align import Meaning, Pair, align_fields, read_meanings
from .profile import Envelope, sign_operation, weigh_fields
from .words import Lexicon, Term

Rarity = Callable[[str], float]
TERMS_MAX = 12


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A concept that both texts say. Shape: `mine` and `theirs` the words as they stand there; `weight` how rare the concept is."""

    concept: str
    mine: str
    theirs: str
    weight: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of an entry's fields that count are cited. Units: `share` 0 to 1, 0 where it has none."""

    cited: int
    fields: int

    @property
    def share(self) -> float:
        """Give the coverage."""
        return self.cited / self.fields if self.fields else 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is cited of two entries.

    Shape: `echoes` how many of the operations are named as both entries are; `missing` says whose part is not there, like `mine.fields`.
    """

    names: tuple[SharedTerm, ...]
    texts: tuple[SharedTerm, ...]
    fields: tuple[Pair, ...]
    operations: tuple[tuple[str, str], ...]
    masters: tuple[SharedTerm, ...]
    envelope: tuple[str, ...]
    mine: Coverage
    theirs: Coverage
    missing: tuple[str, ...]
    echoes: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One entry, read for explanations."""

    app: App
    names: Mapping[str, str]
    texts: Mapping[str, str]
    masters: Mapping[str, str]
    meanings: tuple[Meaning, ...]
    envelope: frozenset[str]
    operations: Mapping[str, str]


def read_side(app: App, lexicon: Lexicon, envelopes: Sequence[Envelope], common: frozenset[str] = frozenset()) -> Side:
    """Read an entry for explanations; `common` operations are left out."""
    meanings = read_meanings(app.fields, lexicon)
    weights = weigh_fields(meanings, envelopes)
    operations = [(sign_operation(name, lexicon), name) for one in app.interfaces for name in one.operations]
    return Side(
        app,
        _read_words(_both(app.title), lexicon),
        _read_words([*_both(app.description), app.function], lexicon),
        _read_words([*app.masters, *app.outputs], lexicon),
        tuple(meaning for meaning, weight in zip(meanings, weights, strict=True) if weight >= 1),
        frozenset(meaning.field.name for meaning, weight in zip(meanings, weights, strict=True) if weight < 1),
        {signature: name for signature, name in reversed(operations) if signature and signature not in common},
    )


def _both(text: Text) -> list[str]:
    return [text.id, text.en]


def _read_words(texts: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """Give the concepts of texts with the words that say them; generic ones and those of one letter are left out."""
    found: dict[str, str] = {}
    terms = (term for text in texts for term in lexicon.read_text(text))
    for term in terms:
        for concept in _spell(term, lexicon) if term.kind != "generic" and len(term.surface) > 1 else ():
            found.setdefault(concept, term.surface)
    return found


def _spell(term: Term, lexicon: Lexicon) -> Iterable[str]:
    """Give what a term says: its concepts, and after them the simple ones that they are made of."""
    yield from term.concepts
    for concept in term.concepts:
        yield from sorted(lexicon.find_atoms(concept) - {concept})


def explain_pair(mine: Side, theirs: Side, rarity: Rarity) -> Explanation:
    """Say what two entries have in common, and what is missing to say more."""
    pairs = align_fields(mine.meanings, theirs.meanings)
    operations = sorted(mine.operations.keys() & theirs.operations.keys())
    names = mine.names.keys() & theirs.names.keys()
    return Explanation(
        _share(mine.names, theirs.names, rarity),
        _share({**mine.texts, **mine.names}, {**theirs.texts, **theirs.names}, rarity, but=names),
        tuple(pairs),
        tuple((mine.operations[one], theirs.operations[one]) for one in operations),
        _share(mine.masters, theirs.masters, rarity),
        tuple(sorted(mine.envelope & theirs.envelope)),
        Coverage(len(pairs), len(mine.meanings)),
        Coverage(len(pairs), len(theirs.meanings)),
        tuple(f"{whose}.{part}" for whose, side in (("mine", mine), ("theirs", theirs)) for part in find_missing(side)),
        sum(names >= set(one.partition(":")[2].split("+")) for one in operations),
    )


def _share(mine: Mapping[str, str], theirs: Mapping[str, str], rarity: Rarity, but: Iterable[str] = ()) -> tuple[SharedTerm, ...]:
    """Give the shared concepts, the rarest first, each pair of words once."""
    both = [SharedTerm(concept, mine[concept], theirs[concept], rarity(concept)) for concept in mine.keys() & theirs.keys() - set(but)]
    found: dict[tuple[str, str], SharedTerm] = {}
    for term in sorted(both, key=lambda term: (-term.weight, term.concept)):
        found.setdefault((term.mine, term.theirs), term)
    return tuple(found.values())[:TERMS_MAX]


def find_missing(side: Side) -> list[str]:
    """Name the parts that an entry does not have, so that nothing can be said of them."""
    parts = (("name", side.names), ("description", side.texts), ("fields", side.meanings), ("operations", side.operations))
    return [part for part, there in parts if not there]


def without_evidence(app: App, explanation: Explanation) -> App:
    """Give the entry without what is cited of it: its words, fields, operations and masters. For showing that they carried the verdict."""
    words = {term.mine for term in (*explanation.names, *explanation.texts, *explanation.masters)}
    fields = {pair.mine.name for pair in explanation.fields} | set(explanation.envelope)
    operations = {mine for mine, _ in explanation.operations}
    return replace(
        app,
        title=_strike(app.title, words),
        description=_strike(app.description, words),
        function=strike_words(app.function, words),
        masters=tuple(strike_words(one, words) for one in app.masters),
        outputs=tuple(strike_words(one, words) for one in app.outputs),
        fields=tuple(field for field in app.fields if field.name not in fields),
        interfaces=tuple(
            replace(one, operations=tuple(name for name in one.operations if name not in operations)) for one in app.interfaces
        ),
    )


def _strike(text: Text, words: Iterable[str]) -> Text:
    return Text(strike_words(text.id, words), strike_words(text.en, words))


def strike_words(text: str, words: Iterable[str]) -> str:
    """Take words out of a text, whatever stands between them there."""
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(r"(?i)(?<![a-z0-9])" + r"[^a-z0-9]+".join(map(re.escape, word.split())) + r"(?![a-z0-9])", " ", text)
    return text
