"""What a supervisor is told and what it tells: values only.

Must not know: processes, sockets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..observe.tally import LayoutView
from ..values.meters import Series
from ..values.model import Expiry, Json

DEFAULT_LOADER = "gateway.plan.load:load_plan"
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a URL shows for "everywhere"


@dataclass(frozen=True, slots=True)
class SupervisorOptions:
    """What to serve and how; what is None stands in the plan.

    Shape: `loader` is `module:function`, see `gateway.nursery.Loader`; `access_log` a path, `-` for standard output, "" for none.
    Units: seconds.
    """

    folders: tuple[Path, ...]
    loader: str = DEFAULT_LOADER
    workers: int | None = None
    data_plane: tuple[str, int] | None = None
    management: tuple[str, int] | None = None
    is_watching: bool = False
    access_log: str = "-"
    state: Path = Path(".jembatan")  # the folder of what is kept from run to run
    compile_s: float = 120.0
    start_s: float = 30.0
    still_s: float = 20.0  # a worker whose loop stands still for longer is ended


@dataclass(frozen=True, slots=True)
class Ready:
    """Where everything answers."""

    data_plane: str
    management: str
    plan: str  # hash
    worker_pids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and whether TLS is spoken there."""

    host: str
    port: int
    is_tls: bool = False

    def show_url(self, port: int) -> str:
        """Give the URL under which the port that was taken is reached from this machine."""
        host = WILDCARDS.get(self.host, self.host)
        return f"{'https' if self.is_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the supervisor knows of a plan that a nursery has compiled. Shape: `store` is the path of its stores, "" = none."""

    hash: str
    data_plane: Address
    management: Address
    workers: int
    grace_s: float
    drain_s: float
    view: LayoutView
    routes: tuple[dict[str, Json], ...]
    upstreams: tuple[str, ...]
    expiries: tuple[Expiry, ...] = field(default=())
    weakenings: int = 0
    is_sandbox: bool = False
    store: str = ""


def read_facts(told: dict[str, Json], options: SupervisorOptions) -> PlanFacts:
    """Read what a nursery told as `compiled`; the options win over the plan."""
    gateway = told["gateway"]
    workers = options.workers if options.workers is not None else gateway["workers"]
    series = tuple(Series(family, tuple(labels), offset) for family, labels, offset in told["series"])
    return PlanFacts(
        hash=told["hash"],
        data_plane=_read_address(gateway["data_plane"], options.data_plane),
        management=_read_address(gateway["management"], options.management),
        workers=max(1, workers),
        grace_s=gateway["bounds"]["grace_s"],
        drain_s=gateway["bounds"]["drain_s"],
        view=LayoutView(series, told["size"]),
        routes=tuple(told["routes"]),
        upstreams=tuple(told["upstreams"]),
        expiries=tuple(Expiry(**expiry) for expiry in told["expiries"]),
        weakenings=told["weakenings"],
        is_sandbox=told["is_sandbox"],
        store=(gateway.get("stores") or {}).get("path", ""),
    )


def _read_address(listener: dict[str, Json], wanted: tuple[str, int] | None) -> Address:
    host, port = wanted if wanted is not None else (listener["host"], listener["port"])
    return Address(host, port, listener["tls"] is not None)
