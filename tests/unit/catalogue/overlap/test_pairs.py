"""The pair model: coefficients fit what is computed, and evidence works one way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gateway.catalogue.overlap.pairs import FEATURES, ModelError, PairModel, compute_features, decode_model
from gateway.catalogue.overlap.profile import CHANNELS

MODEL = Path(__file__).parents[4] / "gateway" / "catalogue" / "overlap" / "model.json"


def test_a_model_that_does_not_fit_is_refused_with_what_differs() -> None:
    document = json.loads(MODEL.read_text())
    del document["weights"][FEATURES[0]]
    with pytest.raises(ModelError, match=FEATURES[0]):
        decode_model(document)
    with pytest.raises(ModelError):
        decode_model([])


def test_more_alike_never_lowers_and_more_that_differs_never_raises_the_probability(model: PairModel) -> None:
    for name, weight in zip(FEATURES, model.weights, strict=True):
        against = name.endswith((" missing", " differ")) and "," not in name
        assert weight <= 0 if against else weight >= 0, name


def test_a_pair_has_the_same_figures_both_ways() -> None:
    chance = np.random.default_rng(1)
    mine, theirs = (chance.random((5, len(CHANNELS))).astype(np.float32) * 9 for _ in range(2))
    cosines = chance.random((5, len(CHANNELS))).astype(np.float32)
    assert np.allclose(compute_features(mine, cosines, theirs), compute_features(theirs, cosines, mine))
