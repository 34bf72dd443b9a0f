"""A SOAP service as an agency runs one: strict about action, namespace, order and credential, and with a WSDL of its own.

Laws: those of the desk; and 1. what is wrong is answered as a SOAP fault in the agency's words. 2. Nothing here is shared with the
gateway's own reading of XML: the two are written from the standards apart.
Must not know: translate.
Source: SOAP 1.1, SOAP 1.2, WSDL 1.1, OASIS WSS UsernameToken Profile 1.1.1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

from aiohttp import web

from .effects import DID

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE, _WSU = f"{{{_WSS}wssecurity-secext-1.0.xsd}}", f"{{{_WSS}wssecurity-utility-1.0.xsd}}"
_DIGEST = _WSS + "username-token-profile-1.0#PasswordDigest"

Element: TypeAlias = ET.Element


class Said(Exception):
    """A fault: its code in the agency's words, its text; `namespace` is that of the code where it is the standard's."""

    def __init__(self, code: str, text: str, namespace: str = "") -> None:
        super().__init__(code)
        self.code, self.text, self.namespace = code, text, namespace


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a message. Shape: `parts` are the elements inside, in their order; `form` judges a text."""

    name: str
    form: Callable[[str], bool] | None = None
    parts: tuple[Part, ...] = ()
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what its message holds, and what it answers: the response element as text, or a fault that is raised.

    Shape: `did` says what it has done in the world where it answers; "" = nothing.
    """

    name: str
    parts: tuple[Part, ...]
    answer: Callable[[Element], str]
    did: str = ""


@dataclass(slots=True)
class Service:
    """A service at one address. Shape: `password` and `user` of a UsernameToken (empty = none is asked for)."""

    version: Literal["1.1", "1.2"]
    namespace: str
    operations: Mapping[str, Operation]
    wsdl: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)

    @property
    def envelope(self) -> str:
        """The namespace of its envelopes."""
        return SOAP11 if self.version == "1.1" else SOAP12

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one message."""
        try:
            answer, did = self._serve(request, await request.read())
        except Said as said:
            return self._refuse(said)
        response = self._send(answer)
        response[DID] = did
        return response

    async def describe(self, request: web.Request) -> web.StreamResponse:
        """Give the WSDL, which names the address that was asked."""
        text = self.wsdl.replace("@ADDRESS@", escape(str(request.url.with_query(None))))
        return web.Response(text=text, content_type="text/xml", charset="utf-8")

    def _serve(self, request: web.Request, raw: bytes) -> tuple[str, str]:
        action = self._read_action(request)
        root = _parse(raw)
        if root.tag != f"{{{self.envelope}}}Envelope":
            raise Said("VersionMismatch", "amplop SOAP salah", self.envelope)
        body = root.find(f"{{{self.envelope}}}Body")
        if body is None or len(body) != 1:
            raise Said("Client.Struktur", "Body harus satu elemen")
        if self.secrets:
            self._check_token(root)
        content = body[0]
        operation = self.operations.get(content.tag.removeprefix(f"{{{self.namespace}}}"))
        if operation is None:
            raise Said("Client.Operasi", "operasi tidak dikenal")
        if action != f"{self.namespace}/{operation.name}":
            raise Said("Client.Action", "SOAPAction salah")
        check_parts(self.namespace, content, operation.parts)
        return operation.answer(content), operation.did

    def _read_action(self, request: web.Request) -> str:
        wanted = "text/xml" if self.version == "1.1" else "application/soap+xml"
        if request.content_type != wanted or (request.charset or "utf-8").lower() != "utf-8":
            raise Said("Client.ContentType", f"Content-Type harus {wanted}")
        if self.version == "1.1":
            return request.headers.get("SOAPAction", "").strip('"')
        parameters = [part.strip() for part in request.headers["Content-Type"].split(";")]
        return next((part[7:].strip('"') for part in parameters if part.startswith("action=")), "")

    def _check_token(self, root: Element) -> None:
        """Hold the UsernameToken to what was told: digest, and a nonce that was never seen."""
        token = root.find(f"{{{self.envelope}}}Header/{_WSSE}Security/{_WSSE}UsernameToken")
        names = ("Username", "Password", "Nonce")
        given = {name: token.find(_WSSE + name) for name in names} if token is not None else {}
        created = token.findtext(_WSU + "Created", "") if token is not None else ""
        texts = {name: element.text or "" for name, element in given.items() if element is not None}
        password = given.get("Password")
        if len(texts) != len(names) or not created or password is None or password.get("Type") != _DIGEST:
            raise Said("InvalidSecurity", "UsernameToken tidak lengkap", _WSSE[1:-1])
        nonce = base64.b64decode(texts["Nonce"])
        wanted = hashlib.sha1(nonce + created.encode() + self.secrets["PASSWORD"].encode()).digest()  # noqa: S324 - the profile's
        is_right = hmac.compare_digest(base64.b64encode(wanted).decode(), texts["Password"]) and texts["Username"] == self.secrets["USER"]
        if not is_right or nonce in self.seen:
            raise Said("FailedAuthentication", "kredensial ditolak", _WSSE[1:-1])
        self.seen.add(nonce)

    def _send(self, content: str, status: int = 200) -> web.Response:
        text = f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{self.envelope}"><S:Body>{content}</S:Body></S:Envelope>'
        kind = "text/xml" if self.version == "1.1" else "application/soap+xml"
        return web.Response(text=text, status=status, content_type=kind, charset="utf-8")

    def _refuse(self, said: Said) -> web.Response:
        text = escape(said.text)
        names = f' xmlns:k="{said.namespace or self.namespace}"'
        if self.version == "1.1":
            code = f"k:{said.code}" if said.namespace else said.code
            return self._send(f"<S:Fault{names}><faultcode>{code}</faultcode><faultstring>{text}</faultstring></S:Fault>", 500)
        sub = f"<S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>k:{said.code}</S:Value></S:Subcode></S:Code>"
        reason = f'<S:Reason><S:Text xml:lang="id">{text}</S:Text></S:Reason>'
        return self._send(f"<S:Fault{names}>{sub}{reason}</S:Fault>", 400)


def check_parts(namespace: str, element: Element, parts: tuple[Part, ...]) -> None:
    """Hold an element to its parts: each of this namespace, in this order, as often as it may be.

    Faults: Said, which names the element, never a value.
    """
    left = list(element)
    for part in parts:
        found: list[Element] = []
        while left and left[0].tag == f"{{{namespace}}}{part.name}" and len(found) < part.most:
            found.append(left.pop(0))
        if len(found) < part.least:
            raise Said("Client.Struktur", f"elemen {part.name} tidak ada di tempatnya")
        for one in found:
            _check_part(namespace, one, part)
    if left or (element.text or "").strip():
        raise Said("Client.Struktur", "ada isi yang tidak dikenal")


def _check_part(namespace: str, element: Element, part: Part) -> None:
    if part.form is None:
        check_parts(namespace, element, part.parts)
    elif len(element) or not part.form(element.text or ""):
        raise Said("Client.Isian", f"isian {part.name} salah")


def _parse(raw: bytes) -> Element:
    if b"<!DOCTYPE" in raw:
        raise Said("Client.XML", "DOCTYPE ditolak")
    try:
        return ET.fromstring(raw)  # noqa: S314 - without a DOCTYPE there is nothing to expand
    except ET.ParseError as error:
        raise Said("Client.XML", "XML salah") from error
