"""A large federation, made up the same way each time: as many routes, schemas and mappings as are asked for.

Laws: the same numbers give the same files, byte for byte; nothing in them names a person.
"""

from __future__ import annotations

from pathlib import Path

AGENCIES = 50
ROUTES_PER_FILE = 50
_FIELDS = 20


def write_federation(place: Path, routes: int, schemas: int, *, is_varied: bool = False) -> None:
    """Write a federation: half of the schemas canonical, half agencies', a mapping between each two.

    Shape: `is_varied` = no two schemas have the same bounds, patterns and forms of dates.
    """
    pairs = max(schemas // 2, 1)
    services = max(routes // ROUTES_PER_FILE, 1)
    for part in ("routes", "schemas", "policies"):
        (place / part).mkdir(parents=True)
    _write(place / "routes" / "agencies.yaml", [_HEAD, *(_AGENCY.format(n=n) for n in range(AGENCIES))])
    for n in range(pairs):
        documents = [_canonical(n), _agency_schema(n), _mapping(n)]
        _write(place / "schemas" / f"pair-{n:04}.yaml", [_vary(each, n) for each in documents] if is_varied else documents)
    for n in range(services):
        first = n * ROUTES_PER_FILE
        last = routes if n == services - 1 else first + ROUTES_PER_FILE
        documents = [_SERVICE.format(n=n, a=n % AGENCIES), *(_route(n, each, each % pairs) for each in range(first, last))]
        _write(place / "routes" / f"service-{n:04}.yaml", documents)
    _write(place / "policies" / "all.yaml", [_PURPOSE, *(_POLICY.format(n=n, caller=(n + 1) % AGENCIES) for n in range(services))])


def list_paths(routes: int) -> list[tuple[str, str]]:
    """Give the method and template of each route, in the shapes of a country's services."""
    found = []
    for n in range(routes):
        base = f"/service{n // ROUTES_PER_FILE}/v1/things{n}"
        found.append((("GET", base), ("POST", base + "/lookup"), ("GET", base + "/{id}"), ("PUT", base + "/{id}/parts/{part}"))[n % 4])
    return found


def make_call(number: int) -> tuple[str, str]:
    """Make a call of one of the routes that `list_paths` lists, by its number."""
    base = f"/service{number // ROUTES_PER_FILE}/v1/things{number}"
    shape = number % 4
    if shape == 0:
        return "GET", base
    if shape == 1:
        return "POST", base + "/lookup"
    return ("GET", base + "/7") if shape == 2 else ("PUT", base + "/7/parts/8")


def _write(path: Path, documents: list[str]) -> None:
    path.write_text("---\n".join(documents))


def _field(n: int) -> str:
    return ("text", "date", "code", "number")[n % 4]


_TYPES = {
    "text": "{type: string, minLength: 1, maxLength: 80, x-class: public}",
    "date": "{type: string, format: date, x-class: public}",
    "code": '{type: string, pattern: "^[A-Z]{2}[0-9]{4}$", x-class: public}',
    "number": "{type: integer, minimum: 0, maximum: 1000000, x-class: public}",
}
_AGENCY_TYPES = {**_TYPES, "date": "{type: string, format: date-DD-MM-YYYY}"}


def _canonical(n: int) -> str:
    lines = [f"    f{each}: {_TYPES[_field(each)]}" for each in range(_FIELDS)]
    head = f"schema: thing-{n}@1\nversion: 1.0.0\ntype: object\nrequired: [body]\nproperties:\n  key: {_TYPES['code']}\n"
    return head + "  body:\n   type: object\n   required: [f0]\n   properties:\n" + "\n".join(lines) + "\n"


def _agency_schema(n: int) -> str:
    lines = [f"  F{each}: {_AGENCY_TYPES[_field(each)]}" for each in range(_FIELDS)]
    head = (
        f"schema: agency-{n % AGENCIES}/thing-{n}@1\nversion: 1.0.0\ntype: object\nrequired: [F0]\nproperties:\n  KEY: {_TYPES['code']}\n"
    )
    return head + "\n".join(lines) + "\n"


def _mapping(n: int) -> str:
    name = f"agency-{n % AGENCIES}/thing-{n}"
    lines = [
        f"  body.f{each}: {{from: F{each}, via: [{{date: DD-MM-YYYY}}]}}" if _field(each) == "date" else f"  body.f{each}: F{each}"
        for each in range(_FIELDS)
    ]
    return f"mapping: {name}\nfrom: {name}@1\nto: thing-{n}@1\nfields:\n  key: KEY\n" + "\n".join(lines) + "\n"


def _vary(document: str, n: int) -> str:
    """Give a document with bounds, patterns and forms of dates of its own."""
    form = ("DD-MM-YYYY", "DD/MM/YYYY", "YYYYMMDD")[n % 3]
    varied = document.replace("maxLength: 80", f"maxLength: {40 + n % 60}").replace("[0-9]{4}", f"[0-9]{{{2 + n % 7}}}")
    return varied.replace("1000000", str(1_000 + n)).replace("DD-MM-YYYY", form)


def _route(service: int, n: int, pair: int) -> str:
    return _ROUTE.format(n=n, service=service, a=service % AGENCIES, pair=pair, pa=pair % AGENCIES)


_HEAD = """gateway: generated
---
issuer: idp
iss: https://idp.bench.example
audiences: [https://jembatan.example]
algorithms: [ES256]
keys: {url: https://idp.bench.example/jwks.json}
"""
_AGENCY = """agency: agency-{n}
title: {{id: Lembaga {n}, en: Agency {n}}}
class: ministry
identity:
  - {{jwt: {{issuer: idp, claims: {{agency: agency-{n}}}}}}}
---
upstream: agency-{n}.backend
owner: agency-{n}
url: https://agency-{n}.example
auth:
  bearer:
    token: ${{env:AGENCY_{n}_TOKEN}}
dialect: {{format: json}}
limits: {{connect: 500ms, answer: 2s, connections: 64, body: 64KiB}}
"""
_SERVICE = """service: service{n}/v1
owner: agency-{a}
title: {{id: Layanan {n}, en: Service {n}}}
lifecycle: live
"""
_ROUTE = """route: service{service}.thing{n}.lookup
title: {{id: Cari {n}, en: Look up {n}}}
call:
  method: POST
  path: /service{service}/v1/things{n}/lookup
  body: thing-{pair}@1
answer: thing-{pair}@1
effect: read
provider:
  upstream: agency-{pa}.backend
  request: {{method: POST, path: /things, mapping: agency-{pa}/thing-{pair}}}
  response: {{mapping: agency-{pa}/thing-{pair}}}
limits: {{deadline: 2s, body: 64KiB}}
"""
_PURPOSE = """purpose: measurement
title: {id: Pengukuran, en: Measurement}
legal_basis: [reference scenario]
"""
_POLICY = """policy: service{n}
title: {{id: Kebijakan {n}, en: Policy {n}}}
operations: [service{n}.*]
classes: [public]
grants:
  - callers: [agency-{caller}]
    purposes: [measurement]
    reveals: all
    valid: {{since: 2026-01-01, until: 2035-12-31}}
"""
