"""An application as it is compared: one bag of weighted terms a channel, kept apart.

Laws: 1. What a channel holds comes from its own part of the entry alone. 2. The agency is no text: words of its name count little wherever
they stand. 3. Generic words (`sistem`, `informasi`) count little. 4. Fields of an envelope that many unlike services share count as one.
5. What a channel lacks is said by its absence, never filled.
Must not know: other applications (but for the envelopes that it is told of), weights of channels.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Literal, TypeAlias, get_args

from ..entry import App, Text
from .align import Meaning, read_meanings
from .words import Lexicon, Term

Channel: TypeAlias = Literal[
    "name", "name_grams", "text", "text_grams", "function", "keys", "tokens", "concepts", "field_grams", "operations", "masters"
]  # fmt: skip
CHANNELS: tuple[Channel, ...] = get_args(Channel)
DATA: tuple[Channel, ...] = ("keys", "tokens", "concepts", "field_grams")

GRAM = 4
ALIKE_WEIGHT = 0.5  # of the simple concepts that a composed one is made of
GENERIC_WEIGHT = 0.2
OWNER_WEIGHT = 0.25
ENVELOPE_SHARE = 0.8
_VERBS = {
    "get": "read", "find": "read", "list": "read", "search": "read", "lookup": "read", "query": "read", "fetch": "read", "cari": "read",
    "ambil": "read", "lihat": "read", "cek": "read", "read": "read", "post": "write", "create": "write", "add": "write", "insert": "write",
    "save": "write", "simpan": "write", "tambah": "write", "submit": "write", "kirim": "write", "put": "change", "patch": "change",
    "update": "change", "ubah": "change", "edit": "change", "delete": "remove", "remove": "remove", "hapus": "remove",
}  # fmt: skip
_SLOT = re.compile(r"[{<:].*")
_VERSION = re.compile(r"v?\d+(\.\d+)*|api|rest|services?")

Bag: TypeAlias = dict[str, float]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Fields that travel together around unlike contents. Shape: `keys` as `Reading.key`."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of one application. Shape: `bags` by channel; `sizes` of the fields that count."""

    id: str
    owner: str
    bags: Mapping[Channel, Bag]


def describe_app(app: App, lexicon: Lexicon, envelopes: Sequence[Envelope] = ()) -> Profile:
    """Describe an application by its channels."""
    owner = frozenset(lexicon.find_root(word) for word in re.findall(r"[a-z0-9]+", app.owner.lower()))
    title = _read_texts(app.title, lexicon)
    whole = title + _read_texts(app.description, lexicon)
    meanings = read_meanings(app.fields, lexicon)
    weights = weigh_fields(meanings, envelopes)
    bags: dict[Channel, Bag] = {
        "name": _weigh_terms(title, lexicon, owner),
        "name_grams": _cut_terms(title, owner),
        "text": _soften(_weigh_terms(whole, lexicon, owner)),
        "text_grams": _soften(_cut_terms(whole, owner)),
        "function": _weigh_terms(lexicon.read_text(app.function), lexicon, owner),
        "operations": _read_operations((name for one in app.interfaces for name in one.operations), lexicon),
        "masters": _weigh_terms([term for text in (*app.masters, *app.outputs) for term in lexicon.read_text(text)], lexicon, owner),
        **_describe_fields(meanings, weights),
    }
    return Profile(app.id, app.owner, bags)


def _read_texts(text: Text, lexicon: Lexicon) -> list[Term]:
    return [term for one in (text.id, text.en) if one for term in lexicon.read_text(one)]


def weigh_term(term: Term, owner: frozenset[str]) -> float:
    """Say how much a term of a text counts before it is known how rare it is."""
    if owner and all(word in owner for word in term.surface.split()):
        return OWNER_WEIGHT
    return GENERIC_WEIGHT if term.kind == "generic" else 1.0


