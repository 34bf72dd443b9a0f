"""`jembatan mapping run`: one document through a mapping, each field before and after.

Laws: 1. The document is checked by the source schema, and what comes out by the target schema, as at run time. 2. Values are shown because
the user gave them; they go to standard output and nowhere else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from lxml import etree

from ..plan.shelf import Shelf
from ..schema.text import decode_json
from ..translate.compile import Compiled
from ..translate.paths import ITEM, Segments, split_path
from ..translate.problems import Untranslatable
from ..translate.report import Coverage, describe_mapping
from ..translate.xml.decode import compile_decoder
from ..translate.xml.parse import parse_xml
from ..values.faults import Finding, Refused
from ..values.model import Json
from .frame import FINDINGS, FINE, UsageError, add_format, print_rows, say
from .mapping_lineage import locate_row
from .mapping_shelf import load_shelf
from .mapping_show import find_mapping

HELP = "Translate one document through a mapping: each field before and after, what is left behind, and what is wrong with it."
EXAMPLE = (
    "  jembatan mapping run dukcapil/warga --to canonical warga.json --federation country/\n"
    '  echo \'{"NIK": "3215011708910003"}\' | jembatan mapping run dukcapil/warga --to canonical --format json'
)
_WAYS = {"canonical": "to_canonical", "agency": "to_agency"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("name", help="the mapping, e.g. dukcapil/warga")
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="a JSON document, or the agency's XML (default: standard input)"
    )
    parser.add_argument("--to", choices=tuple(_WAYS), required=True, help="the side that the document is translated to")
    parser.add_argument(
        "--federation",
        dest="folders",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="where the mapping stands (default: here)",
    )
    add_format(parser)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run. Shape: `stage` says who has the findings: source schema, mapping, or target schema; `result` is None where it broke off."""

    source: Json
    result: Json
    stage: str = ""
    findings: tuple[Finding, ...] = ()


def run(arguments: argparse.Namespace) -> int:
    """Translate; 1 where there are findings."""
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    shelf = loaded[1]
    mapping = find_mapping(shelf, arguments.name)
    ran = translate(shelf, mapping, arguments.to, read_text(arguments.file))
    coverage = describe_mapping(shelf.mapping_documents[mapping.id].value, mapping, shelf.registry.documents)
    rows = list_steps(shelf, mapping.id, coverage, ran, arguments.to)
    left = list_left(coverage, ran.source) if arguments.to == "canonical" else []
    told: dict[str, Json] = {
        "mapping": mapping.id, "to": arguments.to, "fields": rows, "left_behind": left, "stage": ran.stage or None,
        "findings": [{"pointer": each.pointer, "keyword": each.keyword, "detail": each.detail} for each in ran.findings],
        "result": ran.result,
    }  # fmt: skip
    if arguments.format == "json":
        print_rows([told], "json", ())
    else:
        _tell(told)
    return FINDINGS if ran.findings else FINE


def read_text(name: str) -> bytes:
    """Read the document of the user.

    Faults: UsageError.
    """
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error


def translate(shelf: Shelf, mapping: Compiled, to: str, raw: bytes) -> Ran:
    """Check, translate, check.

    Faults: UsageError where the direction does not run.
    """
    translation, names = mapping.to_canonical, (mapping.agency_schema, mapping.canonical_schema)
    if to == "agency":
        translation, names = mapping.to_agency, names[::-1]
    if translation.run is None:
        raise UsageError(f"{mapping.id} does not run to the {to} side: {translation.problems[0].message}")
    source, target = (shelf.registry.compile_schema(name) for name in names)
    document, broken = _read_document(shelf, names[0], to, raw)
    if broken is not None:
        return broken
    findings = source.check(document)
    if findings:
        return Ran(document, None, f"the schema {names[0]}", findings)
    try:
        result = translation.run(document)
    except Untranslatable as wrong:
        return Ran(document, None, "the mapping", wrong.findings)
    findings = target.check(result)
    return Ran(document, result, f"the schema {names[1]}" if findings else "", findings)


