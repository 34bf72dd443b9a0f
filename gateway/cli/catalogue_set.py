"""`jembatan catalogue set APP KEY=VALUE …`: a person decides; an import does not undo it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

import yaml

from ..catalogue.form import KEYS, Malformed, read_app, write_app
from ..values.model import Json
from .catalogue_shelf import add_stamp, add_store, find_app, open_store, who_of
from .frame import FINE, UsageError, say

HELP = "Change keys of an entry by hand: who and why are kept, and imports leave these keys alone."
EXAMPLE = '  jembatan catalogue set karawang.simpeg lifecycle=deprecated title.en="Personnel" --why "letter 12/2026"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("app", metavar="APP", help="the id of the entry")
    parser.add_argument("changes", nargs="+", metavar="KEY=VALUE", help="VALUE is YAML; an empty one takes the key away")
    add_store(parser)
    add_stamp(parser)


def run(arguments: argparse.Namespace) -> int:
    """Change it."""
    if not arguments.why:
        raise UsageError('a change by hand says why: --why "…"')
    with open_store(arguments) as store:
        rows = write_app(find_app(store, arguments.app))
        for text in arguments.changes:
            _apply(rows, text)
        try:
            app = read_app(rows)
        except Malformed as wrong:
            raise UsageError(f"{wrong.pointer.lstrip('/').replace('/', '.')}: {wrong.detail}") from None
        event = store.put(app, who_of(arguments), datetime.now(UTC), arguments.why)
    say("nothing changed" if event is None else f"{app.id}: {', '.join(event.change)} changed (event {event.number})")
    return FINE


def _apply(rows: dict[str, Json], text: str) -> None:
    name, is_set, given = text.partition("=")
    key, _, part = name.partition(".")
    if not is_set or key not in KEYS or key == "app":
        raise UsageError(f"{name}: no key that can be set; keys: " + ", ".join(key for key in KEYS if key != "app"))
    try:
        value: Json = yaml.safe_load(given) if given else None
    except (yaml.YAMLError, ValueError):
        raise UsageError(f"{name}: {given} is no YAML") from None
    if part:
        inner = dict(rows.get(key) or {})
        inner[part] = value
        rows[key] = {each: held for each, held in inner.items() if held is not None}
    elif value is None:
        rows.pop(key, None)
    else:
        rows[key] = value
