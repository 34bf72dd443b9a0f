"""Who asks: a bearer token of a program, or the session of a browser that a token opened.

Laws: 1. Neither a token nor a session's name is kept: only digests are. 2. A session ends after some hours, with its token, or at sign-out;
their number is bounded, the oldest goes. 3. What a browser sends to change something must come from a page of ours.
Must not know: pages, what people may do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from ..catalogue.gate.desk import Desk
from ..catalogue.gate.people import TOKEN_BYTES, Person, digest_token

COOKIE = "jembatan_catalogue"
SESSIONS_MAX = 1_000
LIFE = timedelta(hours=8)
Clock = Callable[[], datetime]


class Sessions:
    """The sessions of browsers, in memory: a restart ends them."""

    __slots__ = ("_clock", "_desk", "_held", "_is_secure")

    def __init__(self, desk: Desk, clock: Clock, is_secure: bool = False) -> None:
        self._desk = desk
        self._clock = clock
        self._is_secure = is_secure
        self._held: dict[str, tuple[str, datetime]] = {}

    def find_asker(self, request: web.Request) -> Person | None:
        """Give who asks, None where nobody has shown a token."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme:
            return self._desk.recognise(token.strip(), self._clock()) if scheme.lower() == "bearer" else None
        held = self._held.get(digest_token(request.cookies.get(COOKIE, "")))
        if held is None or held[1] < self._clock():
            return None
        return self._desk.recall(held[0], self._clock())

    def begin(self, response: web.StreamResponse, token: str) -> bool:
        """Begin a session with a token; say whether it is somebody's."""
        if self._desk.recognise(token, self._clock()) is None:
            return False
        while len(self._held) >= SESSIONS_MAX:
            del self._held[next(iter(self._held))]
        name = secrets.token_urlsafe(TOKEN_BYTES)
        self._held[digest_token(name)] = (digest_token(token), self._clock() + LIFE)
        response.set_cookie(COOKIE, name, httponly=True, samesite="Strict", secure=self._is_secure, path="/")
        return True

    def end(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the session."""
        self._held.pop(digest_token(request.cookies.get(COOKIE, "")), None)
        response.del_cookie(COOKIE, path="/")


def is_from_our_page(request: web.Request) -> bool:
    """Say whether a change comes from a page of ours, or from a program with a token of its own."""
    if "Authorization" in request.headers:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.host