def _read_document(shelf: Shelf, schema: str, to: str, raw: bytes) -> tuple[Json, Ran | None]:
    """Read what was given; where it is no document, say so as a run that broke off."""
    try:
        is_xml = to == "canonical" and raw.lstrip()[:1] == b"<"
        return _read_xml(shelf, schema, raw) if is_xml else decode_json(raw), None
    except Refused as refused:
        return None, Ran(None, None, "the text", tuple(refused.fault.findings))
    except Untranslatable as wrong:
        return None, Ran(None, None, "the XML", wrong.findings)


def _read_xml(shelf: Shelf, schema: str, raw: bytes) -> Json:
    """Read an agency's XML by its schema: the element that the schema describes, without an envelope.

    Faults: UsageError where XML cannot carry the schema; Untranslatable.
    """
    root, namespace = _look_at_root(raw)
    try:
        read = compile_decoder(shelf.registry, schema, root=root, namespace=namespace)
    except ValueError as error:
        raise UsageError(f"{schema} describes no XML: {error}") from error
    document, _ = read(raw)
    return document


def _look_at_root(raw: bytes) -> tuple[str, str]:
    """Give the name of the root and its namespace; a schema that names its root goes before them."""
    name = etree.QName(parse_xml(raw))
    return name.localname, name.namespace or ""


def list_steps(shelf: Shelf, name: str, coverage: Coverage, ran: Ran, to: str) -> list[dict[str, Json]]:
    """Give each field that runs this way and is there, with its values before and after."""
    found: list[dict[str, Json]] = []
    for row in coverage.rows:
        before_paths, after_paths = (row.agency, (row.canonical,)) if to == "canonical" else ((row.canonical,), row.agency)
        before = [value for path in before_paths for value in _read(ran.source, path)]
        after = [value for path in after_paths for value in _read(ran.result, path)]
        if getattr(row, _WAYS[to]) != "-" and (before or after):
            where = locate_row(shelf.mapping_documents[name], row)
            found.append({"canonical": row.canonical, "agency": list(row.agency), "before": before, "after": after, "where": where})
    return found


def _read(document: Json, shown: str) -> list[Json]:
    return [] if document is None else list(_walk(document, _parse(shown)))


def _parse(shown: str) -> Segments:
    """Give the segments of a path as reports show it."""
    found: list[str] = []
    for part in shown.split("[]"):
        if part.strip("."):
            found += split_path(part.strip("."))
        found.append(ITEM)
    return tuple(found[:-1])


def _walk(document: Json, path: Segments) -> Iterator[Json]:
    if not path:
        yield document
    elif path[0] == ITEM:
        for item in document if isinstance(document, list) else ():
            yield from _walk(item, path[1:])
    elif isinstance(document, dict) and path[0] in document:
        yield from _walk(document[path[0]], path[1:])


def list_left(coverage: Coverage, source: Json) -> list[dict[str, Json]]:
    """Give the drops that were there."""
    present = [drop for drop in coverage.drops if _read(source, drop.path)]
    return [{"path": drop.path, "class": drop.kind, "reason": drop.reason} for drop in present]


def _tell(told: dict[str, Json]) -> None:
    for row in told["fields"]:
        theirs = " + ".join(row["agency"]) or "(constant)"
        left, right = (theirs, row["canonical"]) if told["to"] == "canonical" else (row["canonical"], theirs)
        after = "" if told["result"] is None else f" → {_show(row['after'])}"
        say(f"{left} → {right}: {_show(row['before'])}{after}  ({row['where']})")
    for each in told["left_behind"]:
        say(f"left behind {each['path']}: {each['class']}, {each['reason']}")
    for each in told["findings"]:
        say(f"{told['stage']} refuses {each['pointer'] or 'the document'}: {each['keyword']}: {each['detail']}")
    if told["result"] is not None:
        say(orjson.dumps(told["result"], option=orjson.OPT_INDENT_2).decode())


def _show(values: list[Json]) -> str:
    return ", ".join(orjson.dumps(value).decode() for value in values) or "nothing"
