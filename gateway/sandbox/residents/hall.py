"""The server of the 1,000 services: one port, the credentials of this start.

Laws: 1. Every call is counted by service. 2. A key each is a file of its own, readable by its owner only. 3. A service gives its own
description to whoever shows the credential: `openapi.json` or `schema.xsd` below its address, `?wsdl` at its path.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from aiohttp import web

from gateway.values.model import Json

from ..credentials import Credential
from ..soap import Element, Operation, Part, Said
from ..soap import Service as SoapService
from .contracts import DESCRIPTIONS, write_contract
from .documents import KINDS, fill_refusal, fill_tree, find_nik, read_document, read_element, write_document, write_element
from .families import Const, Family, Tree, read_families
from .forms import Leaf
from .manual import say_reason
from .people import find_resident
from .register import Service, read_register

_SECRET = {"api_key": "KEY", "bearer": "TOKEN"}


class ResidentHall:
    """All services on one port."""

    def __init__(self, seeds: Path) -> None:
        self.families = read_families(seeds)
        self.services = read_register(seeds, self.families)
        self.calls: Counter[str] = Counter()
        shared = {id: family.make_credential() for id, family in self.families.items()}
        self.credentials: dict[str, Credential] = {}
        for code, service in self.services.items():
            family = self.families[service.software]
            self.credentials[code] = family.make_credential() if family.has_key_each else shared[family.id]
        self._soap: dict[str, SoapService] = {}

    def make_application(self) -> web.Application:
        """Make the application that serves them all."""
        application = web.Application(client_max_size=1 << 16)
        application.router.add_route("*", "/{code}", self._serve)
        application.router.add_route("*", "/{code}/{rest:.*}", self._serve)
        return application

    def tell(self, state: Path) -> dict[str, str]:
        """Give the environment variables that tell the credentials; keys each are written to files."""
        told: dict[str, str] = {}
        for code, service in self.services.items():
            family, secrets = self.families[service.software], self.credentials[code].secrets
            if not family.has_key_each:
                told.update({f"{family.prefix}_{name}": value for name, value in secrets.items()})
                continue
            folder = state / "residents" / family.id
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(folder / code, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets[_SECRET[family.style]])
            told[family.prefix + "_KEYS"] = str(folder.resolve())
        return told

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        service = self.services.get(request.match_info["code"])
        if service is None:
            return web.Response(status=404)
        self.calls[service.code] += 1
        family = self.families[service.software]
        if not self.credentials[service.code].is_shown(request.headers):
            return refuse(family, "credential")
        rest = "/" + request.match_info.get("rest", "")
        name, kind = DESCRIPTIONS[family.speaks]
        is_wsdl = family.speaks.startswith("soap") and rest == family.path and "wsdl" in request.query
        if request.method == "GET" and (rest == "/" + name or is_wsdl):
            text = write_contract(family).replace("@ADDRESS@", str(request.url.with_query(None)))
            return web.Response(text=text, content_type=kind)
        if family.speaks.startswith("soap"):
            return await self._serve_soap(service, family, rest, request)
        return await _serve_plain(service, family, rest, request)

    async def _serve_soap(self, service: Service, family: Family, rest: str, request: web.Request) -> web.StreamResponse:
        if request.method != "POST" or rest != family.path:
            return web.Response(status=404)
        if service.code not in self._soap:
            self._soap[service.code] = open_soap(service, family, self.credentials[service.code].secrets)
        return await self._soap[service.code].serve(request)


async def _serve_plain(service: Service, family: Family, rest: str, request: web.Request) -> web.StreamResponse:
    place = re.fullmatch(re.escape(family.path).replace(r"\{nik\}", "(?P<nik>[^/]*)"), rest)
    if place is None or request.method != family.method:
        return web.Response(status=404)
    nik = place["nik"] if "{nik}" in family.path else None
    if nik is None:
        nik = await _read_asked(service, family, request)
    if nik is None or re.fullmatch("[0-9]{16}", nik) is None or (not family.query and request.query):
        return refuse(family, "wrong")
    record = find_resident(service, nik)
    return _send(family, fill_tree(family.tell, record, family.absent)) if record else refuse(family, "missing")


async def _read_asked(service: Service, family: Family, request: web.Request) -> str | None:
    if family.send is None:
        return find_nik(dict(family.query), dict(request.query), service.code)
    if request.content_type != KINDS[family.speaks]:
        return None
    try:
        return find_nik(family.send, read_document(family, await request.read()), service.code)
    except ValueError:
        return None


def refuse(family: Family, reason: str) -> web.Response:
    """Say no in the software's way; a software that speaks SOAP says it so only where the message came to be read."""
    if family.speaks.startswith("soap"):
        return web.Response(status=401)
    status, code = (*family.refusals[reason], None)[:2]
    return _send(family, fill_refusal(family.refusal, code, say_reason(family.lang, reason)), int(str(status)))


def _send(family: Family, document: Json, status: int = 200) -> web.Response:
    body = write_document(family, document)
    charset = None if family.speaks == "json" else family.encoding
    return web.Response(body=body, status=status, content_type=KINDS[family.speaks], charset=charset)


def open_soap(service: Service, family: Family, secrets: Mapping[str, str]) -> SoapService:
    """Open the SOAP service of one installation."""
    assert isinstance(family.send, dict)
    ((operation, asked),) = family.send.items()

    def answer(message: Element) -> str:
        nik = find_nik(asked, read_element(message, family.namespace)[operation], service.code)
        if nik is None:
            raise Said("Client.Isian", say_reason(family.lang, "wrong"))
        record = find_resident(service, nik)
        if record is None:
            raise Said(str(family.refusals["missing"][0]), say_reason(family.lang, "missing"))
        return write_element(fill_tree(family.tell, record, family.absent), family.namespace)

    assert isinstance(asked, dict)
    operations = {operation: Operation(operation, list_parts(asked), answer)}
    told = secrets if family.style == "ws_security" else {}
    return SoapService("1.1" if family.speaks == "soap11" else "1.2", family.namespace, operations, "", told)


def list_parts(tree: dict[str, Tree]) -> tuple[Part, ...]:
    """Give what a message holds, for the desk to hold it to."""
    return tuple(
        Part(name, parts=list_parts(inner)) if isinstance(inner, dict) else Part(name, form=_make_form(inner))
        for name, inner in tree.items()
    )


def _make_form(tree: Tree) -> Callable[[str], bool]:
    if isinstance(tree, Const):
        return lambda text: text == tree.value
    return lambda text: isinstance(tree, Leaf) and bool(text)
