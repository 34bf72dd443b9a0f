"""What the subcommands that compare entries share: the glossary, the coefficients, the index.

Law: the numeric libraries are loaded here, when they are needed, and their absence is said plainly. Must not know: what is asked.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import yaml

from ..catalogue.entry import App
from ..catalogue.overlap.glossary import GlossaryError, Part, decode_part
from ..sandbox.places import find_reference
from .catalogue_merging import MISSING
from .frame import UsageError

if TYPE_CHECKING:
    from ..catalogue.overlap.index import Index
    from ..catalogue.overlap.pairs import PairModel


def add_judging(parser: argparse.ArgumentParser) -> None:
    """Declare what entries are compared with."""
    parser.add_argument(
        "--glossary", type=Path, action="append", default=[], metavar="FILE", help="more words: a part of the glossary (repeatable)"
    )


def load_judge(arguments: argparse.Namespace, apps: Iterable[App]) -> tuple[Index, PairModel]:
    """Build the index of entries, and read the coefficients.

    Faults: UsageError where the numeric libraries are missing or a part of the glossary is not in order.
    """
    try:
        from ..catalogue.overlap.index import build_index
        from ..catalogue.overlap.pairs import decode_model
        from ..catalogue.overlap.words import Lexicon
    except ImportError as error:
        raise UsageError(MISSING) from error
    model = decode_model(orjson.loads((files("gateway.catalogue.overlap") / "model.json").read_bytes()))
    return build_index(apps, Lexicon(read_parts(arguments.glossary))), model


def read_parts(more: Iterable[Path] = ()) -> list[Part]:
    """Read the glossary that comes with the reference federation, and a deployment's own parts.

    Faults: UsageError.
    """
    found = []
    for path in [*sorted((find_reference() / "seeds" / "glossary").glob("*.yaml")), *more]:
        try:
            found.append(decode_part(yaml.safe_load(path.read_text(encoding="utf-8")), str(path)))
        except (GlossaryError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise UsageError(str(error) if isinstance(error, GlossaryError) else f"{path}: {error}") from error
    return found
