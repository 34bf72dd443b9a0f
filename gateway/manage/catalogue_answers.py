"""How the catalogue's listener answers: pages in a language, problems, redirections; what a form held.

Laws: 1. An error is one page to a browser, one problem to a program. 2. Every answer carries the headers that a browser is bound by.
Must not know: entries, cases, what is on a page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import orjson
from aiohttp import web

from ..catalogue.gate.letter_texts import LANGUAGES, Language
from ..catalogue.gate.people import Person
from .catalogue_markup import Frame, warn
from .catalogue_refusals import say_refusal
from .catalogue_texts import say

ASKER = web.RequestKey("asker", Person)
_POLICY = "default-src 'none'; style-src {style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Server": "jembatan",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


def find_language(request: web.Request) -> Language:
    """Give the language that was asked for, or chosen before, or that the browser speaks."""
    for said in (request.query.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language", "")[:2]):
        for one in LANGUAGES:
            if said == one:
                return one
    return LANGUAGES[0]


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Give what a form held.

    Faults: HTTPUnsupportedMediaType.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    held = await request.post()
    return {name: value.replace("\r\n", "\n") for name, value in held.items() if isinstance(value, str)}


def give_page(request: web.Request, title: str, body: str, status: int = 200) -> web.Response:
    """Give a page in its frame."""
    asker = request.get(ASKER)
    here = request.rel_url.without_query_params("lang").path_qs if request.method == "GET" else "/"
    frame = Frame(find_language(request), asker.id if asker else "", here, asker is None or asker.may("see"))
    return web.Response(text=frame.write(title, body), status=status, content_type="text/html")


def give_paper(page: str) -> web.Response:
    """Give a page that stands alone; the style that it brings is the one that its policy lets in."""
    style = page.partition("<style>")[2].partition("</style>")[0].encode()
    hashed = "'sha256-" + base64.b64encode(hashlib.sha256(style).digest()).decode() + "'"
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": _POLICY.format(style=hashed)})


def go_to(path: str) -> web.Response:
    """Send the browser elsewhere on this listener."""
    return web.Response(status=303, headers={"Location": path})


def give_error(request: web.Request, status: int, text: str, at: str = "", headers: Mapping[str, str] | None = None) -> web.Response:
    """Give an error as a page to a browser, as a problem to a program."""
    language = find_language(request)
    if "text/html" in request.headers.get("Accept", ""):
        said = say("not.there", language) if status == 404 else say_refusal(text, language, at)
        page = give_page(request, say("wrong", language), warn(str(status), said), status)
        page.headers.update(headers or {})
        return page
    problem = {"type": "about:blank", "title": f"{at}: {text}" if at else text, "status": status, **({"pointer": at} if at else {})}
    return web.Response(body=orjson.dumps(problem), status=status, content_type="application/problem+json", headers=headers)


def bind(response: web.StreamResponse) -> None:
    """Put the headers on an answer that every answer has."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(style="'self'"))
