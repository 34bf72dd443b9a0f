"""What tests of overlap share: the glossary, the coefficients, a small synthetic catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from gateway.catalogue.entry import App
from gateway.catalogue.overlap.glossary import Part, decode_part
from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.pairs import PairModel, decode_model
from gateway.catalogue.overlap.words import Lexicon
from gateway.sandbox.applications.make import make_catalogue
from gateway.sandbox.applications.tables import read_tables

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def parts() -> list[Part]:
    return [decode_part(yaml.safe_load(path.read_text()), path.name) for path in sorted((ROOT / "seeds" / "glossary").glob("*.yaml"))]


@pytest.fixture(scope="session")
def lexicon(parts: list[Part]) -> Lexicon:
    return Lexicon(parts)


@pytest.fixture(scope="session")
def model() -> PairModel:
    return decode_model(json.loads((ROOT / "gateway" / "catalogue" / "overlap" / "model.json").read_text()))


@pytest.fixture(scope="session")
def apps() -> list[App]:
    """Synthetic applications."""
    return [one.app for one in make_catalogue(read_tables(ROOT / "seeds" / "catalogue"), 800)]


@pytest.fixture
def index(apps: list[App], lexicon: Lexicon) -> Index:
    return build_index(apps, lexicon)
