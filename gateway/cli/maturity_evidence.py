"""`jembatan maturity evidence`: the dossier of an agency, to hand to whoever evaluates it."""

from __future__ import annotations

import argparse
from pathlib import Path

import orjson

from ..catalogue.maturity.dossier import draw_architecture, write_dossier
from ..catalogue.paper import write_html, write_pdf, write_svg
from .frame import FINE, say
from .maturity_inputs import add_inputs, load_score, read_usage
from .maturity_score import write_score

HELP = "Write the dossier: operations on the bus, architecture (SVG), use before and after, each indicator with its basis; HTML and PDF."
EXAMPLE = "  jembatan maturity evidence dukcapil --federation . --metrics now.txt --metrics-before last-year.txt --out dossier/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_inputs(parser)
    parser.add_argument("--metrics-before", type=Path, metavar="FILE", help="an earlier scrape, to compare with")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")


def run(arguments: argparse.Namespace) -> int:
    """Write the files."""
    score, known = load_score(arguments)
    before = read_usage(arguments.metrics_before) if arguments.metrics_before else None
    paper = write_dossier(score, known, before)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "dossier.html").write_text(write_html(paper), encoding="utf-8")
    (out / "architecture.svg").write_text(write_svg(draw_architecture(known)), encoding="utf-8")
    (out / "score.json").write_bytes(orjson.dumps(write_score(score), option=orjson.OPT_INDENT_2))
    written = "dossier.html, architecture.svg, score.json"
    try:
        (out / "dossier.pdf").write_bytes(write_pdf(paper))
        written += ", dossier.pdf"
    except ImportError:
        written += "; no PDF: make extras, or pip install 'jembatan[documents]'"
    say(f"{out}: {written}")
    return FINE
