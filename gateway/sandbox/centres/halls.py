"""The servers of the health centres: one a software, with the credentials of this start.

Laws: 1. Every call is counted by centre. 2. A key a centre is a file of its own, readable by its owner only.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

from aiohttp import web

from ..credentials import Credential, Style, make_credential
from ..effects import Effects
from ..mishaps import Mishaps
from .softwares import SOFTWARES, Software, answer_json
from .truth import Centre

_SECRET = {"api_key": "KEY", "bearer": "TOKEN"}


class Hall:
    """All centres with one software, on one port."""

    def __init__(self, software: Software, centres: Mapping[str, Centre], mishaps: Mishaps, effects: Effects) -> None:
        self.software = software
        self._mishaps, self._effects = mishaps, effects
        self.centres = {code: centre for code, centre in centres.items() if centre.software == software.name}
        style = cast(Style, software.style)
        if software.has_key_a_centre:
            self.credentials = {code: make_credential(style, software.header) for code in self.centres}
        else:
            shared = make_credential(style, software.header)
            self.credentials = dict.fromkeys(self.centres, shared)
        self.calls: Counter[str] = Counter()
        self._soap = {
            code: software.serve(centre, self.credentials[code].secrets) for code, centre in self.centres.items() if software.serve
        }

    @property
    def prefix(self) -> str:
        """Give what the names of its environment variables begin with."""
        return "CENTRES_" + self.software.name.upper()

    def make_application(self) -> web.Application:
        """Make the application that serves the centres."""
        application = web.Application(client_max_size=1 << 20)
        application.router.add_route("*", "/{code}", self._serve)
        application.router.add_route("*", "/{code}/{rest:.*}", self._serve)
        return application

    def tell(self, state: Path) -> dict[str, str]:
        """Give the environment variables that tell the credentials; keys a centre are written to files."""
        if not self.software.has_key_a_centre:
            shared: Credential = next(iter(self.credentials.values()))
            return {f"{self.prefix}_{name}": value for name, value in shared.secrets.items()}
        folder = state / "health-centres" / self.software.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = _SECRET[self.software.style]
        for code, credential in self.credentials.items():
            with os.fdopen(os.open(folder / code, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(credential.secrets[name])
        return {f"{self.prefix}_KEYS": str(folder.resolve())}

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        code = request.match_info["code"]
        centre = self.centres.get(code)
        if centre is None:
            return self.software.refuse(404, "no such centre")
        self.calls[code] += 1
        if not self.credentials[code].is_shown(request.headers):
            return self.software.refuse(401, "credential")
        mishap = self._mishaps.take(self.software.name)
        spoiled = None if mishap is None else await mishap.befall(request, self._answer)
        return await self._answer(request) if spoiled is None else spoiled

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        return await self._effects.watch(self.software.name, request, self._answer_anew)

    async def _answer_anew(self, request: web.Request) -> web.StreamResponse:
        code = request.match_info["code"]
        if code in self._soap:
            serve: Callable[[web.Request], Awaitable[web.StreamResponse]] = self._soap[code]
            return await serve(request)
        operation = request.path.removeprefix(f"/{code}")
        if request.method != "POST" or operation not in self.software.operations:
            return web.Response(status=404 if operation not in self.software.operations else 405)
        return answer_json(self.software, self.centres[code], operation, request, await request.read())


def open_halls(centres: Mapping[str, Centre], mishaps: Mishaps, effects: Effects) -> tuple[Hall, ...]:
    """Open a hall for each software."""
    return tuple(Hall(software, centres, mishaps, effects) for software in SOFTWARES)
