"""The catalogue's pages in a real browser: by keyboard alone, both languages, nothing that axe calls serious. All data are made up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from gateway.catalogue.gate.deeds import Joined, Rows
from gateway.catalogue.gate.desk import Desk
from gateway.catalogue.gate.people import digest_token
from gateway.manage.catalogue_counter import Counter
from gateway.manage.catalogue_server import CatalogueServer
from gateway.stores.memory_cases import MemoryCases
from gateway.stores.memory_catalogue import MemoryCatalogue
from tests.unit.catalogue.gate.people import EVIDENCE, NOON, RULES
from tests.unit.catalogue.merging.fixed import MEMBERS, FixedPlans

from .browser import NEEDS_CHROMIUM, fill, follow, look, open_browser

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from gateway.catalogue.entry import App

pytestmark = NEEDS_CHROMIUM
ROLES = {"ani": ("karawang", "proposer"), "budi": ("bkn", "owner"), "citra": ("komdigi", "reviewer")}


class FixedScreens:
    def screen(self, app: App, limit: int = 10) -> Rows:
        return EVIDENCE

    async def catch_up(self) -> None:
        pass


@pytest.fixture
async def url() -> AsyncIterator[str]:
    store, desk = MemoryCatalogue(), Desk(MemoryCases(), RULES)
    store.put_all(MEMBERS, "t", NOON, "made up")
    for who, (agency, role) in ROLES.items():
        desk.admit("root", Joined(who, agency, role, digest_token(f"token-of-{who}")), NOON)
    server = CatalogueServer(Counter(store, desk, FixedScreens(), FixedPlans(), lambda: NOON))
    await server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


@pytest.fixture
async def context(url: str) -> AsyncIterator[BrowserContext]:
    async with open_browser() as browser:
        yield await browser.new_context(base_url=url, locale="id-ID")


async def send(page: Page) -> None:
    await follow(page, "main button")


async def enter(page: Page, who: str) -> None:
    await page.goto("/login")
    await look(page)
    await fill(page, token=f"token-of-{who}")
    await send(page)


async def test_a_case_goes_to_its_letter_by_keyboard_alone_and_nothing_is_blocked_or_fetched_elsewhere(
    context: BrowserContext, url: str
) -> None:
    page = await context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    await enter(page, "ani")
    await page.goto("/screenings")
    await look(page)
    await fill(page, app="karawang.pegawai", title_id="Pegawai", budget="450000000", masters="NIP", fields="nip")
    await send(page)
    await look(page)
    assert "bkn.siasn" in await page.inner_text("main")
    await send(page)  # a case is opened
    await look(page)
    case = page.url
    for who, values in (("budi", {"reason": "SIASN serves this"}), ("citra", {"apps": "bkn.siasn", "reason": "SIASN serves this"})):
        await context.clear_cookies()
        await enter(page, who)
        await page.goto(case)
        await look(page)
        await fill(page, **values)
        await send(page)
    assert "Surat" in await page.inner_text("main")
    await page.goto(case + "/letter?letter=id")
    await look(page)
    assert "GUNAKAN YANG ADA" in await page.inner_text("main")
    assert await page.evaluate("getComputedStyle(document.querySelector('td')).borderTopStyle") == "solid"  # its style was let in
    assert [one for one in said if "favicon" not in one] == []
    assert [one for one in asked if not one.startswith(url)] == []


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_page_reads_in_both_languages_without_anything_serious(context: BrowserContext, language: str) -> None:
    page = await context.new_page()
    await enter(page, "ani")
    for path in (
        "/",
        "/?q=siasn",
        "/apps/bkn.siasn",
        "/apps/bkn.siasn/overlap",
        "/screenings",
        "/cases",
        "/plan",
        "/clusters/bkn.siasn",
        "/progress",
        "/progress?agency=bkn&weeks=52",
        "/apps/no.such",
    ):
        await page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
        await look(page)
        assert await page.get_attribute("html", "lang") == language


async def test_from_the_search_to_the_plan_of_a_cluster_and_to_one_of_its_members_by_keyboard_alone(context: BrowserContext) -> None:
    page = await context.new_page()
    await enter(page, "ani")
    await fill(page, q="siasn")
    await send(page)
    await follow(page, "main a[href='/apps/bkn.siasn']")
    await follow(page, "main a[href='/apps/bkn.siasn/overlap']")
    await look(page)
    await follow(page, "main a[href='/clusters/bkn.siasn']")
    await look(page)
    drawing = page.locator("main svg")
    assert "3 aplikasi, 1 pasangan" in str(await drawing.locator("> title").text_content())
    box = await drawing.bounding_box()
    assert box is not None and box["width"] > 200
    await follow(page, "nav a[href='/plan']")
    await fill(page, agency="kab-a")
    await send(page)
    await look(page)
    assert "Rp 1,0 miliar" in await page.inner_text("main")
    await follow(page, "main a[href='/clusters/bkn.siasn']")
    await follow(page, "main a[href='/apps/kab-a.simpeg']")
    assert "SIMPEG" in await page.inner_text("h1")


async def test_the_skip_link_comes_first_and_leads_to_the_content(context: BrowserContext) -> None:
    page = await context.new_page()
    await enter(page, "ani")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
