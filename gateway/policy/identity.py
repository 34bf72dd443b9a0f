"""stub"""
from __future__ import annotations
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from gateway.values.asks import Flow
from gateway.values.model import Caller, Request
from .issuers import Identity, IssuerOptions

SCHEMES = ("jwt", "api_key", "none")
OUTCOMES = ("accepted", "missing", "invalid", "expired", "spent", "keys_unavailable")

@dataclass(frozen=True, slots=True)
class IdentifyBounds:
    """Bounds of one worker's memory of credentials. Units: seconds, verifications per second, whole numbers."""
    verdicts_max: int = 16_384
    bad_verdicts_max: int = 4_096
    bad_s: float = 10.0
    peers_max: int = 4_096
    verifications_per_s: float = 100.0
    verifications_burst: float = 500.0
    keys_age_max_s: float = 300.0
    fetch_interval_s: float = 10.0

class Identifier:
    """Place 2; implements `values.route.Identify`. One per worker."""
    def __init__(self, issuers: Iterable[IssuerOptions], identities: Iterable[Identity],
                 on_decision: Callable[[str, str], None], bounds: IdentifyBounds = IdentifyBounds()) -> None: raise NotImplementedError
    def recall_caller(self, request: Request, now_s: float) -> Caller | None: raise NotImplementedError
    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]: raise NotImplementedError
