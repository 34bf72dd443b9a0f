"""Facts are counted from what is given and absent where nothing is; the dossier says them in HTML and in PDF."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.catalogue.entry import App, Text
from gateway.catalogue.maturity.dossier import draw_architecture, write_dossier
from gateway.catalogue.maturity.facts import Known, Operation, Usage, count_facts
from gateway.catalogue.maturity.score import Sheet, score_agency
from gateway.catalogue.paper import Box, Drawing, Heading, Paper, Paragraph, Table, write_html, write_pdf, write_svg

from .test_score import SPBE

OPERATION = Operation("staff.officer.lookup", "Look up <an> officer", "POST", "/staff/v1/officers", "bkn", "bkn.siasn", True)
APPS = (App("bkn.siasn", "bkn", Text("SIASN"), sector="staff", masters=("pegawai",)), App("djp.x", "djp", Text("X")))
USAGE = Usage({(OPERATION.id, "djp"): 5, (OPERATION.id, "bkn"): 2, ("other.op", "djp"): 9}, {OPERATION.id: (6, 7)})
KNOWN = Known("bkn", (OPERATION,), USAGE, APPS)


def test_what_is_not_given_is_absent_not_zero() -> None:
    assert count_facts(Known("bkn")) == {}
    assert "calls" not in count_facts(Known("bkn", (OPERATION,)))


def test_facts_are_of_the_agency_alone() -> None:
    facts = count_facts(KNOWN)
    assert facts["operations"] == 1
    assert facts["apps"] == 1
    assert facts["foreign_agencies"] == 1
    assert facts["calls"] == 7
    assert facts["answered_share"] == Decimal("0.857")
    assert facts["apps_connected_share"] == 1
    assert facts["sector_foreign_agencies:staff"] == 1


def test_the_dossier_names_operations_users_and_what_is_missing() -> None:
    paper = write_dossier(score_agency(Sheet("bkn", 2026, "spbe-2020"), SPBE, count_facts(KNOWN)), KNOWN, Usage({(OPERATION.id, "djp"): 1}))
    page = write_html(paper)
    assert "POST /staff/v1/officers" in page
    assert "<td>djp</td><td>1</td><td>5</td>" in page
    assert "Look up &lt;an&gt; officer" in page
    assert "unverified" in page


def test_the_drawing_holds_every_caller_operation_and_application() -> None:
    drawing = draw_architecture(KNOWN)
    assert {box.text for box in drawing.boxes} == {"Jembatan", "djp", "bkn", OPERATION.id, "bkn.siasn"}
    assert all(box.y + box.height <= drawing.height for box in drawing.boxes)


PAPER = Paper(
    "Title <1>",
    "en",
    (Heading("H"), Paragraph("a & b"), Table(("x",), (("<y>",),)), Drawing("d", 100, 60, (Box("one", 5, 5), Box("two", 5, 30)), ((0, 1),))),
)


def test_what_others_wrote_is_escaped() -> None:
    page = write_html(PAPER)
    assert "&lt;y&gt;" in page
    assert "a &amp; b" in page


def test_a_drawing_is_well_formed() -> None:
    svg = write_svg(PAPER.blocks[3])  # type: ignore[arg-type]
    assert len(svg.split("<rect")) == 3


def test_the_same_paper_gives_the_same_pdf() -> None:
    pytest.importorskip("reportlab")
    made = write_pdf(PAPER)
    assert made.startswith(b"%PDF-")
    assert made == write_pdf(PAPER)


@pytest.mark.parametrize("text", ["x" * 4_000, "kata " * 800, "a\n" * 2_000])
def test_a_cell_that_is_longer_than_a_page_goes_on_on_the_next(text: str) -> None:
    pytest.importorskip("reportlab")
    paper = Paper(text[:300], "id", (Table(("Hal", "Isi"), (("Alasan", text),)), Table(tuple("ABCDEFG"), ((text,) * 7,))))
    assert write_pdf(paper).startswith(b"%PDF")
