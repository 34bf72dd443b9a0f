"""`python -m bench.overlap.train`: coefficients of the pair model, from the half of the data that may be looked at.

Logistic regression whose signs are fixed by what a feature means: more alike never lowers the probability, more that differs or is missing
never raises it. So taking evidence away cannot strengthen a verdict. A logistic regression is calibrated on what it was fitted to; how well
it is on the other half is in docs/overlap.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.pairs import FEATURES, compute_features
from gateway.catalogue.overlap.profile import CHANNELS

from .corpora import DATA, ROOT, is_held_out, make_background, read_lexicon
from .queries import Question, ask_background, ask_schemas, ask_services, read_published

MODEL = ROOT / "gateway" / "catalogue" / "overlap" / "model.json"
SEARCH = {
    "name": 1.0, "name_grams": 0.5, "text": 0.6, "text_grams": 0.3, "function": 0.8, "keys": 0.5, "tokens": 0.5, "concepts": 1.0,
    "field_grams": 0.5, "operations": 0.3, "masters": 0.3,
}  # fmt: skip
SHARES = {
    "services": 2.0, "services without description": 1.0, "services without name": 0.5, "services by name": 0.5,
    "services by Indonesian name": 0.5, "schemas": 1.0, "summaries": 0.5, "synthetic": 2.0,
}  # fmt: skip
BACKGROUND = 12_000
PRIOR = 1.0


def gather(index: Index, questions: Iterable[Question], closed: frozenset[str]) -> Iterator[tuple[np.ndarray, bool, str, str]]:
    """Give the candidates of each question with their features and whether they are right; closed entries are not looked at."""
    search = np.array([SEARCH[channel] for channel in CHANNELS], np.float32)
    for question in questions:
        row = index.make_row(question.app)
        places = {int(at) for at in index.find_candidates(row, search)}
        if question.family == "schemas":  # they are few, and most of what they are near to has no label
            places |= {index.places[one] for one in question.among or ()}
        ids = [index.apps[at].id for at in sorted(places)]
        ids = [one for one in ids if one != question.app.id and one not in closed and (question.among is None or one in question.among)]
        cosines, norms = index.compare(row, [index.places[one] for one in ids])
        for features, one in zip(compute_features(row.norms, cosines, norms), ids, strict=True):
            yield features, one in question.right, question.family, question.label


def fit(features: np.ndarray, right: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit a logistic regression whose signs are fixed."""
    scale = features.std(axis=0) + 1e-6
    scaled, truth, weights = (features / scale).astype(np.float64), right.astype(float), weights / weights.sum() * 1000
    bounds = [(None, 0) if name.endswith(("missing", "differ")) and "," not in name else (0, None) for name in FEATURES]

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        z = scaled @ at[:-1] + at[-1]
        pull = weights * (1 / (1 + np.exp(-z)) - truth)
        value = (weights * (np.logaddexp(0, z) - truth * z)).sum() + PRIOR / 2 * (at[:-1] ** 2).sum()
        return value, np.concatenate([scaled.T @ pull + PRIOR * at[:-1], [pull.sum()]])

    found = minimize(
        loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 800}
    )
    return found.x[:-1] / scale, float(found.x[-1])


def weigh(families: np.ndarray) -> np.ndarray:
    """Give each pair its weight: a family counts by its share, however many pairs it brings."""
    counts = {family: (families == family).sum() for family in set(families)}
    return np.array([SHARES[family] / counts[family] for family in families])


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    published, made = read_published(arguments.data), make_background(BACKGROUND)
    entries = [*published.services, *published.schemas]
    apps = [*(one.app for one in made), *(one.app for one in entries), *published.summaries]
    closed = frozenset(one.app.id for one in entries if one.label and is_held_out(one.label))
    questions = chain(
        ask_services(published.services, False),
        ask_schemas(published.schemas, False),
        (one for one in published.asked if not is_held_out(one.label)),
        ask_background(made, False, 700),
    )
    rows = list(gather(build_index(apps, read_lexicon()), questions, closed))
    features, right = np.stack([row[0] for row in rows]), np.array([row[1] for row in rows])
    families = np.array([row[2] for row in rows])
    coefficients, bias = fit(features, right, weigh(families))
    document = {
        "version": "1.0.0",
        "made_by": "python -m bench.overlap.train",
        "data": "the half of the published data whose names hash even, and synthetic applications; see docs/overlap.md",
        "search": SEARCH,
        "weights": {name: round(float(value), 4) for name, value in zip(FEATURES, coefficients, strict=True)},
        "bias": round(bias, 4),
    }
    arguments.out.write_text(json.dumps(document, indent=1) + "\n")
    chance = 1 / (1 + np.exp(-(features @ coefficients + bias)))
    for family in sorted(set(families)):
        of = families == family
        yes = of & (chance >= 0.5)
        rates = f"P {right[yes].mean():.3f} R {right[yes].sum() / right[of].sum():.3f}" if yes.any() else "none"
        print(f"{family:30} pairs {of.sum():6} right {right[of].mean():.2f}  at 0.5: {rates}")


if __name__ == "__main__":
    main()
