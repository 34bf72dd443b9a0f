"""How an upstream speaks: what its statuses and envelopes mean, as data.

Laws: 1. A provider's own words are never passed on. 2. A wrong status is judged before the envelope. 3. A refinement names a fault of
the catalogue or of the federation.
Must not know: sockets, routes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.values.faults import Fault, Kind
from gateway.values.model import Json

from gateway.values.problem import Problem

RETRY_AFTER_MAX_S = 300


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect, compiled.

    Shape: `judge_status(status, retry_after, now_s)` gives a Fault, or None where the payload is to be read; `open_envelope(document)`
    gives the payload or raises Refused. Units: now_s Unix seconds.
    """

    judge_status: Callable[[int, bytes, float], Fault | None]
    open_envelope: Callable[[Json], Json]
    problems: tuple[Problem, ...] = ()


def compile_dialect(dialect: Json, faults: Mapping[str, Kind], refine: Json = None) -> Dialect:
    """Compile the `dialect:` of an upstream.

    Shape: `faults` holds the catalogue and the federation's own; `refine` is a route's `response:` (its `http` and `faults`); problems of
    it point below `response`.
    """
    raise NotImplementedError
