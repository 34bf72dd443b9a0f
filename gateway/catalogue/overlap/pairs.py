"""What two entries have in common, as a few figures, and from them the probability that they do the same.

Laws: 1. The figures of a pair are the same both ways. 2. The coefficients are data: a model names its features, and one that does not fit
them is refused. 3. What comes out is a probability that was calibrated, no score.
Must not know: where coefficients are kept, what is done with a probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...values.model import Json
from .profile import CHANNELS, Channel

Floats = NDArray[np.float32]

_AT: Mapping[Channel, int] = {channel: at for at, channel in enumerate(CHANNELS)}
FEATURES: tuple[str, ...] = (
    *(f"{channel} alike" for channel in CHANNELS),
    *(f"{channel} contained" for channel in ("name", "concepts", "keys")),
    *(f"{channel} shared" for channel in ("name", "text", "function", "concepts")),
    *(f"{channel} differ" for channel in ("name", "function", "concepts", "operations")),
    *(f"{channel} missing" for channel in ("name", "text", "concepts")),
    "name the same", "fields near in number",
    "name and concepts alike", "name shared, concepts missing", "text alike, concepts missing",
    "concepts alike, name missing", "concepts shared, name missing", "text alike, name missing",
)  # fmt: skip


class ModelError(ValueError):
    """Coefficients do not fit what is computed here; the text says what differs."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """Coefficients. Shape: `search` the weight of each channel when candidates are sought; `weights` by `FEATURES`, with `bias`."""

    version: str
    search: Floats
    weights: Floats
    bias: float

    def judge(self, features: Floats) -> Floats:
        """Give for each pair the probability that both do the same."""
        chances: Floats = (1.0 / (1.0 + np.exp(-(features @ self.weights + self.bias)))).astype(np.float32)
        return chances


def decode_model(document: Json) -> PairModel:
    """Decode a model from its JSON.

    Faults: `ModelError`.
    """
    if not isinstance(document, dict) or not {"version", "search", "weights", "bias"} <= set(document):
        raise ModelError("a pair model has the keys version, search, weights, bias")
    search, weights = document["search"], document["weights"]
    for what, names, wanted in (("search", search, CHANNELS), ("weights", weights, FEATURES)):
        if not isinstance(names, dict) or set(names) != set(wanted):
            odd = sorted(set(names if isinstance(names, dict) else ()) ^ set(wanted))
            raise ModelError(f"{what}: these differ from what is computed: {', '.join(odd)}")
    return PairModel(
        str(document["version"]),
        np.array([search[channel] for channel in CHANNELS], np.float32),
        np.array([weights[feature] for feature in FEATURES], np.float32),
        float(document["bias"]),
    )


def compute_features(mine: Floats, cosines: Floats, theirs: Floats) -> Floats:
    """Give the figures of pairs.

    Shape: `mine` the norms by channel of one entry (or of each pair's first), `cosines` and `theirs` by pair and channel.
    """
    mine = np.broadcast_to(mine, theirs.shape)
    low, high = np.minimum(mine, theirs), np.maximum(mine, theirs)
    ratio = high / np.maximum(low, 1e-6)
    both = cosines * mine * theirs
    contained = np.clip(cosines * ratio, 0, 1).astype(np.float32)
    shared: Floats = np.log1p(both)
    differ: Floats = np.log1p(np.maximum(low * low - both, 0))  # what each says that the other does not, the lesser of the two
    missing = (low < 1e-6).astype(np.float32)

    def take(table: Floats, *channels: Channel) -> Floats:
        return table[:, [_AT[channel] for channel in channels]]

    name, text, concepts = (cosines[:, _AT[channel]] for channel in ("name", "text", "concepts"))
    no_name, no_fields = missing[:, _AT["name"]], missing[:, _AT["concepts"]]
    singles = (
        name**8, np.where(no_fields > 0, 0, low[:, _AT["concepts"]] / np.maximum(high[:, _AT["concepts"]], 1e-6)),
        name * concepts, shared[:, _AT["name"]] * no_fields, text * no_fields,
        concepts * no_name, shared[:, _AT["concepts"]] * no_name, text * no_name,
    )  # fmt: skip
    tables = (
        cosines,
        take(contained, "name", "concepts", "keys"),
        take(shared, "name", "text", "function", "concepts"),
        take(differ, "name", "function", "concepts", "operations"),
        take(missing, "name", "text", "concepts"),
        np.stack(singles, axis=1),
    )
    return np.concatenate(tables, axis=1).astype(np.float32)
