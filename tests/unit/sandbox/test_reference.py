"""The reference federation, read with PyYAML alone: every name that is used exists, and every operation shows how it behaves."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.sandbox.agencies import AGENCIES
from gateway.sandbox.places import find_reference
from gateway.sandbox.seeds import read_seeds
from gateway.sandbox.world import Sandbox
from gateway.values.faults import CATALOGUE

ROOT = find_reference()
KINDS = (
    *("gateway", "issuer", "agency", "upstream", "service", "route", "journey", "table"),
    *("mapping", "codelist", "schema", "purpose", "policy", "fault", "app"),
)
FILES = sorted(path for folder in ("routes", "schemas", "policies") for path in (ROOT / folder).rglob("*.yaml"))
OVERLAYS = sorted((ROOT / "overlays").rglob("*.yaml"))
PERSONAL = {"nik", "npwp", "nip", "email", "phone", "family_card", "card"}


def read_all() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for path in FILES:
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            kind = next(iter(document))
            assert kind in KINDS, f"{path}: {kind}"
            assert document[kind] not in found[kind], f"{kind} {document[kind]} stands twice"
            found[kind][document[kind]] = document
    return found


ALL = read_all()
ROUTES: dict[str, Any] = ALL["route"]
PROVIDED = {
    id: route for id, route in ROUTES.items() if not {"through", "consents"} & route.keys()
}  # the others: a newer major, or the gateway


def providers_of(route: dict[str, Any]) -> list[dict[str, Any]]:
    """Give who answers: the one provider, or the lines of several."""
    several = route.get("providers") or {}
    return [route["provider"]] if "provider" in route else several.get("any_of") or several["all_of"]


def name_of(mapping: Any) -> str:
    return mapping["use"] if isinstance(mapping, dict) else mapping


def walk(value: Any) -> Iterator[dict[Any, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def read_codes(codelist: dict[str, Any], column: str) -> dict[str, Any]:
    if "codes" in codelist:
        codes: dict[str, Any] = codelist["codes"]
        return codes
    folder = codelist["codelist"].rpartition("/")[0] or "canonical"
    path = ROOT / "schemas" / folder / codelist["file"]
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row.get(column, "") for row in csv.DictReader(file)}


def list_types(route: dict[str, Any]) -> Iterator[str]:
    call, answer = route["call"], route["answer"]
    for part in ("params", "query", "headers"):
        yield from (text.removeprefix("optional ") for text in call.get(part, {}).values())
    yield from (call[part] for part in ("body",) if part in call)
    yield (answer.get("list") or answer["body"]) if isinstance(answer, dict) else answer


@pytest.mark.parametrize("path", [*FILES, *OVERLAYS], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_line_names_the_editors_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=((?:\.\./)+)\.jembatan/schema/file\.json", first)
    assert found is not None
    assert (path.parent / found[1]).resolve() == ROOT.resolve()


def test_there_are_enough_operations_that_read_and_write_and_none_is_a_copy() -> None:
    effects = [route["effect"] for route in ROUTES.values()]
    assert len(effects) >= 12
    assert effects.count("write") >= 4
    shapes = [
        (route["call"]["method"], each["upstream"], str(each["request"]), str(each.get("response")))
        for route in PROVIDED.values()
        if "table" not in (route.get("providers") or {}).get("gather", {})  # the same lines as where one row is chosen
        for each in providers_of(route)
    ]
    assert len(set(shapes)) == len(shapes)


def test_an_older_major_is_answered_through_a_newer_one() -> None:
    for id, route in ROUTES.items():
        assert id in PROVIDED or "consents" in route or route["through"] in PROVIDED


@pytest.mark.parametrize("id", PROVIDED)
def test_a_route_uses_only_what_exists(id: str) -> None:
    route = ROUTES[id]
    types = set(ALL["schema"]) | set(ALL["codelist"]) | {"opaque", "cursor", "page-size"}
    assert set(list_types(route)) <= types
    assert "/".join(route["call"]["path"].split("/")[1:3]) in ALL["service"]
    assert set(re.findall(r"\{(\w+)\}", route["call"]["path"])) == set(route["call"].get("params", {}))
    assert {law["law"] for law in route.get("weakens", ())} <= {"personal-in-url"}
    for provider in providers_of(route):
        request, response = provider["request"], provider.get("response", {})
        assert provider["upstream"] in ALL["upstream"]
        assert {name_of(part["mapping"]) for part in (request, response) if "mapping" in part} <= set(ALL["mapping"])
        assert {part[name] for part, name in ((request, "schema"), (response, "from")) if name in part} <= set(ALL["schema"])
        assert set(re.findall(r"\{(\w+)\}", request.get("path", ""))) == set(request.get("params", {}))
        assert ("operation" in request) == ALL["upstream"][provider["upstream"]]["dialect"]["format"].startswith("soap")


@pytest.mark.parametrize("id", ROUTES)
def test_no_path_or_query_of_ours_carries_a_persons_identifier(id: str) -> None:
    call = ROUTES[id]["call"]
    names = {*call.get("params", {}), *call.get("query", {})} | set(re.findall(r"\{(\w+)\}", call["path"]))
    assert not names & PERSONAL


@pytest.mark.parametrize("id", ROUTES)
def test_an_operation_shows_an_answer_and_its_refusals(id: str) -> None:
    examples = ROUTES[id]["examples"]
    statuses = [example["expect"].get("status", 200) for example in examples]
    assert any(status < 300 for status in statuses) or "consents" in ROUTES[id]  # what is shown must come first
    assert {401, 403} <= set(statuses)
    assert len({example["name"] for example in examples}) == len(examples)
    for example in examples:
        who, expect = example.get("as"), example["expect"]
        assert expect.get("fault", "INTERNAL") in {*CATALOGUE, *ALL["fault"]}
        assert (who is None) == (expect.get("fault") == "CREDENTIAL_MISSING")
        if who is not None:
            assert who["caller"] in ALL["agency"]
            assert who["purpose"] in ALL["purpose"]


def test_agencies_upstreams_and_services_name_agencies_that_exist() -> None:
    for kind, key in (("agency", "parent"), ("upstream", "owner"), ("service", "owner")):
        assert {document[key] for document in ALL[kind].values() if key in document} <= set(ALL["agency"])
    for upstream in ALL["upstream"].values():
        told = [part[word] for part in walk(upstream["dialect"]) for word in ("faults", "http") if word in part]
        faults = {fault for one in told for fault in one.values()}
        assert faults <= {*CATALOGUE, *ALL["fault"]}


def test_every_code_list_schema_and_mapping_that_is_named_exists() -> None:
    for document in [*ALL["mapping"].values(), *ROUTES.values()]:
        assert {part["codes"] for part in walk(document) if isinstance(part.get("codes"), str)} <= set(ALL["codelist"])
    for mapping in ALL["mapping"].values():
        assert {mapping["from"], mapping["to"]} <= set(ALL["schema"])
    for codelist in ALL["codelist"].values():
        if "to" in codelist:
            codes = read_codes(codelist, "to")
            assert set(codes.values()) <= set(read_codes(ALL["codelist"][codelist["to"]], "en"))
            preferred: dict[str, str] = codelist.get("preferred", {})
            assert all(codes[code] == canonical for canonical, code in preferred.items())
            ended = read_codes(codelist, "until") if "file" in codelist else {}
            lasting = [canonical for code, canonical in codes.items() if not ended.get(code)]
            twice = {canonical for canonical in lasting if lasting.count(canonical) > 1}
            assert set(preferred) == twice
    for schema in ALL["schema"].values():
        assert {part["$ref"] for part in walk(schema) if not part.get("$ref", "#").startswith("#")} <= set(ALL["schema"])


def test_every_schema_mapping_and_code_list_is_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    for kind in ("schema", "mapping", "codelist", "purpose", "upstream", "fault"):
        for id, document in ALL[kind].items():
            if kind == "mapping" and "/" not in document["from"]:
                continue  # between versions: a route that says `through:` finds it
            literal = re.escape(id)  # first in the pattern, so that the search runs over literals
            assert len(re.findall(rf"{literal}(?<![\w/.-]{literal})(?![\w@-])", text)) >= 2, f"{kind} {id} is used nowhere"


def list_decisions() -> set[str]:
    """Give the operations by which decisions are taken."""
    steps = [(id, name, step) for id, journey in ALL["journey"].items() for name, step in journey["steps"].items()]
    return {f"{id}.{name}" for id, name, step in steps if "waits_for" in step}


def test_an_operation_is_opened_only_by_grants_that_hold_for_years() -> None:
    operations = ROUTES.keys() | ALL["journey"].keys() | list_decisions()
    tags = {tag for route in ROUTES.values() for tag in route.get("tags", ())}
    opened: set[str] = set()
    for policy in ALL["policy"].values():
        for operation in policy["operations"]:
            if isinstance(operation, dict):
                assert operation["tag"] in tags
                opened |= {id for id, route in ROUTES.items() if operation["tag"] in route.get("tags", ())}
            else:
                assert operation in operations
                opened.add(operation)
        for grant in policy["grants"]:
            assert {caller for caller in grant["callers"] if isinstance(caller, str)} <= set(ALL["agency"])
            assert set(grant["purposes"]) <= set(ALL["purpose"])
            assert grant["valid"]["until"].year >= 2030
    assert opened == operations


def test_titles_are_given_in_both_languages() -> None:
    for kind in ("agency", "service", "route", "purpose", "policy", "fault"):
        for document in ALL[kind].values():
            assert set(document["title"]) == {"id", "en"}, document


def test_every_value_of_a_canonical_schema_has_a_class_and_a_title() -> None:
    for name, schema in ALL["schema"].items():
        if "/" in name:
            continue
        assert schema["title"]
        for part in walk(schema):
            for property, inner in (part.get("properties") or {}).items():
                if "$ref" not in inner:
                    assert inner.get("title"), f"{name} {property}"
                if inner.get("type") in ("string", "integer", "number", "boolean"):
                    assert inner.get("x-class") in ("public", "personal", "sensitive"), f"{name} {property}"


def test_canonical_schemas_name_public_vocabularies() -> None:
    sources = {part["x-source"] for schema in ALL["schema"].values() for part in walk(schema) if "x-source" in part}
    for vocabulary in (
        "http://www.w3.org/ns/person#",
        "http://www.w3.org/ns/legal#",
        "http://www.w3.org/ns/locn#",
        "https://schema.org/",
        "http://hl7.org/fhir/",
    ):
        assert any(source.startswith(vocabulary) for source in sources), vocabulary


async def test_the_sandbox_tells_every_address_and_credential_that_the_federation_names(tmp_path: Path) -> None:
    sandbox = Sandbox(ROOT / "seeds", tmp_path)
    told = await sandbox.start()
    await sandbox.stop()
    named = {name for path in [*FILES, *OVERLAYS] for name in re.findall(r"\$\{env:(\w+)\}", path.read_text(encoding="utf-8"))}
    assert named == set(told) - {"SANDBOX_URL"}


def test_every_seed_is_marked_synthetic() -> None:
    assert {path.stem for path in (ROOT / "seeds").glob("*.yaml")} == {*AGENCIES, "health-centres"}
    for path in (ROOT / "seeds").glob("*.yaml"):
        if path.stem in AGENCIES:
            assert path.read_text(encoding="utf-8").startswith("# Synthetic data: nobody here exists")
            read_seeds(ROOT / "seeds", path.stem)
