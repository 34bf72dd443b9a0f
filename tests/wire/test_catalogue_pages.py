"""The catalogue's listener over real sockets: who sees what, what a browser may do, what is never there. All data are made up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest

from gateway.catalogue.entry import App, Field, Text
from gateway.catalogue.form import write_app
from gateway.catalogue.gate.deeds import Joined, Left, Rows
from gateway.catalogue.gate.desk import Desk
from gateway.catalogue.gate.people import digest_token
from gateway.catalogue.merging.progress import Target
from gateway.catalogue.port import Busy
from gateway.manage.catalogue_counter import Counter
from gateway.manage.catalogue_meters import Meters
from gateway.manage.catalogue_server import CatalogueServer
from gateway.stores.memory_cases import MemoryCases
from gateway.stores.memory_catalogue import MemoryCatalogue
from tests.unit.catalogue.gate.people import EVIDENCE, NOON, RULES
from tests.unit.catalogue.merging.fixed import FixedPlans

SIASN = App("bkn.siasn", "bkn", Text("SIASN <b>", "Civil service"), fields=(Field("nip_baru", "char(18)"),), masters=("NIP",))
ROLES = {
    "ani": ("karawang", "proposer"), "budi": ("bkn", "owner"), "citra": ("komdigi", "reviewer"), "dewi": ("komdigi", "head"),
    "eko": ("bpk", "reader"), "pt": ("pt-contoh", "integrator"),
}  # fmt: skip
DRAFT = {
    "app": "karawang.pegawai", "title_id": "Pegawai", "title_en": "", "description": "", "function": "", "budget": "450000000",
    "masters": "NIP", "fields": "nip\r\nnama",
}  # fmt: skip
TARGETS = (Target("bkn", NOON.date() + timedelta(weeks=30), live=4), Target("", NOON.date() - timedelta(days=1), gone=2))
OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


class FixedScreens:
    def screen(self, app: App, limit: int = 10) -> Rows:
        return EVIDENCE

    async def catch_up(self) -> None:
        pass


@dataclass
class Place:
    url: str
    desk: Desk
    store: MemoryCatalogue
    plans: FixedPlans

    def browser(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True), headers=OWN)

    async def enter(self, who: str) -> aiohttp.ClientSession:
        session = self.browser()
        async with session.post("/login", data={"token": f"token-of-{who}"}) as answer:
            assert answer.status == 200, await answer.text()
        return session


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    store, desk, plans = MemoryCatalogue(), Desk(MemoryCases(), RULES), FixedPlans()
    store.put(SIASN, "t", NOON, "registered")
    for who, (agency, role) in ROLES.items():
        desk.admit("root", Joined(who, agency, role, digest_token(f"token-of-{who}")), NOON)
    server = CatalogueServer(Counter(store, desk, FixedScreens(), plans, lambda: NOON, targets=TARGETS))
    await server.start("127.0.0.1", 0)
    yield Place(f"http://127.0.0.1:{server.port}", desk, store, plans)
    await server.stop()


async def read(session: aiohttp.ClientSession, path: str, **data: str) -> tuple[int, str]:
    async with session.request("POST" if data else "GET", path, data=data or None) as answer:
        page = await answer.text()
        if "html" in answer.content_type:
            look(page, answer)
        return answer.status, page


class Looker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [held for tag, held in self.tags if tag in names]


def look(page: str, answer: aiohttp.ClientResponse) -> None:
    """What holds of every page: no script, nothing from elsewhere, labels, one main heading, a language, a strict policy."""
    looker = Looker()
    looker.feed(page)
    assert not looker.all("script", "iframe", "img", "object")
    assert all(not re.match(r"(?:https?:)?//", held.get(key, "")) for _, held in looker.tags for key in ("href", "src", "action"))
    assert not [held for _, held in looker.tags if any(name.startswith("on") or name == "style" for name in held)]
    assert len(looker.all("h1")) == len(looker.all("main")) == 1
    assert looker.all("html")[0]["lang"] in ("id", "en")
    labelled = {held["for"] for held in looker.all("label")}
    fields = [held for held in looker.all("input", "textarea", "select") if held.get("type") != "hidden"]
    assert {held["id"] for held in fields} == labelled and len(fields) == len(labelled)
    assert not [held for held in looker.all("th") if held.get("scope") != "col"]
    assert all(int(held.get("tabindex", 0)) <= 0 for _, held in looker.tags)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "script" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    assert "token-of" not in page


async def test_without_a_token_there_is_the_sign_in_page_and_nothing_else(place: Place) -> None:
    async with place.browser() as session:
        for path in (
            "/",
            "/apps/bkn.siasn",
            "/cases",
            "/plan",
            "/clusters/bkn.siasn",
            "/metrics",
            "/screenings",
            "/cases/K-2026-0001/letter",
        ):
            async with session.get(path, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, "/login")
        status, page = await read(session, "/login", token="wrong")
        assert status == 401 and 'role="alert"' in page
        assert (await read(session, "/screenings", **DRAFT))[0] == 401


async def test_an_application_is_searched_and_shown_in_both_languages_and_escaped(place: Place) -> None:
    async with await place.enter("eko") as session:
        status, page = await read(session, "/?q=siasn&lang=en")
        assert status == 200 and "1 found" in page and "/apps/bkn.siasn" in page and "SIASN &lt;b&gt;" in page
        assert re.search(r'<option value="bkn">bkn \(1\)', page)
        assert "1 found" in (await read(session, "/?q=siasn&owner=bkn"))[1]
        assert "0 found" in (await read(session, "/?q=siasn&owner=nobody"))[1]
        assert "tidak disebut" in (await read(session, "/?owner=bkn&lang=id"))[1]
        await read(session, "/?lang=en")
        status, page = await read(session, "/apps/bkn.siasn")  # the language is remembered
        assert status == 200 and 'lang="en"' in page and "nip_baru" in page and "Completeness" in page
        status, page = await read(session, "/apps/bkn.siasn?lang=id")
        assert 'lang="id"' in page and "Kelengkapan" in page
        assert (await read(session, "/apps/no.such"))[0] == 404


async def test_a_case_goes_from_the_form_to_its_letter(place: Place) -> None:
    async with await place.enter("ani") as ani, await place.enter("budi") as budi, await place.enter("citra") as citra:
        status, page = await read(ani, "/screenings", **DRAFT)
        assert status == 200 and "bkn.siasn" in page and 'value="450000000"' in page
        status, page = await read(ani, "/cases", **DRAFT)
        assert status == 200 and "K-2026-0001" in page and "/answer" not in page and "/decide" not in page
        case = "/cases/K-2026-0001"
        assert (await read(citra, f"{case}/decide", outcome="reuse", apps="bkn.siasn", reason="too early"))[0] == 409
        assert f'action="{case}/answer"' in (await read(budi, case))[1]
        assert (await read(budi, f"{case}/answer", stance="same", reason="SIASN does this"))[0] == 200
        assert (await read(citra, f"{case}/decide", outcome="reuse", apps="no.such", reason="SIASN does this"))[0] == 422
        status, page = await read(citra, f"{case}/decide", outcome="reuse", apps="bkn.siasn", reason="SIASN does this")
        assert status == 200 and "/letter?round=1" in page
        history = (await read(citra, f"{case}?lang=id"))[1].partition("Riwayat")[2]
        told = ("2026-03-02 19:00 WIB", "budi (pemilik)", "sudah melayani kebutuhan ini", "sebelum membangun", "GUNAKAN YANG ADA")
        assert [word for word in told if word not in history] == []
        status, page = await read(citra, f"{case}/letter?letter=id")
        assert status == 200 and "GUNAKAN YANG ADA" in page and "Rp 450.000.000" in page
        for round_ in ("2", "0", "-1", "x", "123456789"):
            assert (await read(citra, f"{case}/letter?round={round_}"))[0] == 404
        async with citra.get(f"{case}/letter.pdf") as answer:
            assert answer.status == 501 or (await answer.read()).startswith(b"%PDF")
        assert (await read(citra, "/cases"))[0] == 200
    proposed = place.store.get("karawang.pegawai")
    assert proposed is not None and proposed.decided is not None and proposed.decided.outcome == "reuse"
    assert [field.name for field in proposed.fields] == ["nip", "nama"]
    assert [event.who for event in place.desk.store.events("K-2026-0001")] == ["ani", "ani", "budi", "citra"]


async def test_a_letters_own_style_is_the_one_that_its_policy_lets_in(place: Place) -> None:
    async with await place.enter("ani") as ani, await place.enter("dewi") as dewi:
        await read(ani, "/cases", **DRAFT)
        await read(dewi, "/cases/K-2026-0001/decide", outcome="build", reason="allowed")
        async with dewi.get("/cases/K-2026-0001/letter") as answer:
            assert re.search(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", answer.headers["Content-Security-Policy"])
        status, page = await read(ani, "/cases/K-2026-0001/screen", moment="data-change", fields="nip\nagama")
        assert status == 200 and "sebelum mengubah data" in page and "agama" in page and "Kolom yang akan ditambah" in page
        assert (await read(ani, "/cases/K-2026-0001/screen", moment="going-live"))[0] == 409  # not before the last one is decided


async def test_an_integrator_may_try_and_sees_nothing_of_others(place: Place) -> None:
    async with await place.enter("pt") as session:
        for path in (
            "/apps/bkn.siasn",
            "/apps/bkn.siasn/overlap",
            "/cases",
            "/cases/K-2026-0001",
            "/plan",
            "/clusters/bkn.siasn",
            "/metrics",
        ):
            assert (await read(session, path))[0] == 403
        status, page = await read(session, "/screenings", **{**DRAFT, "app": "pt-contoh.draft"})
        assert status == 200 and "bkn" not in page and "SIASN" not in page and "population.person.lookup" in page
        assert (await read(session, "/cases", **{**DRAFT, "app": "pt-contoh.draft"}))[0] == 403
        assert (await read(session, "/?q=siasn"))[1].count("siasn") == 0


async def test_a_program_screens_with_a_bearer_token(place: Place) -> None:
    async with aiohttp.ClientSession(place.url) as session:
        body = write_app(App("karawang.pegawai", "karawang", Text("Pegawai")))
        for who, has_matches in (("ani", True), ("eko", True), ("pt", False)):
            head = {"Authorization": f"Bearer token-of-{who}"}
            async with session.post("/catalogue/screenings", json=body, headers=head) as answer:
                rows = await answer.json()
                assert answer.status == 200 and rows["strongest"] == "duplicate" and ("matches" in rows) == has_matches
        async with session.post("/catalogue/screenings", json=body, headers={"Authorization": "Bearer wrong"}) as answer:
            assert (answer.status, answer.headers["WWW-Authenticate"], answer.content_type) == (401, "Bearer", "application/problem+json")


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 422), (b"{", 422), (b"[]", 422), (b'{"app": "x"}', 422), (b'{"app":1,"owner":"a","title":"b"}', 422), (b" " * 300_000, 413)],
)
async def test_a_body_that_is_no_proposal_is_a_problem(place: Place, raw: bytes, status: int) -> None:
    head = {"Authorization": "Bearer token-of-ani", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(place.url) as session,
        session.post("/catalogue/screenings", data=raw, headers=head) as answer,
    ):
        assert (answer.status, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
async def test_a_form_of_another_page_changes_nothing(place: Place, site: str | None) -> None:
    async with await place.enter("ani") as ani:
        jar = ani.cookie_jar
        head = {"Origin": "https://evil.example"} if site is None else {"Sec-Fetch-Site": site}
        async with (
            aiohttp.ClientSession(place.url, cookie_jar=jar, headers=head) as other,
            other.post("/cases", data=DRAFT) as answer,
        ):
            assert answer.status == 403
    assert place.desk.list_cases() == []


async def test_while_another_program_writes_a_change_is_refused_for_a_moment_and_opens_no_case(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*_: object) -> None:
        raise Busy

    async with await place.enter("ani") as ani:
        monkeypatch.setattr(MemoryCatalogue, "put", wait)
        async with ani.post("/cases?lang=id", data=DRAFT) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert "sedang dipakai program lain" in await answer.text()
        assert place.desk.list_cases() == []
        assert (await read(ani, "/apps/bkn.siasn"))[0] == 200


async def test_a_session_ends_at_sign_out_and_with_its_token(place: Place) -> None:
    async with await place.enter("eko") as session, await place.enter("ani") as other:
        cookies = [one for one in session.cookie_jar if one.key == "jembatan_catalogue"]
        assert cookies[0]["httponly"] and cookies[0]["samesite"] == "Strict" and "token" not in cookies[0].value
        async with session.post("/logout", data={"x": "y"}, allow_redirects=False) as answer:
            assert answer.status == 303
        async with session.get("/cases", allow_redirects=False) as answer:
            assert answer.status == 303
        place.desk.dismiss("root", Left("ani", "moved"), NOON)
        async with other.get("/cases", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/login")


async def test_a_wrong_form_comes_back_with_what_was_typed(place: Place) -> None:
    async with await place.enter("ani") as session:
        status, page = await read(session, "/screenings", **{**DRAFT, "app": "NOT AN ID", "title_id": '"><script>'})
        assert status == 422 and "NOT AN ID" in page and 'role="alert"' in page and "&quot;&gt;&lt;script&gt;" in page
        for wrong in ({"budget": "١٢"}, {"budget": "-1"}, {"budget": "banyak"}, {"title_id": "a\0b"}, {"fields": "ni\x1bp"}):
            assert (await read(session, "/screenings", **{**DRAFT, **wrong}))[0] == 422
        for budget in ("450.000.000", "Rp 450,000,000", "450 juta"):
            assert (await read(session, "/screenings", **{**DRAFT, "budget": budget}))[0] == 200
        status, _ = await read(session, "/cases", **{**DRAFT, "app": "bkn.siasn"})
        assert status == 422 and place.desk.list_cases() == []


async def test_data_are_asked_for_on_the_page_of_an_application_and_refused_with_a_reason(place: Place) -> None:
    async with await place.enter("ani") as ani, await place.enter("budi") as budi:
        assert 'action="/requests"' in (await read(ani, "/apps/bkn.siasn"))[1]
        assert 'action="/requests"' not in (await read(budi, "/apps/bkn.siasn"))[1]
        status, page = await read(ani, "/requests", subject="bkn.siasn", fields="nip", reason="payroll", basis="")
        assert status == 200 and "K-2026-0001" in page and "/withdraw" in page
        assert (await read(ani, "/requests", subject="no.such", reason="payroll"))[0] == 422
        assert (await read(budi, "/requests", subject="bkn.siasn", reason="payroll"))[0] == 403
        status, page = await read(budi, "/cases/K-2026-0001/answer", stance="refused", reason="no legal basis")
        assert status == 200 and "no legal basis" in page and "ditolak" in page


async def test_who_opened_a_case_may_take_it_back_on_its_page(place: Place) -> None:
    async with await place.enter("ani") as ani, await place.enter("dewi") as dewi:
        await read(ani, "/cases", **DRAFT)
        assert "/withdraw" not in (await read(dewi, "/cases/K-2026-0001"))[1]
        status, page = await read(ani, "/cases/K-2026-0001/withdraw", reason="we reuse SIASN")
        assert status == 200 and "ditarik" in page
        assert (await read(dewi, "/cases/K-2026-0001/decide", outcome="build", reason="too late"))[0] == 409


async def test_what_to_merge_is_ranked_narrowed_and_shown_with_its_cluster_drawn(place: Place) -> None:
    async with await place.enter("eko") as session:
        status, page = await read(session, "/plan?lang=en")
        assert status == 200 and "/clusters/bkn.siasn" in page and "1 found, 1 shown" in page and "day_rupiah" in page
        assert "0 found" in (await read(session, "/plan?sector=health"))[1]
        assert "1 found" in (await read(session, "/plan?agency=kab-a&sector=staff"))[1]
        assert "0 found" in (await read(session, "/plan?agency=%3Cscript%3E"))[1]
        status, page = await read(session, "/clusters/bkn.siasn")
        assert status == 200 and '<svg role="img"' in page and "/apps/kab-a.simpeg-baru" in page
        assert "new head, new app" in page and "population.person.lookup" in page
        assert (await read(session, "/clusters/no.such"))[0] == 404


async def test_what_overlaps_with_an_application_leads_to_its_cluster(place: Place) -> None:
    async with await place.enter("eko") as session:
        assert 'href="/apps/bkn.siasn/overlap"' in (await read(session, "/apps/bkn.siasn"))[1]
        status, page = await read(session, "/apps/bkn.siasn/overlap")
        assert status == 200 and "nip_baru" in page and "/clusters/bkn.siasn" in page and "SIASN &lt;b&gt;" in page
        assert (await read(session, "/apps/no.such/overlap"))[0] == 404


async def test_while_plans_are_reckoned_their_pages_say_so_and_the_others_are_there(place: Place) -> None:
    place.plans.is_ready = False
    async with await place.enter("eko") as session:
        for path in ("/plan", "/clusters/bkn.siasn"):
            status, page = await read(session, path)
            assert status == 503 and "dihitung" in page
        assert (await read(session, "/apps/bkn.siasn/overlap"))[0] == 200


async def test_clusters_are_shown_with_when_they_were_found_and_what_came_since(place: Place) -> None:
    async with await place.enter("eko") as session:
        for path in ("/plan?lang=en", "/clusters/bkn.siasn?lang=en"):
            page = (await read(session, path))[1]
            assert "2026-03-02 07:00 UTC; registered since then: 12, changed: 3" in page


async def test_progress_is_drawn_with_a_table_beside_it_and_follows_the_catalogue(place: Place) -> None:
    def week(live: int, merged: int) -> str:
        monday = NOON.date() - timedelta(days=NOON.weekday())
        return f"<td>{monday}</td><td>{live}</td><td>{merged}</td><td>0</td>"

    async with await place.enter("eko") as session:
        for number in range(3):
            place.store.put(replace(SIASN, id=f"bkn.n{number}", lifecycle="live"), "t", NOON, "registered")
        status, page = await read(session, "/progress?lang=en")
        assert status == 200 and '<svg role="img"' in page and week(4, 0) in page
        assert "at most 4 live</td><td>4</td><td>met" in page and "at least 2 merged or retired</td><td>0</td><td>missed" in page
        place.store.put(replace(SIASN, id="bkn.n0", lifecycle="merged"), "t", NOON, "merged")
        status, page = await read(session, "/progress?agency=bkn&weeks=26&lang=id")
        assert status == 200 and week(3, 1) in page and "bkn, 26 minggu terakhir" in page and "tercapai" in page
        assert "&lt;script&gt;" in (await read(session, "/progress?agency=%3Cscript%3E&weeks=x"))[1]
    async with await place.enter("pt") as session:
        assert (await read(session, "/progress"))[0] == 403


async def test_requests_for_data_are_counted_for_each_agency_with_refusals_and_reasons(place: Place) -> None:
    async with await place.enter("ani") as ani, await place.enter("budi") as budi:
        assert "Instansi yang diminta" not in (await read(ani, "/cases"))[1]
        for _ in range(2):
            await read(ani, "/requests", subject="bkn.siasn", fields="nip", reason="payroll", basis="")
        await read(budi, "/cases/K-2026-0001/answer", stance="refused", reason="no legal basis")
        page = (await read(ani, "/cases"))[1]
        assert "<td>bkn</td><td>0</td><td>1</td><td>1</td><td>0</td><td>0</td>" in page and "no legal basis" in page


async def test_what_is_answered_screened_and_done_is_counted(place: Place) -> None:
    async with await place.enter("ani") as ani:
        before = await scrape(ani)
        assert before['jembatan_catalogue_screenings_total{verdict="overlap"}'] == 0
        await read(ani, "/screenings", **DRAFT)
        await read(ani, "/cases", **DRAFT)
        await read(ani, "/apps/no.such")
        after = await scrape(ani)
    for name, more in (
        ('jembatan_catalogue_screenings_total{verdict="duplicate"}', 2), ("jembatan_catalogue_screening_seconds_count", 2),
        ('jembatan_catalogue_deeds_total{deed="proposed"}', 1), ('jembatan_catalogue_deeds_total{deed="screened"}', 1),
        ('jembatan_catalogue_answers_total{page="/apps/{id}",status="4xx"}', 1),
        ('jembatan_catalogue_answers_total{page="/cases",status="3xx"}', 1),
    ):  # fmt: skip
        assert after[name] - before[name] == more, name


def test_the_manual_names_every_metric_of_the_listener() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    names = set(re.findall(r"^# HELP (jembatan_\w+)", Meters().render().decode(), re.MULTILINE))
    assert names and not [name for name in names if f"`{name}`" not in page and not name.endswith("_created")]


async def scrape(session: aiohttp.ClientSession) -> dict[str, float]:
    async with session.get("/metrics") as answer:
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain")
        lines = [line.rpartition(" ") for line in (await answer.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