def _weigh_terms(terms: Iterable[Term], lexicon: Lexicon, owner: frozenset[str]) -> Bag:
    bag: Bag = {}
    for term in terms:
        share = weigh_term(term, owner) / len(term.concepts) ** 0.5
        for concept in term.concepts:
            bag[concept] = bag.get(concept, 0.0) + share
        for atom in [atom for concept in term.concepts for atom in lexicon.find_atoms(concept) - {concept}]:
            bag[atom] = bag.get(atom, 0.0) + share * ALIKE_WEIGHT
    return bag


def _cut_terms(terms: Iterable[Term], owner: frozenset[str]) -> Bag:
    bag: Bag = {}
    for term in terms:
        weight = weigh_term(term, owner)
        for word in term.surface.split():
            for gram in cut_grams(word):
                bag[gram] = bag.get(gram, 0.0) + weight
    return bag


@lru_cache(maxsize=200_000)
def cut_grams(word: str) -> tuple[str, ...]:
    """Cut a word into its grams; a short one is one gram."""
    edged = f"_{word}_"
    return tuple(intern(edged[at : at + GRAM]) for at in range(max(1, len(edged) - GRAM + 1)))


def _soften(bag: Bag) -> Bag:
    """Let a word that is said often count more than once, but not as often as it is said."""
    return {term: weight if weight <= 1 else 1 + math.log(weight) for term, weight in bag.items()}


def weigh_fields(meanings: Sequence[Meaning], envelopes: Sequence[Envelope]) -> list[float]:
    """Give the weight of each field: those of an envelope that is there together count as one field."""
    keys = {meaning.reading.key for meaning in meanings}
    weights = dict.fromkeys(keys, 1.0)
    for envelope in envelopes:
        there = envelope.keys & keys
        if len(there) >= ENVELOPE_SHARE * len(envelope.keys):
            weights.update(dict.fromkeys(there, 1.0 / len(there)))
    return [weights[meaning.reading.key] for meaning in meanings]


def _describe_fields(meanings: Sequence[Meaning], weights: Sequence[float]) -> dict[Channel, Bag]:
    bags: dict[Channel, Bag] = {channel: {} for channel in DATA}
    for meaning, weight in zip(meanings, weights, strict=True):
        words = [
            *meaning.reading.words,
            *(word for concept in meaning.concepts if concept[0] != "=" for word in re.split(r"[-+]", concept)),
        ]
        for channel, terms, share in (
            ("keys", (meaning.reading.key,), weight),
            ("tokens", meaning.reading.words, weight),
            ("concepts", meaning.concepts, weight),
            ("concepts", meaning.atoms - meaning.concepts, weight * ALIKE_WEIGHT),
            ("field_grams", [gram for word in words for gram in cut_grams(word)], weight),
        ):
            bag = bags[channel]  # type: ignore[index]
            for term in terms:
                bag[term] = max(bag.get(term, 0.0), share)
    return bags


def _read_operations(names: Iterable[str], lexicon: Lexicon) -> Bag:
    return {signature: 1.0 for name in names if (signature := sign_operation(name, lexicon))}


def sign_operation(name: str, lexicon: Lexicon) -> str:
    """Give an operation as `verb:resource`, the resource in concepts: `GET /pasien/{id}` is `read:patient`. "" says nothing."""
    head, _, path = name.partition(" ")
    if path:
        segments = [part for part in path.split("/") if part and not _SLOT.match(part) and not _VERSION.fullmatch(part.lower())]
        verb, words = _VERBS.get(head.lower(), ""), [word for part in segments for word in lexicon.read_field(part).words]
    else:
        words = list(lexicon.read_field(re.split("[#.]", head)[-1] or head).words)
        verb = next((_VERBS[word] for word in words if word in _VERBS), "")
    resource = lexicon.read_text(" ".join(word for word in words if word not in _VERBS))
    said = sorted({term.concepts[0] for term in resource if term.kind != "generic"})
    return f"{verb}:{'+'.join(said)}" if said else ""
