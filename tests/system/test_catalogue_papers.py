"""The catalogue's papers in a real browser, as the commands write them: clusters, one entry, the plan, the page a minister reads."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .browser import NEEDS_CHROMIUM, look, open_browser

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = NEEDS_CHROMIUM


def run(place: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "gateway.cli", "catalogue", *words], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write each paper over a thousand synthetic applications."""
    place = tmp_path_factory.mktemp("papers")
    run(place, "reference", "--out", "reference", "--total", "1000")
    run(place, "import", "reference/apps.jsonl")
    with (place / "reference" / "apps.jsonl").open(encoding="utf-8") as lines:
        first = json.loads(next(lines))["app"]
    words = {
        "clusters": ("overlap", "--all"), "entry": ("overlap", first), "plan-en": ("plan",), "plan-id": ("plan", "--language", "id"),
        "report-id": ("report", "--language", "id"), "report-en": ("report", "--language", "en"),
    }  # fmt: skip
    for name, command in words.items():
        (place / f"{name}.html").write_text(run(place, *command, "--format", "html"), encoding="utf-8")
    return {name: place / f"{name}.html" for name in words}


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with open_browser() as browser:
        yield await browser.new_page()


@pytest.mark.parametrize("name", ["clusters", "entry", "plan-en", "plan-id", "report-id", "report-en"])
async def test_a_paper_stands_alone_and_axe_finds_nothing_serious(page: Page, papers: dict[str, Path], name: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(papers[name].as_uri())
    assert asked == [papers[name].as_uri()]
    assert await page.locator("h1").count() == 1
    assert await page.locator("table").count() >= 1
    await look(page)


async def test_a_cluster_is_drawn_and_its_drawing_has_a_name(page: Page, papers: dict[str, Path]) -> None:
    await page.goto(papers["clusters"].as_uri())
    drawing = page.locator("svg").first
    assert await drawing.get_attribute("role") == "img"
    assert await drawing.evaluate("one => one.getAttribute('aria-label') || one.querySelector('title')?.textContent || ''") != ""
    box = await drawing.bounding_box()
    assert box is not None and box["width"] > 50 and box["height"] > 50
    outside = """one => { const all = one.getBoundingClientRect(); return [...one.querySelectorAll('text')]
        .filter(text => { const box = text.getBoundingClientRect(); return box.left < all.left || box.right > all.right; })
        .map(text => text.textContent) }"""
    assert await drawing.evaluate(outside) == []
