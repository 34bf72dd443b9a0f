"""SOAP 1.1 and 1.2: envelopes built and opened, faults that mean ours.

Laws: 1. A fault is judged by its code, whatever the status of the message; a provider's words are never passed on. 2. A header that we
would have to understand and do not is refused. 3. A body holds exactly one element.
Must not know: schemas of bodies, sockets.
Source: SOAP 1.1 4, 6.1.1, 6.2; SOAP 1.2 part 1, 5; part 2, 7.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree

from gateway.values.faults import CATALOGUE, Fault, Finding, Refused, refuse

from ..dialect import FaultTable
from .encode import WriteElement
from .forms import BLANKS
from .parse import say_wrong
from .security import WSSE, WriteHeader

CODE_CHARS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Version:
    """What tells the versions apart. Shape: `fault_statuses` are the HTTP statuses under which a fault of it stands."""

    format: str
    namespace: str
    media_type: str
    must_understand: str
    fault_statuses: frozenset[int]


SOAP11 = Version("soap11", "http://schemas.xmlsoap.org/soap/envelope/", "text/xml", 'soap:mustUnderstand="1"', frozenset({200, 500}))
SOAP12 = Version(
    "soap12",
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml",
    'soap:mustUnderstand="true"',
    frozenset({200, 400, 500}),
)
VERSIONS: Final[Mapping[str, Version]] = {version.format: version for version in (SOAP11, SOAP12)}
# codes that the standards define and that mean us, unless the dialect says otherwise
_OF_SECURITY = (
    "FailedAuthentication InvalidSecurity InvalidSecurityToken UnsupportedSecurityToken SecurityTokenUnavailable FailedCheck MessageExpired"
)
_STANDARD: Final[Mapping[tuple[str, str], str]] = {(WSSE, code): "PROVIDER_REFUSED_GATEWAY" for code in _OF_SECURITY.split()}

WriteEnvelope: TypeAlias = "Callable[[object, str, float], bytes]"


def compile_envelope(version: Version, write_body: WriteElement, write_header: WriteHeader | None = None) -> WriteEnvelope:
    """Compile what writes a whole message: a document, the id of its exchange and the time in Unix seconds → bytes in UTF-8.

    Faults: what is compiled raises Untranslatable.
    """
    begin = f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{version.namespace}">'
    end = "</soap:Body></soap:Envelope>"
    if write_header is None:
        bare = begin + "<soap:Body>"
        return lambda document, exchange, now_s: (bare + write_body(document) + end).encode()
    return lambda document, exchange, now_s: (
        f"{begin}<soap:Header>{write_header(exchange, now_s)}</soap:Header><soap:Body>{write_body(document)}{end}".encode()
    )


def open_envelope(version: Version, root: etree._Element, table: FaultTable) -> etree._Element:
    """Give the one element of a message's body.

    Faults: Refused with the kind that a SOAP fault means; Untranslatable where it is no envelope of this version.
    """
    body = find_body(version, root)
    if len(body) != 1:
        raise say_wrong("soap", "the body holds not exactly one element")
    (content,) = body
    if content.tag == f"{{{version.namespace}}}Fault":
        raise Refused(judge_fault(version, content, table))
    return content


def find_fault(version: Version, root: etree._Element, table: FaultTable) -> Fault | None:
    """Give what the fault in a message means; None where it holds none."""
    body = root.find(f"{{{version.namespace}}}Body") if root.tag == f"{{{version.namespace}}}Envelope" else None
    content = body[0] if body is not None and len(body) == 1 else None
    return judge_fault(version, content, table) if content is not None and content.tag == f"{{{version.namespace}}}Fault" else None


def find_body(version: Version, root: etree._Element) -> etree._Element:
    """Give the body of an envelope.

    Faults: Untranslatable; Refused(PROVIDER_INVALID) for a header that must be understood.
    """
    inside = f"{{{version.namespace}}}"
    if root.tag != inside + "Envelope":
        raise say_wrong("soap", f"is no envelope of {version.format}")
    parts = [part.tag for part in root]
    if parts not in ([inside + "Body"], [inside + "Header", inside + "Body"]):
        raise say_wrong("soap", "an envelope is a header, if any, and one body")
    if len(parts) > 1 and any(block.get(inside + "mustUnderstand") in ("1", "true") for block in root[0]):
        raise refuse("PROVIDER_INVALID", Finding("", "soap", "a header must be understood and is not"), reason="mustUnderstand")
    return root[-1]


def judge_fault(version: Version, fault: etree._Element, table: FaultTable) -> Fault:
    """Give what a fault means: the most special of its codes that the dialect, or else the standards, know; then `else`."""
    codes = _list_codes_11(fault) if version is SOAP11 else _list_codes_12(fault, version.namespace)
    for namespace, code in codes:
        standard = _STANDARD.get((namespace, code))
        kind = table.kinds.get(code) or (CATALOGUE[standard] if standard is not None else None)
        if kind is not None:
            return Fault(kind, reason=f"soap fault: {code}")
    return Fault(table.otherwise, reason="soap fault: else")


def _list_codes_11(fault: etree._Element) -> Iterator[tuple[str, str]]:
    """Give the fault code and what it is a case of: `Client.A.B`, `Client.A`, `Client`."""
    namespace, code = _read_code(fault.find("faultcode"))
    while code:
        yield namespace, code
        code = code.rpartition(".")[0]


def _list_codes_12(fault: etree._Element, namespace: str) -> Iterator[tuple[str, str]]:
    """Give the subcodes, the innermost first, and the code."""
    found: list[tuple[str, str]] = []
    part = fault.find(f"{{{namespace}}}Code")
    while part is not None and len(found) < 10:
        found.append(_read_code(part.find(f"{{{namespace}}}Value")))
        part = part.find(f"{{{namespace}}}Subcode")
    yield from reversed(found)


def _read_code(element: etree._Element | None) -> tuple[str, str]:
    """Read a qualified name: its namespace and its local part."""
    text = (element.text or "" if element is not None else "").strip(BLANKS)[:CODE_CHARS_MAX]
    prefix, colon, local = text.rpartition(":")
    names = element.nsmap if element is not None else {}
    return str(names.get(prefix if colon else None, "")), local
