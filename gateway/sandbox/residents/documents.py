"""A software's documents: written from a resident's record, and held against what it wants to be asked.

Law: what is asked otherwise than the manual says (a name more or less, another constant) is wrong.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

import orjson

from gateway.values.model import Json

from .families import Const, Family, Tree
from .forms import Leaf

_LEFT_OUT = object()
KINDS = {"json": "application/json", "xml": "application/xml", "soap11": "text/xml", "soap12": "application/soap+xml"}


def fill_tree(tree: Tree, record: Mapping[str, str], absent: Const | None) -> Json:
    """Write a document for a resident; what the resident has not is left out, or written as `absent`."""
    found = _fill(tree, record, absent)
    return None if found is _LEFT_OUT else found


def _fill(tree: Tree, record: Mapping[str, str], absent: Const | None) -> Json:
    if isinstance(tree, Const):
        return tree.value
    if isinstance(tree, Leaf):
        value = tree.write(record)
        if value is not None:
            return value
        return _LEFT_OUT if absent is None else absent.value
    if isinstance(tree, list):
        return [_fill(inner, record, absent) for inner in tree]
    made = {name: _fill(inner, record, absent) for name, inner in tree.items()}
    return {name: value for name, value in made.items() if value is not _LEFT_OUT}


def fill_refusal(said: Json, code: Json, text: str) -> Json:
    """Write a refusal: `$code` and `$text` stand for these."""
    if isinstance(said, dict):
        return {name: fill_refusal(inner, code, text) for name, inner in said.items()}
    if isinstance(said, list):
        return [fill_refusal(inner, code, text) for inner in said]
    return {"$code": code, "$text": text}.get(said, said) if isinstance(said, str) else said


def write_document(family: Family, document: Json) -> bytes:
    """Write JSON or XML as the software does."""
    if family.speaks == "json":
        return orjson.dumps(document)
    head = f'<?xml version="1.0" encoding="{family.encoding.upper()}"?>'
    return (head + write_element(document, family.namespace)).encode(family.encoding)


def write_element(document: Json, namespace: str) -> str:
    """Write the one element of a document; its namespace is that of all elements inside. Shape: `@name` an attribute, `#` the text."""
    ((name, inner),) = document.items()
    return _write_element(name, inner, f" xmlns={quoteattr(namespace)}" if namespace else "")


def _write_element(name: str, inner: Json, more: str = "") -> str:
    if not isinstance(inner, dict):
        return f"<{name}{more}>{escape(_say(inner))}</{name}>"
    attributes = "".join(f" {key[1:]}={quoteattr(_say(value))}" for key, value in inner.items() if key.startswith("@"))
    text = escape(_say(inner["#"])) if "#" in inner else ""
    elements = "".join(_write_element(key, value) for key, value in inner.items() if key[0] not in "@#")
    return f"<{name}{more}{attributes}>{text}{elements}</{name}>"


def _say(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_document(family: Family, raw: bytes) -> Json:
    """Read a message that was sent: JSON, or XML in the software's namespace. Faults: ValueError where it is none."""
    if family.speaks == "json":
        return orjson.loads(raw)
    if b"<!DOCTYPE" in raw:
        raise ValueError("a DOCTYPE")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - without a DOCTYPE there is nothing to expand
    except ET.ParseError as error:
        raise ValueError("no XML") from error
    return read_element(root, family.namespace)


def read_element(root: ET.Element, namespace: str) -> Json:
    """Read an element without attributes. Faults: ValueError where a name stands twice or in another namespace."""
    prefix = f"{{{namespace}}}" if namespace else ""
    inner: dict[str, Json] = {}
    for child in root:
        ((name, value),) = read_element(child, namespace).items()
        if name in inner:
            raise ValueError(f"{name} stands twice")
        inner[name] = value
    if root.attrib or not root.tag.startswith(prefix) or "{" in root.tag.removeprefix(prefix):
        raise ValueError("an attribute, or another namespace")
    return {root.tag.removeprefix(prefix): inner or root.text or ""}


def find_nik(tree: Tree, asked: Json, service: str) -> str | None:
    """Find the resident's number in what was asked; None where it was not asked as it must be."""
    found: list[str] = []
    return found[0] if _is_asked(tree, asked, service, found) and found else None


def _is_asked(tree: Tree, asked: Json, service: str, found: list[str]) -> bool:
    if isinstance(tree, dict):
        is_alike = isinstance(asked, dict) and asked.keys() == tree.keys()
        return is_alike and all(_is_asked(inner, asked[name], service, found) for name, inner in tree.items())
    if isinstance(tree, Const):
        return bool(asked == tree.value and type(asked) is type(tree.value))
    if not isinstance(tree, Leaf) or not isinstance(asked, str):
        return False
    if tree.field == "service":
        return asked == service
    found.append(asked)
    return len(asked) == 16 and asked.isascii() and asked.isdigit()
