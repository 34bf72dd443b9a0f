"""What the simulated agencies have done in the world, counted by the key under which it was asked for; and how they know a repeat.

Laws: 1. A call under a key that something was done under gets the first answer again, and nothing is done. 2. What was refused is not kept:
the same key may come again. 3. Calls of one key are answered one after the other. 4. What is done is counted when it is done, whether the
answer arrives or not.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web

from gateway.values.model import Json

HEADER = "Idempotency-Key"
DID = web.ResponseKey("did", str)  # of a response: what was done, as its agency calls it
Handler: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"


@dataclass(slots=True)
class Effects:
    """What was done: times by agency, key ("" = without one) and deed."""

    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _answers: dict[tuple[str, str], tuple[int, bytes, Mapping[str, str]]] = field(default_factory=dict)
    _turns: dict[tuple[str, str], asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def watch(self, agency: str, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have a call answered: by its handler, or as it was before under its key."""
        key = request.headers.get(HEADER, "").strip().strip('"')
        if not key:
            return self._note(agency, key, await handler(request))
        async with self._turns[agency, key]:
            known = self._answers.get((agency, key))
            if known is not None:
                status, body, headers = known
                return web.Response(status=status, body=body, headers=headers)
            return self._note(agency, key, await handler(request))

    def _note(self, agency: str, key: str, response: web.StreamResponse) -> web.StreamResponse:
        did = response.get(DID)
        if did:
            self.done[agency, key, did] += 1
            if key and isinstance(response, web.Response) and isinstance(response.body, bytes):
                self._answers[agency, key] = response.status, response.body, {"Content-Type": response.headers["Content-Type"]}
        return response

    def tell(self) -> list[Json]:
        """Give all that was done, in the order in which it was done first."""
        return [{"agency": agency, "key": key, "did": did, "times": times} for (agency, key, did), times in self.done.items()]
