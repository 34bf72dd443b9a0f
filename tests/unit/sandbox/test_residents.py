"""1,000 resident services of 40 softwares: the same at every start, each told by what its maker publishes, each answer the truth."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest
import yaml
from aiohttp.test_utils import TestServer
from lxml import etree

from gateway.cli import main
from gateway.sandbox.places import find_reference
from gateway.sandbox.residents.contracts import DESCRIPTIONS
from gateway.sandbox.residents.families import read_families, read_tree
from gateway.sandbox.residents.hall import ResidentHall
from gateway.sandbox.residents.people import RESIDENTS, list_residents, tell_truth
from gateway.sandbox.residents.register import COLUMNS, Service, read_regions, read_register
from gateway.sandbox.residents.shelf import write_shelf
from gateway.sandbox.world import Sandbox
from gateway.schema.formats import FORMATS
from tests.unit.sandbox.published import Manual, Row, read_manual, read_person, read_raw

SEEDS = find_reference() / "seeds"
FAMILIES = read_families(SEEDS)
SERVICES = read_register(SEEDS, FAMILIES)
NONCES = count(1)
BY_FAMILY = {id: [one for one in SERVICES.values() if one.software == id] for id in FAMILIES}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    write_shelf(SEEDS, folder)
    return folder


@pytest.fixture(scope="module")
def manuals(shelf: Path) -> dict[str, Manual]:
    return {id: read_manual(shelf / id / "manual.md") for id in FAMILIES}


def list_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- who there is -----------------------------------------------------------------------------------------------------


def test_there_are_514_regions_of_38_provinces_and_1000_services() -> None:
    regions = read_regions(SEEDS)
    assert len({region.code for region in regions}) == 514
    assert len({region.code[:2] for region in regions}) == 38
    assert sum(region.name.startswith("KOTA ") for region in regions) == 98
    assert Counter(one.kind for one in SERVICES.values()) == {"regency": 514, "social": 300, "province": 38, "ministry": 148}
    assert {one.code for one in SERVICES.values() if one.kind == "regency"} == {region.code for region in regions}


def test_each_of_40_softwares_is_run_by_somebody() -> None:
    assert len(FAMILIES) == 40
    assert min(len(services) for services in BY_FAMILY.values()) >= 3
    assert Counter(family.speaks for family in FAMILIES.values()) == {"json": 26, "soap11": 6, "xml": 5, "soap12": 3}


def test_the_table_has_a_row_a_service(shelf: Path) -> None:
    head, *rows = (shelf / "services.csv").read_text(encoding="utf-8").splitlines()
    assert head.split(",") == list(COLUMNS)
    assert {tuple(row.split(",")[:3]) for row in rows} == {(one.code, one.software, "/" + one.code) for one in SERVICES.values()}
    owners = (shelf / "owners.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(owners) == len({one.owner for one in SERVICES.values()})


def test_everything_is_the_same_at_every_start(shelf: Path, tmp_path: Path) -> None:
    assert main(["sandbox", "--publish", str(tmp_path)]) == 0
    assert list_files(tmp_path) == list_files(shelf)
    again = read_register(SEEDS, read_families(SEEDS))
    list_residents.cache_clear()
    residents = repr([list_residents(one) for one in again.values()])
    assert hashlib.sha256(residents.encode()).hexdigest()[:16] == "597be3f4f0b3ff2f"  # what another process drew


# --- what they are like -----------------------------------------------------------------------------------------------


def test_no_two_softwares_have_one_shape(manuals: dict[str, Manual]) -> None:
    shapes = {tuple((row.path, row.form) for row in manual.told) for manual in manuals.values()}
    names = {tuple(row.path for row in manual.told) for manual in manuals.values()}
    asked = {(manual.method, manual.path) for manual in manuals.values()}
    assert len(shapes) == len(names) == len(asked) == 40


def test_a_leaf_that_cannot_be_written_is_refused() -> None:
    for text in ("shoe size", "sex L", "marital 1/2/3", "region [0-4]", "name shouted"):
        with pytest.raises(ValueError, match=r"no f|has not"):
            read_tree({"a": [text]})


def test_every_resident_has_a_number_of_the_nations_form() -> None:
    forms = {one.name: re.compile(one.pattern) for one in FORMATS.values()}
    for service in SERVICES.values():
        records = list_residents(service)
        assert len({record["nik"] for record in records}) == RESIDENTS
        for record in records:
            assert forms["nik"].fullmatch(record["nik"]), record
            assert forms["nkk"].fullmatch(record["kk"]), record
            day = int(record["nik"][6:8]) - (40 if record["sex"] == "female" else 0)
            assert f"{day:02}-{record['nik'][8:12]}" == f"{record['birth_date'][8:]}-{record['birth_date'][5:7]}{record['birth_date'][2:4]}"
            assert record["nik"][:4] in {region.code for region in service.regions}


def test_the_truth_is_a_person_of_the_nation() -> None:
    documents = yaml.safe_load_all((find_reference() / "schemas/canonical/population.yaml").read_text(encoding="utf-8"))
    schemas = {said["schema"]: said for said in documents if "schema" in said}
    text = re.sub(r'"\$ref": "([^"#]+)"', r'"$ref": "#/$defs/\1"', json.dumps(schemas["person@1"]))
    validator = jsonschema.Draft202012Validator({**json.loads(text), "$defs": schemas})
    for family, services in BY_FAMILY.items():
        for record in list_residents(services[0]):
            validator.validate(tell_truth(FAMILIES[family], record))


# --- what they publish ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", FAMILIES)
def test_the_samples_keep_to_the_contract(id: str, shelf: Path) -> None:
    family, folder = FAMILIES[id], shelf / id
    text = (folder / DESCRIPTIONS[family.speaks][0]).read_bytes()
    samples = sorted(folder.glob("sample-*"))
    assert len(samples) == RESIDENTS
    if family.speaks == "json":
        operation = json.loads(text)["paths"][family.path][family.method.lower()]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        for sample in samples:
            jsonschema.Draft202012Validator(schema).validate(json.loads(sample.read_bytes()))
        return
    schemas = etree.fromstring(text).xpath("descendant-or-self::*[local-name()='schema']")
    schema = etree.XMLSchema(etree.fromstring(etree.tostring(schemas[0])))
    for sample in samples:
        root = etree.fromstring(sample.read_bytes())
        schema.assertValid(root[0][0] if root.tag.endswith("}Envelope") else root)


def test_the_manual_alone_tells_what_the_samples_say(shelf: Path, manuals: dict[str, Manual]) -> None:
    for id, manual in manuals.items():
        told = {row.path for row in manual.told}
        for sample in (shelf / id).glob("sample-*"):
            values = read_raw(manual, sample.read_bytes())
            assert {path for path, value in values.items() if path in told or manual.speaks == "JSON"} <= told
            assert read_person(manual, sample.read_bytes())["identifiers"]["nik"].startswith("3215")


# --- what they answer -------------------------------------------------------------------------------------------------


class Asker:
    """Asks as the manuals say, with the credentials that the sandbox tells."""

    def __init__(self, hall: ResidentHall, manuals: dict[str, Manual], session: aiohttp.ClientSession, url: str) -> None:
        self.hall, self.manuals, self.session, self.url = hall, manuals, session, url

    async def ask(self, service: Service, nik: str, is_shown: bool = True, **changed: Any) -> tuple[int, bytes]:
        manual = self.manuals[service.software]
        values = {row.path: self._fill(row, service, nik) for row in manual.asked}
        secrets = self.hall.credentials[service.code].secrets if is_shown else {}
        headers = show(manual, dict(secrets))
        sent: dict[str, Any] = {"headers": headers}
        if manual.method == "GET":
            sent["params"] = {path[0]: value for path, value in values.items()}
        elif manual.speaks == "JSON":
            sent["json"] = nest(values)
        else:
            self._write_xml(manual, nest(values), sent, secrets)
        where = self.url + "/" + service.code + manual.path.replace("{nik}", nik)
        async with self.session.request(manual.method, where, **{**sent, **changed}) as answer:
            return answer.status, await answer.read()

    def _fill(self, row: Row, service: Service, nik: str) -> Any:
        if "`" in row.form:
            text = row.form.split("`")[1]
            return text == "true" if text in ("true", "false") else text
        return service.code if row.meaning in ("kode pemasang", "code of the installation") else nik

    def _write_xml(self, manual: Manual, document: dict[str, Any], sent: dict[str, Any], secrets: Any) -> None:
        body = "".join(write(name, inner, manual.namespace) for name, inner in document.items())
        kind = "application/xml"
        if manual.speaks.startswith("SOAP"):
            version = manual.speaks[-1]
            envelope = {"1": "http://schemas.xmlsoap.org/soap/envelope/", "2": "http://www.w3.org/2003/05/soap-envelope"}[version]
            action = f"{manual.namespace}/{next(iter(document))}"
            sent["headers"]["SOAPAction"] = f'"{action}"'
            kind = "text/xml" if version == "1" else f'application/soap+xml; action="{action}"'
            token = write_token(secrets, str(next(NONCES)).encode()) if "UsernameToken" in manual.style and secrets else ""
            body = f'<e:Envelope xmlns:e="{envelope}"><e:Header>{token}</e:Header><e:Body>{body}</e:Body></e:Envelope>'
        sent["headers"]["Content-Type"] = kind
        sent["data"] = body.encode()


def show(manual: Manual, secrets: dict[str, str]) -> dict[str, str]:
    if not secrets or "UsernameToken" in manual.style:
        return {}
    if manual.style.startswith("header"):
        return {manual.style.split()[1]: secrets["KEY"]}
    if "Bearer" in manual.style:
        return {"Authorization": "Bearer " + secrets["TOKEN"]}
    return {"Authorization": "Basic " + base64.b64encode(f"{secrets['USER']}:{secrets['PASSWORD']}".encode()).decode()}


def write_token(secrets: Any, nonce: bytes) -> str:
    base = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
    created = "2026-01-01T00:00:00Z"
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + secrets["PASSWORD"].encode()).digest()).decode()
    return (
        f'<s:Security xmlns:s="{base}wssecurity-secext-1.0.xsd"><s:UsernameToken><s:Username>{secrets["USER"]}</s:Username>'
        f'<s:Password Type="{base}username-token-profile-1.0#PasswordDigest">{digest}</s:Password>'
        f"<s:Nonce>{base64.b64encode(nonce).decode()}</s:Nonce>"
        f'<u:Created xmlns:u="{base}wssecurity-utility-1.0.xsd">{created}</u:Created></s:UsernameToken></s:Security>'
    )


def nest(values: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for path, value in values.items():
        inner = made
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return made


def write(name: str, inner: Any, namespace: str) -> str:
    text = "".join(write(each, more, "") for each, more in inner.items()) if isinstance(inner, dict) else inner
    return f"<{name}{f' xmlns={json.dumps(namespace)}' if namespace else ''}>{text}</{name}>"


@pytest.fixture(scope="module")
def hall() -> ResidentHall:
    return ResidentHall(SEEDS)


@pytest.fixture
async def asker(hall: ResidentHall, manuals: dict[str, Manual]) -> AsyncIterator[Asker]:
    hall.calls.clear()
    async with TestServer(hall.make_application()) as server, aiohttp.ClientSession() as session:
        yield Asker(hall, manuals, session, str(server.make_url("")).rstrip("/"))


async def test_each_of_1000_answers_what_is_true_of_a_resident(asker: Asker) -> None:
    wrong, right = [], Counter[str]()
    for place, service in enumerate(SERVICES.values()):
        record = list_residents(service)[place % RESIDENTS]
        status, body = await asker.ask(service, record["nik"])
        truth = tell_truth(FAMILIES[service.software], record)
        if status == 200 and read_person(asker.manuals[service.software], body) == truth:
            right[service.software] += 1
        else:
            wrong.append((service.code, service.software, status, body))
    assert not wrong, wrong[:2]
    assert sum(right.values()) == 1000 == sum(asker.hall.calls.values())


@pytest.mark.parametrize("id", FAMILIES)
async def test_a_software_says_no_as_its_manual_says(id: str, asker: Asker) -> None:
    service, manual = BY_FAMILY[id][0], asker.manuals[id]
    (_, missing), *others = manual.refusals.items()
    status, body = await asker.ask(service, "9999999999999999")
    if manual.speaks.startswith("SOAP"):
        assert status in (400, 500)
        assert missing[0].strip("`").encode() in body
        return
    (_, wrong), (_, credential) = others
    shown = {"missing": (status, body), "wrong": await asker.ask(service, "12"), "credential": await asker.ask(service, "12", False)}
    for (its_status, its_body), (said, code) in zip(shown.values(), (missing, wrong, credential), strict=True):
        assert its_status == int(said)
        assert not code or code.strip("`") in {str(value) for value in read_raw(manual, its_body).values()}


async def test_a_service_knows_only_its_own_residents_and_its_own_key(asker: Asker) -> None:
    one, other = BY_FAMILY["simduk"][:2]
    nik = list_residents(one)[0]["nik"]
    _, body = await asker.ask(other, nik)
    assert json.loads(body)["meta"]["code"] == 404
    key = {"X-Simduk-Key": asker.hall.credentials[other.code].secrets["KEY"]}
    status, _ = await asker.ask(one, nik, headers=key)
    assert status == 401


async def test_a_request_with_a_field_too_many_is_refused(asker: Asker) -> None:
    service = BY_FAMILY["simduk"][0]
    _, body = await asker.ask(service, "", json={"nik": list_residents(service)[0]["nik"], "lagi": "1"})
    assert json.loads(body)["meta"]["code"] == 400


async def test_a_service_describes_itself_to_whoever_shows_the_credential(asker: Asker) -> None:
    for id, at, mark in (
        ("civitas", "/openapi.json", b'"openapi"'),
        ("siap-soap", "/siap/ws?wsdl", b"/siap/ws"),
        ("statdata", "/schema.xsd", b"<xs:"),
    ):
        service, manual = BY_FAMILY[id][0], asker.manuals[id]
        headers = show(manual, dict(asker.hall.credentials[service.code].secrets))
        async with asker.session.get(f"{asker.url}/{service.code}{at}", headers=headers) as answer:
            body = await answer.read()
        assert answer.status == 200
        assert mark in body
        assert b"@ADDRESS@" not in body
        assert (f"{service.code}/siap/ws".encode() in body) is (id == "siap-soap")


async def test_what_nobody_serves_is_not_found(asker: Asker) -> None:
    service = BY_FAMILY["civitas"][0]
    headers = show(asker.manuals["civitas"], dict(asker.hall.credentials[service.code].secrets))
    for at in ("/no-such-code/v1/residents/1", f"/{service.code}", f"/{service.code}/v2/residents/1"):
        async with asker.session.get(asker.url + at, headers=headers) as answer:
            assert answer.status == 404, at


def list_names(folder: str) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


async def test_the_services_are_only_there_where_they_were_asked_for(tmp_path: Path) -> None:
    for has_residents in (False, True):
        world = Sandbox(SEEDS, tmp_path, has_residents)
        told = await world.start()
        await world.stop()
        assert ("RESIDENTS_URL" in told) is has_residents
    names = {name for name in told if name.startswith("RESIDENTS_")}
    assert all(any(name.startswith(family.prefix + "_") for name in names) for family in FAMILIES.values())
    assert list_names(told["RESIDENTS_SIMDUK_KEYS"]) == {one.code for one in BY_FAMILY["simduk"]}
