"""The simulated agencies, one file each; this table is the only place that knows them all."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.desk import Agency
from gateway.values.model import Json

from .dukcapil import open_dukcapil

AGENCIES: dict[str, Callable[[dict[str, Json]], Agency]] = {
    "dukcapil": open_dukcapil,
}
