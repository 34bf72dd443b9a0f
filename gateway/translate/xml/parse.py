"""Bytes → an element tree, by a parser that fetches nothing, expands nothing and is bounded.

Laws: 1. No document type, so no entities beyond the five of XML and no defaults. 2. Comments and processing instructions are gone,
CDATA is text. 3. The encoding is UTF-8, or the one that the dialect declares, and the document may not say otherwise. 4. A finding
names a line and a column, never text of the document.
Must not know: schemas.
Source: XML 1.0 2.8, 4.3.3.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from gateway.values.faults import Finding

from ..problems import Untranslatable

DEPTH_MAX: Final = 64
ELEMENTS_MAX: Final = 50_000
# what a dialect may declare, and the names in a document that mean it
ENCODINGS: Final[Mapping[str, frozenset[str]]] = {
    "utf-8": frozenset({"utf-8", "utf8", "us-ascii", "ascii"}),
    "utf-16": frozenset({"utf-16", "utf16", "utf-16le", "utf-16be"}),
    "iso-8859-1": frozenset({"iso-8859-1", "latin1", "latin-1", "iso8859-1", "us-ascii", "ascii"}),
    "windows-1252": frozenset({"windows-1252", "cp1252", "us-ascii", "ascii"}),
}
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DOCUMENT_TYPE = b"<!DOCTYPE"


def parse_xml(raw: bytes, encoding: str = "utf-8", elements_max: int = ELEMENTS_MAX) -> etree._Element:
    """Parse one document; give its root.

    Faults: Untranslatable with one finding (keyword `xml`, `encoding`, `doctype` or `size`).
    """
    text = _decode(raw, encoding)
    if _DOCUMENT_TYPE in text:  # in a comment or CDATA too: nobody loses anything by that
        raise say_wrong("doctype", "a document type is not taken")
    if text.count(b"<") > 2 * elements_max:
        raise say_wrong("size", f"more than {elements_max} elements")
    try:
        return etree.fromstring(text, _PARSER)
    except etree.XMLSyntaxError as error:
        line, column = error.position
    except ValueError:
        line, column = 1, 1
    raise say_wrong("xml", f"not well-formed XML at line {line}, column {column}")  # outside: the parser's error carries the text


def say_wrong(keyword: str, detail: str, pointer: str = "") -> Untranslatable:
    """Make what is raised for one mistake of a message."""
    return Untranslatable((Finding(pointer, keyword, detail),))


def is_encoding(name: str, encoding: str) -> bool:
    """Say whether a name of an encoding means the one that the dialect declares."""
    return name.lower() in ENCODINGS[encoding]


def _decode(raw: bytes, encoding: str) -> bytes:
    """Give the text in UTF-8, without a byte order mark."""
    if encoding != "utf-8":
        try:
            raw = raw.decode(encoding).removeprefix("\ufeff").encode()
        except UnicodeError:
            raise say_wrong("encoding", f"is not {encoding}") from None
    elif raw.startswith(codecs.BOM_UTF8):
        raw = raw[3:]
    said = _DECLARATION.match(raw)
    if said is not None and not is_encoding(said[1].decode(), encoding):
        raise say_wrong("encoding", f"says that it is not {encoding}")
    if b"\0" in raw[:4]:
        raise say_wrong("encoding", f"is not {encoding}")
    return raw


_PARSER = etree.XMLParser(
    encoding="utf-8",  # whatever the declaration says: it was compared before
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    resolve_entities=False,
    no_network=True,
    huge_tree=False,
    recover=False,
    remove_comments=True,
    remove_pis=True,
    strip_cdata=True,
)
