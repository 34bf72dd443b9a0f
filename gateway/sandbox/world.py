"""The sandbox as a whole: agencies and health centres on ports of their own, the identity provider, the control path, in one process.

Law: the 1,000 resident services are only there where they were asked for.
"""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from .agencies import AGENCIES
from .centres.halls import open_halls
from .centres.truth import read_centres
from .control import make_control_application
from .credentials import make_credential
from .desk import Desk, open_port
from .effects import Effects
from .identity import AUDIENCE, Key, load_key, make_idp_application, mint_token
from .mishaps import Mishaps
from .residents.hall import ResidentHall
from .seeds import read_seeds


class Sandbox:
    """All simulated agencies. `seeds` holds their data, `state` keeps the identity provider's key."""

    def __init__(self, seeds: Path, state: Path, has_residents: bool = False) -> None:
        self.key: Key = load_key(state)
        self.mishaps = Mishaps()
        self.effects = Effects()
        self.desks: dict[str, Desk] = {}
        for id, open_agency in AGENCIES.items():
            agency = open_agency(read_seeds(seeds, id))
            self.desks[id] = Desk(agency, make_credential(agency.style, agency.header), self.mishaps, self.effects)
        self.centres = read_centres(seeds)
        self.halls = open_halls(self.centres, self.mishaps, self.effects)
        self.residents = ResidentHall(seeds) if has_residents else None
        self._state = state
        self._runners: list[web.AppRunner] = []

    async def start(self) -> dict[str, str]:
        """Open every port on the loopback; give the environment variables that tell addresses and credentials."""
        told: dict[str, str] = {}
        for desk in self.desks.values():
            prefix = desk.agency.prefix
            told[prefix + "_URL"] = await self._serve(desk.make_application()) + desk.agency.base
            told.update({f"{prefix}_{name}": value for name, value in desk.credential.secrets.items()})
        for hall in self.halls:
            told[hall.prefix + "_URL"] = await self._serve(hall.make_application())
            told.update(hall.tell(self._state))
        if self.residents is not None:
            told["RESIDENTS_URL"] = await self._serve(self.residents.make_application())
            told.update(self.residents.tell(self._state))
        told["IDP_JWKS_URL"] = await self._serve(make_idp_application(self.key)) + "/jwks.json"
        told["SANDBOX_URL"] = await self._serve(self._make_control())
        return told

    def _make_control(self) -> web.Application:
        return make_control_application(self.desks.values(), [hall.software.name for hall in self.halls], self.mishaps, self.effects)

    async def _serve(self, application: web.Application) -> str:
        runner, port = await open_port(application)
        self._runners.append(runner)
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Close every port."""
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    def mint(self, caller: str, user: str = "", lifetime_s: int = 86_400) -> str:
        """Mint a token for a calling agency. Units: seconds."""
        return mint_token(self.key, caller, user, AUDIENCE, lifetime_s)
