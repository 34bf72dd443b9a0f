"""Debian's chromium, driven by the keyboard, and what axe says of a page: what tests of pages share."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe is not installed")
if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not there: scripts/install-test-packages")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start chromium, and end it."""
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        await browser.close()


async def look(page: Page) -> None:
    """Hold what axe finds of the page to nothing serious."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run()")
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert serious == [], (page.url, serious)


async def reach(page: Page, selector: str) -> None:
    """Go to something with the Tab key alone; its focus must be visible."""
    for _ in range(60):
        if await page.evaluate("s => document.activeElement !== null && document.activeElement.matches(s)", selector):
            assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard on {page.url}")


async def follow(page: Page, selector: str) -> None:
    """Follow a link, or press a button, by the keyboard alone."""
    await reach(page, selector)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def fill(page: Page, **values: str) -> None:
    """Type into fields by their names."""
    for name, text in values.items():
        await reach(page, f"[name={name}]")
        await page.keyboard.type(text)
