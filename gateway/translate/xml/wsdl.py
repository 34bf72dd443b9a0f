"""WSDL 1.1 → operations with their messages: what a draft of an upstream is made from.

Laws: 1. Only document style with literal bodies is taken; anything else is said. 2. Nothing is fetched: what a document names stands
beside it, or is missing.
Must not know: files, YAML.
Source: WSDL 1.1, 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from .parse import parse_xml
from .xsd import XS, Types, read_types

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = {"{http://schemas.xmlsoap.org/wsdl/soap/}": "soap11", "{http://schemas.xmlsoap.org/wsdl/soap12/}": "soap12"}
_FILES_MAX = 100
_Element = etree._Element
Load = Callable[[str], "bytes | None"]  # a location, as a document names it → its bytes; None where it is not to be had


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Shape: `asks` and `gives` are the roots of its messages, as the parser gives names."""

    name: str
    action: str
    asks: str
    gives: str


@dataclass(slots=True)
class Service:
    """What a WSDL describes; `remarks` are for a person."""

    format: str
    address: str
    namespace: str
    operations: list[Operation]
    types: Types
    remarks: list[str] = field(default_factory=list)


def read_wsdl(raw: bytes, load: Load) -> Service:
    """Read a WSDL.

    Faults: Untranslatable where it is no XML; ValueError, in words, where it describes no SOAP service in document style.
    """
    roots = _load_all(parse_xml(raw), load)
    schemas = [schema for root in roots for schema in root.iter(XS + "schema")]
    types = read_types(schemas)
    for root in roots:
        for binding in root.iter(_WSDL + "binding"):
            soap = next((space for space in _SOAP if binding.find(space + "binding") is not None), None)
            if soap is not None:
                return _read_binding(roots, binding, soap, types)
    raise ValueError("it has no binding to SOAP")


def _load_all(root: _Element, load: Load) -> list[_Element]:
    """Give a document and all that it imports, each once."""
    roots, waiting, seen = [root], [root], set[str]()
    while waiting and len(roots) < _FILES_MAX:
        for part in waiting.pop().iter(_WSDL + "import", XS + "import", XS + "include"):
            where = part.get("location") or part.get("schemaLocation")
            if not where or where in seen:
                continue
            seen.add(where)
            raw = load(where)
            if raw is None:
                raise ValueError(f"it imports {where}, which is not beside it")
            found = parse_xml(raw)
            roots.append(found)
            waiting.append(found)
    return roots


def _read_binding(roots: list[_Element], binding: _Element, soap: str, types: Types) -> Service:
    found = [_read_operation(roots, binding, part, soap, types) for part in binding.findall(_WSDL + "operation")]
    operations = [operation for operation in found if operation is not None]
    if not operations:
        raise ValueError("none of its operations is document style with literal bodies")
    namespace = operations[0].asks.rpartition("}")[0].removeprefix("{")
    address = next((found.get("location") or "" for root in roots for found in root.iter(soap + "address")), "")
    return Service(_SOAP[soap], address, namespace, operations, types, types.remarks)


def _read_operation(roots: list[_Element], binding: _Element, part: _Element, soap: str, types: Types) -> Operation | None:
    name = part.get("name") or ""
    if not _is_document(binding, part, soap):
        types.remarks.append(f"{name} is not document style with a literal body: left out")
        return None
    asks, gives = (_find_root(roots, binding, name, way) for way in ("input", "output"))
    if not asks or not gives:
        types.remarks.append(f"{name} has no message of one element each way: left out")
        return None
    said = part.find(soap + "operation")
    return Operation(name, (said.get("soapAction") or "") if said is not None else "", asks, gives)


def _is_document(binding: _Element, part: _Element, soap: str) -> bool:
    styles = [found.get("style") for found in (part.find(soap + "operation"), binding.find(soap + "binding")) if found is not None]
    style = next((style for style in styles if style), "document")
    return style == "document" and all(body.get("use") == "literal" for body in part.iter(soap + "body"))


def _find_root(roots: list[_Element], binding: _Element, operation: str, way: str) -> str:
    """Follow binding, port type and message to the one element of a body; empty where that leads nowhere."""
    port = _find(roots, "portType", _local(binding.get("type")))
    ways = [one.find(_WSDL + way) for one in port.findall(_WSDL + "operation") if one.get("name") == operation] if port is not None else []
    named = ways[0].get("message") if ways and ways[0] is not None else None
    message = _find(roots, "message", _local(named))
    parts = message.findall(_WSDL + "part") if message is not None else []
    element = parts[0].get("element") if len(parts) == 1 else None
    if not element:
        return ""
    prefix, _, local = element.rpartition(":")
    namespace = parts[0].nsmap.get(prefix or None)
    return f"{{{namespace}}}{local}" if namespace else local


def _find(roots: list[_Element], kind: str, name: str) -> _Element | None:
    return next((found for root in roots for found in root.iter(_WSDL + kind) if found.get("name") == name), None)


def _local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]
