# ruff: noqa: E501 - tables
"""Entries as they leave: rows for a spreadsheet, and DCAT-AP in Turtle.

Laws: 1. No cell leaves as a formula: a text that begins with one of `= + - @` (or a sign that a spreadsheet skips before it) is kept a text
by an apostrophe, and our own import takes it off again. 2. What is handed out as rows changes nothing when it comes in again. 3. Turtle holds
only IRIs that are ones and texts that are escaped.
Must not know: files, stores.
Source: DCAT-AP 3.0; RDF 1.1 Turtle 2.5, 6.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import orjson

from ..values.model import Json
from .entry import App, Field, Text
from .form import write_app
from .intake.cells import convert_cell, guard_cell, read_items

COLUMNS = (
    "app", "title.id", "title.en", "description.id", "description.en", "owner", "function", "class", "sector", "lifecycle", "users",
    "cost.rupiah", "cost.year", "legal_basis", "inputs", "outputs", "fields", "masters", "interfaces.openapi", "interfaces.wsdl", "consumes",
    "contacts", "successor", "decided.outcome", "decided.by", "decided.reason", "decided.until",
)  # fmt: skip
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def write_rows(apps: Iterable[App]) -> Iterator[tuple[str, ...]]:
    """Give the headings, then a row of cells for each entry."""
    yield COLUMNS
    for app in apps:
        rows = write_app(app)
        yield tuple(guard_cell(_cell_of(app, rows, column)) for column in COLUMNS)


def _cell_of(app: App, rows: dict[str, Json], column: str) -> str:
    key, _, part = column.partition(".")
    if key == "fields":
        return _show_fields(app.fields, rows.get("fields"))
    if key == "interfaces":
        return next((each.where for each in app.interfaces if each.kind == part), "")
    value = rows.get(key, {}).get(part) if part else rows.get(key)
    if isinstance(value, list):
        return _show_list(value)
    return "" if value is None else str(value)


def _show_list(items: list[Json]) -> str:
    text = "; ".join(items)
    return text if read_items(text) == items else orjson.dumps(items).decode()


def _show_fields(fields: tuple[Field, ...], rows: Json) -> str:
    text = "; ".join(map(_show_field, fields))
    return text if not fields or convert_cell("fields", text) == rows else orjson.dumps(rows).decode()


def _show_field(field: Field) -> str:
    group, kind, source = (f"{field.group}." if field.group else ""), (f":{field.type}" if field.type else ""), field.source
    return f"{group}{field.name}{kind}" + (f" <{source}" if source else "")


def write_turtle(apps: Iterable[App], base: str) -> Iterator[str]:
    """Give a DCAT-AP catalogue piece by piece.

    Shape: `base` the IRI, with a slash at its end, under which agencies, apps and services get theirs. What an app keeps is a dataset;
    an interface with an address of its own is a data service that serves it.
    """
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + "\n"
    owners: set[str] = set()
    for app in apps:
        if app.owner not in owners:
            owners.add(app.owner)
            yield f"<{base}agencies/{app.owner}> a foaf:Agent ; foaf:name {_literal(app.owner)} .\n"
        dataset = f"<{base}apps/{app.id}>"
        yield f"<{base}> dcat:dataset {dataset} .\n" + _statements(dataset, _dataset(app, base))
        for number, interface in enumerate(app.interfaces, 1):
            if _IRI.fullmatch(interface.where):
                service = f"<{base}apps/{app.id}/services/{number}>"
                yield f"<{base}> dcat:service {service} .\n" + _statements(service, _service(app, interface.where, dataset))
    yield _statements(f"<{base}>", [
        ("a", "dcat:Catalog"), ("dct:title", '"Katalog aplikasi pemerintah"@id, "Catalogue of government applications"@en'),
        ("dct:description", '"Aplikasi dan layanan"@id, "Applications and services"@en'), ("dct:publisher", '[ a foaf:Agent ; foaf:name "Jembatan" ]'),
    ])  # fmt: skip


def _dataset(app: App, base: str) -> list[tuple[str, str]]:
    about = app.description if app.description.id or app.description.en else app.title
    rows = [
        ("a", "dcat:Dataset"),
        ("dct:identifier", _literal(app.id)),
        ("dct:title", _texts(app.title)),
        ("dct:description", _texts(about)),
    ]
    rows.append(("dct:publisher", f"<{base}agencies/{app.owner}>"))
    rows.append(("adms:status", f"<{base}lifecycles/{app.lifecycle}>"))
    rows += [("dcat:keyword", _literal(word)) for word in dict.fromkeys((app.sector, app.function, *app.masters)) if word]
    rows += [("dct:conformsTo", f"[ a dct:Standard ; dct:title {_literal(rule)} ]") for rule in app.legal_basis]
    rows += [("dcat:contactPoint", f"[ a vcard:Organization ; vcard:fn {_literal(each)} ]") for each in app.contacts]
    rows += [("dct:source", f"<{base}apps/{quote(each)}>") for each in dict.fromkeys(field.source for field in app.fields) if each]
    if app.successor:
        rows.append(("dct:isReplacedBy", f"<{base}apps/{app.successor}>"))
    return rows


def _service(app: App, where: str, dataset: str) -> list[tuple[str, str]]:
    return [
        ("a", "dcat:DataService"), ("dct:title", _texts(app.title)), ("dcat:endpointURL", f"<{where}>"),
        ("dcat:endpointDescription", f"<{where}>"), ("dcat:servesDataset", dataset),
    ]  # fmt: skip


def _statements(subject: str, rows: list[tuple[str, str]]) -> str:
    return f"{subject}\n" + " ;\n".join(f"  {verb} {what}" for verb, what in rows) + " .\n\n"


def _texts(text: Text) -> str:
    return ", ".join(f"{_literal(value)}@{tag}" for tag, value in (("id", text.id), ("en", text.en)) if value)


def _literal(text: str) -> str:
    plain = _CONTROL.sub("\ufffd", text)
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in plain) + '"'
