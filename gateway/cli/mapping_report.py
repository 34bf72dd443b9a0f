"""`jembatan mapping report`: what mappings cover, what they leave out, who uses which direction, and where a canonical field comes from."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from ..plan.decode import Document
from ..plan.federation import Federation
from ..plan.shelf import Shelf
from ..translate.compile import Compiled
from ..translate.params import name_instance
from ..translate.report import Assumed, Coverage, Left, Side, describe_mapping
from ..values.model import Json
from .frame import FINDINGS, FINE, add_folders, add_format, print_rows, say, today
from .mapping_lineage import list_lineage, locate, print_lineage, show_row
from .mapping_prove import list_verdicts
from .mapping_shelf import load_shelf
from .mapping_show import DIRECTIONS, find_mapping

HELP = "Report on mappings: coverage, classes, drops, lacks, assumptions, uses; or the lineage of one canonical field."
EXAMPLE = "  jembatan mapping report country/ --mapping dukcapil/warga\n  jembatan mapping report country/ --field person.birth.date"
_PARTS = {"response": "to_canonical", "request": "to_agency"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_folders(parser)
    add_format(parser)
    parser.add_argument("--mapping", metavar="NAME", help="this mapping only")
    parser.add_argument("--field", metavar="SCHEMA.PATH", help="every agency field that feeds this canonical one, e.g. person.birth.date")
    parser.add_argument(
        "--as-of", metavar="DATE", type=_read_day, help="the day from which the ends of assumptions are counted (default: today)"
    )


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a day is written YYYY-MM-DD, not {text}") from error


def run(arguments: argparse.Namespace) -> int:
    """Report; 1 where the mappings do not compile or an assumption has ended."""
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    federation, shelf = loaded
    covered = _cover(shelf, arguments.mapping)
    if arguments.field:
        return print_lineage(list_lineage(shelf, covered, arguments.field), arguments.format)
    day = arguments.as_of or today()
    uses = list_uses(federation)
    reports = [make_report(shelf, mapping, coverage, uses, day) for mapping, coverage in covered]
    if arguments.format == "json":
        print_rows(reports, "json", ())
    else:
        for report in reports:
            _tell(report)
        say(_summarise(reports))
    has_ended = any(each["days_left"] < 0 for report in reports for each in report["assumes"])
    return FINDINGS if has_ended else FINE


def _cover(shelf: Shelf, name: str | None) -> list[tuple[Compiled, Coverage]]:
    chosen = [find_mapping(shelf, name)] if name else [shelf.mappings[each] for each in sorted(shelf.mappings)]
    return [(each, describe_mapping(shelf.mapping_documents[each.id].value, each, shelf.registry.documents)) for each in chosen]


def list_uses(federation: Federation) -> dict[tuple[str, str], list[str]]:
    """Give the routes that use a mapping in a direction: (mapping, direction) → routes."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, route in sorted(federation.of("route").items()):
        for used in sorted(set(_find_uses(route.value))):
            found.setdefault(used, []).append(name)
    return found


