"""Questions with known answers, from the published data: who asks, what is right, and what stands in the catalogue."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from gateway.catalogue.entry import App, Text
from gateway.sandbox.applications.make import Made

from .corpora import Entry, is_held_out, read_schemas, read_services, read_summaries

NAMES = Path(__file__).with_name("names.id.yaml")
DESCRIBED = Path(__file__).with_name("descriptions.id.yaml")
NOTHING = Text()


@dataclass(frozen=True, slots=True)
class Question:
    """An entry that asks, and the ids that answer it. Shape: `among` are the ids that may answer, None = whoever is in the catalogue."""

    app: App
    right: frozenset[str]
    family: str
    label: str
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The published data as entries."""

    services: list[Entry]
    schemas: list[Entry]
    summaries: list[App]
    asked: list[Question]


def read_published(data: Path) -> Published:
    """Read all of it; applications with an Indonesian summary ask for themselves, their own name struck out."""
    rows = read_summaries(data)
    apps = [
        App(
            id="app:" + row["id"],
            owner="app-" + row["id"],
            title=Text(en=row["name"]),
            description=Text(en=f"{row['summary']}. {row['description']}"),
        )
        for row in rows
    ]
    every = frozenset(app.id for app in apps)
    asked = [
        Question(
            App(id="?", owner="?", title=NOTHING, description=Text(id=strike_name(row["summary_id"], row["name"]))),
            frozenset({"app:" + row["id"]}),
            "summaries",
            row["id"],
            every,
        )
        for row in rows
        if row["summary_id"]
    ]
    return Published(read_services(data), read_schemas(data), apps, asked)


def strike_name(text: str, name: str) -> str:
    """Take a name's words out of a text."""
    for word in re.findall(r"\w+", name):
        text = re.sub(r"(?i)\b" + re.escape(word) + r"\b", " ", text)
    return text


def ask_services(entries: list[Entry], held_out: bool) -> Iterator[Question]:
    """Ask for the same document at other agencies: with everything, without name, with the Indonesian name alone."""
    names = yaml.safe_load(NAMES.read_text())
    for entry in entries:
        if is_held_out(entry.label) != held_out:
            continue
        same = [one.app for one in entries if one.label == entry.label]
        right = frozenset(app.id for app in same if app.owner != entry.app.owner)
        among = frozenset(one.app.id for one in entries if one.app.owner != entry.app.owner)
        if right:
            yield Question(entry.app, right, "services", entry.label, among)
            yield Question(replace(entry.app, title=NOTHING, description=NOTHING), right, "services without name", entry.label, among)
            yield Question(replace(entry.app, description=NOTHING), right, "services without description", entry.label, among)
            bare = App(id="?", owner="?", title=entry.app.title)
            yield Question(bare, right, "services by name", entry.label, among)
            if entry.label in names:
                bare = App(id="?", owner="?", title=Text(id=names[entry.label]))
                yield Question(bare, right, "services by Indonesian name", entry.label, among)


def ask_schemas(entries: list[Entry], held_out: bool, languages: tuple[str, str] | None = None) -> Iterator[Question]:
    """Ask for tables of the same function; with languages, those of one for those of the other."""
    there = [one for one in entries if languages is None or one.language == languages[1]]
    for entry in entries:
        if not entry.label or is_held_out(entry.label) != held_out or (languages and entry.language != languages[0]):
            continue
        right = frozenset(one.app.id for one in there if one.label == entry.label) - {entry.app.id}
        among = frozenset(one.app.id for one in there) - {entry.app.id}
        if right:
            yield Question(entry.app, right, "schemas", entry.label, among)


def ask_background(made: Iterable[Made], held_out: bool, number: int, seed: int = 1) -> Iterator[Question]:
    """Ask for synthetic applications of the same function; its truth is known because it was made."""
    by_function = defaultdict(set)
    for one in made:
        by_function[one.truth.function].add(one.app.id)
    chosen = [one for one in made if is_held_out(one.truth.function) == held_out]
    every = frozenset(one.app.id for one in made)
    for one in random.Random(seed).sample(chosen, min(number, len(chosen))):
        right = frozenset(by_function[one.truth.function] - {one.app.id})
        yield Question(one.app, right, "synthetic", one.truth.function, every)


def read_described(data: Path) -> list[Question]:
    """Ask with the Indonesian summary and a description that the bench's authors translated; the application's own name struck out."""
    texts = yaml.safe_load(DESCRIBED.read_text()) or {}
    rows = {row["id"]: row for row in read_summaries(data)}
    every = frozenset("app:" + one for one in rows)
    found = []
    for one, text in texts.items():
        row = rows.get(one)
        if row and row["summary_id"]:
            said = Text(id=strike_name(f"{row['summary_id']}. {text}", row["name"]))
            found.append(
                Question(App(id="?", owner="?", title=NOTHING, description=said), frozenset({"app:" + one}), "described", one, every)
            )
    return found
