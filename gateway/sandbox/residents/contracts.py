"""What a software's maker publishes beside its manual: an OpenAPI, an XML Schema, or a WSDL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

import orjson

from gateway.values.model import Json

from ..agencies.wsdl import write_wsdl
from .families import Const, Family, Tree
from .forms import CODES, DATES, SIGN, Leaf
from .manual import say_field, say_form

OPTIONAL = ("npwp", "blood")
DESCRIPTIONS: Mapping[str, tuple[str, str]] = {
    "json": ("openapi.json", "application/json"), "xml": ("schema.xsd", "application/xml"),
    "soap11": ("service.wsdl", "text/xml"), "soap12": ("service.wsdl", "text/xml"),
}  # fmt: skip
_DIGITS = {"nik": 16, "kk": 16, "npwp": 16, "region": 10, "rt": 3, "rw": 3, "religion": 1}
_SECURITY: dict[str, dict[str, Json]] = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "api_key": {"type": "apiKey", "in": "header"},
}  # fmt: skip


def write_contract(family: Family) -> str:
    """Write it; `@ADDRESS@` stands for where the installation is."""
    if family.speaks == "json":
        return orjson.dumps(_write_openapi(family), option=orjson.OPT_INDENT_2).decode() + "\n"
    assert isinstance(family.tell, dict)
    roots = {**(family.send if isinstance(family.send, dict) else {}), **family.tell}
    types = _write_xsd(family, roots)
    if family.speaks == "xml":
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + types
    assert isinstance(family.send, dict)
    version = "1.1" if family.speaks == "soap11" else "1.2"
    return write_wsdl(version, family.namespace, family.id.replace("-", ""), list(family.send), types)


def find_pattern(leaf: Leaf) -> str | None:
    """Find the regular expression of what is written; None where any text may be."""
    if leaf.field in DATES:
        return SIGN.sub(lambda sign: f"[0-9]{{{len(sign[0])}}}", leaf.form.replace(".", r"\."))
    width = _DIGITS.get(leaf.field)
    cut = re.fullmatch(r"\[([0-9]+):([0-9]+)\]", leaf.form)
    if width is None or leaf.form in ("first", "rest", "lower"):
        return None
    if cut:
        return f"[0-9]{{{int(cut[2]) - int(cut[1])}}}"
    if "." in leaf.form:
        return r"\.".join(f"[0-9]{{{part}}}" for part in leaf.form.split("."))
    return (leaf.form or "{}").replace("{}", f"[0-9]{{{width}}}")


# --- OpenAPI ----------------------------------------------------------------------------------------------------------


def _write_openapi(family: Family) -> dict[str, Json]:
    parameters = [{"name": name, "in": "query", "required": True, "schema": _type(family, tree)} for name, tree in family.query.items()]
    if "{nik}" in family.path:
        parameters.append({"name": "nik", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9]{16}$"}})
    operation: dict[str, Json] = {"responses": {"200": {"description": "", "content": _content(family, family.tell)}}}
    if parameters:
        operation["parameters"] = parameters
    if family.send is not None:
        operation["requestBody"] = {"required": True, "content": _content(family, family.send)}
    for reason, (status, *_) in family.refusals.items():
        operation["responses"].setdefault(str(status), {"description": reason})
    scheme = {**_SECURITY[family.style], **({"name": family.header} if family.header else {})}
    return {
        "openapi": "3.1.0",
        "info": {"title": family.id, "version": "1.0.0", "description": family.about},
        "paths": {family.path: {family.method.lower(): operation}},
        "components": {"securitySchemes": {"credential": scheme}},
        "security": [{"credential": []}],
    }


def _content(family: Family, tree: Tree) -> Json:
    return {"application/json": {"schema": _type(family, tree)}}


def _type(family: Family, tree: Tree) -> Json:
    if isinstance(tree, dict):
        required = [name for name, inner in tree.items() if family.absent is not None or not _is_optional(inner)]
        return {"type": "object", "required": required, "properties": {name: _type(family, inner) for name, inner in tree.items()}}
    if isinstance(tree, list):
        kinds = [_type(family, inner) for inner in tree]
        return {"type": "array", "minItems": len(tree), "maxItems": len(tree), "items": kinds[0] if len(kinds) == 1 else {"anyOf": kinds}}
    if isinstance(tree, Const):
        kind = {str: "string", bool: "boolean", int: "integer"}[type(tree.value)]
        return {"type": kind, "examples": [tree.value]}
    return _leaf_type(family, tree)


def _leaf_type(family: Family, leaf: Leaf) -> Json:
    made: dict[str, Json] = {"description": f"{say_field(family.lang, leaf.field)}: {say_form(leaf, family.lang)}"}
    pattern = find_pattern(leaf)
    if leaf.field in CODES and not leaf.is_literal:
        return {"type": "string", "enum": list(leaf.codes.values()), **made}
    if leaf.is_literal:
        return {"type": "boolean" if "true" in leaf.codes.values() else "integer", **made}
    made["type"] = "string"
    if _is_optional(leaf) and family.absent is not None:
        if family.absent.value is None:
            made["type"] = ["string", "null"]
        else:
            pattern = pattern and f"({pattern})|{re.escape(str(family.absent.value))}"
    return {**made, "pattern": f"^(?:{pattern})$"} if pattern else made


def _is_optional(tree: Tree) -> bool:
    return isinstance(tree, Leaf) and tree.field in OPTIONAL


# --- XML --------------------------------------------------------------------------------------------------------------


def _write_xsd(family: Family, roots: Mapping[str, Tree]) -> str:
    names = f" targetNamespace={quoteattr(family.namespace)}" if family.namespace else ""
    elements = "".join(_write_xsd_element(family, name, tree) for name, tree in roots.items())
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{names} elementFormDefault="qualified">\n{elements}</xs:schema>\n'


def _write_xsd_element(family: Family, name: str, tree: Tree) -> str:
    least = ' minOccurs="0"' if _is_optional(tree) and family.absent is None else ""
    if not isinstance(tree, dict):
        return f"<xs:element name={quoteattr(name)}{least}>{_write_simple(family, tree)}</xs:element>\n"
    attributes = "".join(
        f'<xs:attribute name={quoteattr(key[1:])} use="required">{_write_simple(family, inner)}</xs:attribute>\n'
        for key, inner in tree.items() if key.startswith("@")
    )  # fmt: skip
    if "#" in tree:
        inside = f'<xs:simpleContent><xs:extension base="xs:string">{attributes}</xs:extension></xs:simpleContent>'
    else:
        elements = "".join(_write_xsd_element(family, key, inner) for key, inner in tree.items() if key[0] != "@")
        inside = f"<xs:sequence>\n{elements}</xs:sequence>{attributes}" if elements else attributes
    return f"<xs:element name={quoteattr(name)}{least}><xs:complexType>{inside}</xs:complexType></xs:element>\n"


def _write_simple(family: Family, tree: Tree) -> str:
    note, rules = "", ""
    if isinstance(tree, Leaf):
        note = f"<xs:annotation><xs:documentation>{escape(say_field(family.lang, tree.field))}</xs:documentation></xs:annotation>"
        pattern = find_pattern(tree)
        if pattern and _is_optional(tree) and family.absent is not None:
            pattern = f"({pattern})?"
        rules = "".join(f"<xs:enumeration value={quoteattr(text)}/>" for text in tree.codes.values())
        rules = rules or (f"<xs:pattern value={quoteattr(pattern)}/>" if pattern else "")
    return f'{note}<xs:simpleType><xs:restriction base="xs:string">{rules}</xs:restriction></xs:simpleType>'