def _find_uses(value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _find_uses(item)
    if isinstance(value, dict):
        for key, inner in value.items():
            used = inner.get("mapping") if key in _PARTS and isinstance(inner, dict) else None
            used = _name_use(used) if isinstance(used, dict) else used
            if isinstance(used, str):
                yield used, _PARTS[key]
            yield from _find_uses(inner)


def _name_use(given: Json) -> str:
    """Give the instance of a family that a route uses."""
    values = {key: source.get("const") for key, source in given.items() if key != "use" and isinstance(source, dict)}
    return name_instance(str(given.get("use", "")), values)


def make_report(
    shelf: Shelf, mapping: Compiled, coverage: Coverage, uses: Mapping[tuple[str, str], list[str]], day: date
) -> dict[str, Json]:
    """Give the report of one mapping as one object."""
    document = shelf.mapping_documents[mapping.id]
    ways = {"to_canonical": mapping.to_canonical, "to_agency": mapping.to_agency}
    return {
        "mapping": mapping.id,
        "where": locate(document, ("mapping",)),
        "from": mapping.agency_schema,
        "to": mapping.canonical_schema,
        "agency": _show_side(coverage.agency, "dropped"),
        "canonical": _show_side(coverage.canonical, "lacking"),
        "classes": {way: dict(sorted(Counter(getattr(row, way) for row in coverage.rows).items())) for way in DIRECTIONS},
        "routes": {way: uses.get((mapping.id, way), []) for way in DIRECTIONS},
        "verdicts": _judge(shelf, mapping),
        "blocked": {way: [problem.message for problem in ways[way].problems] for way in DIRECTIONS},
        "fields": [show_row(row, document) for row in coverage.rows],
        "drops": [_show_left(each, document) for each in coverage.drops],
        "lacks": [_show_left(each, document) for each in coverage.lacks],
        "assumes": [_show_assumed(each, document, day) for each in coverage.assumes],
    }


def _judge(shelf: Shelf, mapping: Compiled) -> dict[str, Json]:
    """Give what is proved of each direction that runs, without the documents."""
    return {row["direction"]: {key: row[key] for key in ("verdict", "rule", "reason")} for row in list_verdicts(shelf, mapping)}


def _show_side(side: Side, left: str) -> dict[str, Json]:
    return {"leaves": side.leaves, "fields": side.fields, left: side.left, "open": side.open}


def _show_left(left: Left, document: Document) -> dict[str, Json]:
    shown: dict[str, Json] = {"path": left.path, "reason": left.reason, "where": locate(document, left.at)}
    return {**shown, "class": left.kind} if left.kind else shown


def _show_assumed(assumed: Assumed, document: Document, day: date) -> dict[str, Json]:
    since = date.fromisoformat(assumed.since) if re.fullmatch("[0-9-]{10}", assumed.since) else None
    return {
        "where": locate(document, assumed.at),
        "reason": assumed.reason,
        "until": assumed.until,
        "days_left": (date.fromisoformat(assumed.until) - day).days,
        "age_days": (day - since).days if since else None,
    }


def _tell(report: dict[str, Json]) -> None:
    """Tell the report of one mapping to a person."""
    say(f"{report['mapping']}: {report['from']} ⇄ {report['to']} ({report['where']})")
    for side, left in (("agency", "dropped"), ("canonical", "lacking")):
        told = report[side]
        say(f"  {side:13} {told['leaves']} leaves: {told['fields']} in fields, {told[left]} {left}, {told['open']} claimed by nothing")
    for way in DIRECTIONS:
        classes = ", ".join(f"{name} {count}" for name, count in report["classes"][way].items()) or "nothing"
        say(f"  {way:13} {classes}; used by {', '.join(report['routes'][way]) or 'no route'}")
        for line in _list_hindrances(report, way):
            say(f"  {'':13} {line}")
    for line in _list_left_behind(report):
        say("  " + line)
    say("")


def _list_hindrances(report: dict[str, Json], way: str) -> Iterator[str]:
    """Give why a direction does not run, or is not proved."""
    blocked, verdict = report["blocked"][way], report["verdicts"].get(way)
    if blocked:
        yield f"does not run: {blocked[0]}" + (f" (and {len(blocked) - 1} more)" if len(blocked) > 1 else "")
    if verdict is not None and verdict["verdict"] != "PROVED":
        yield f"{verdict['verdict']} at {verdict['rule'] or 'the whole'}: {verdict['reason']}"


def _list_left_behind(report: dict[str, Json]) -> Iterator[str]:
    for kind in sorted({each["class"] for each in report["drops"]}):
        yield f"dropped {kind}: " + "; ".join(f"{each['path']} ({each['reason']})" for each in report["drops"] if each["class"] == kind)
    for each in report["lacks"]:
        yield f"lacking {each['path']} ({each['reason']})"
    for each in report["assumes"]:
        age = "" if each["age_days"] is None else f", {each['age_days']} days old"
        yield f"assumed until {each['until']} ({each['days_left']} days left{age}): {each['reason']} ({each['where']})"


def _summarise(reports: list[dict[str, Json]]) -> str:
    fields = sum(len(report["fields"]) for report in reports)
    drops, lacks, assumes = (sum(len(report[key]) for report in reports) for key in ("drops", "lacks", "assumes"))
    words = Counter(each["verdict"] for report in reports for each in report["verdicts"].values())
    proved = ", ".join(f"{count} {word}" for word, count in sorted(words.items()))
    return f"{len(reports)} mappings, {fields} fields, {drops} dropped, {lacks} lacking, {assumes} assumed; directions: {proved or 'none'}"
