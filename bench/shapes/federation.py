"""The routes of the finished federation: one operation over all applications, each a family of its own with one row.

Must not know: what a mapping holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from gateway.values.model import Json

from .make import Application

PATH = "/health/v1/clinic-visits/lookup"
CALLER, PURPOSE = "kemenkes", "health-service"
HEAD = """
gateway: shapes
listen: 127.0.0.1:8080
management: 127.0.0.1:9090
workers: 1
sandbox: true
---
issuer: national-idp
iss: https://idp.sandbox.example
audiences: [https://jembatan.example]
algorithms: [ES256]
keys:
  file: idp.jwks.json
claims: {agency: agency, user: sub}
---
agency: kemenkes
title: {id: Kementerian Kesehatan, en: Ministry of Health}
class: ministry
identity:
  - {jwt: {issuer: national-idp, claims: {agency: kemenkes}}}
---
service: health/v1
owner: kemenkes
title: {id: Kesehatan, en: Health}
lifecycle: live
---
table: applications
file: applications.csv
key: code
columns: {code: string, software: string, url: url, owner: agency, since: date}
"""
QUERY = """
schema: clinic-visit-query@1
version: 1.0.0
type: object
required: [application, number]
properties:
  application: {type: string, minLength: 1, maxLength: 20, x-class: public}
  number: {type: string, minLength: 1, maxLength: 20, x-class: public}
"""
POLICY = """
purpose: health-service
title: {id: Pelayanan kesehatan, en: Health service}
legal_basis: [UU 17/2023]
---
policy: clinic-visits
title: {id: Kunjungan, en: Visits}
operations: [health.clinic-visit.lookup]
classes: [public, personal, sensitive]
grants:
  - callers: [kemenkes]
    purposes: [health-service]
    reveals: all
    valid: {since: 2026-01-01, until: 2030-12-31}
"""


def write_routes(folder: Path, applications: Sequence[Application]) -> None:
    """Write all but the schemas and mappings."""
    rows = [f"{one.id},{one.id},/{one.id},kemenkes,2024-01-01" for one in applications]
    (folder / "routes" / "applications.csv").write_text("\n".join(["code,software,url,owner,since", *rows, ""]), encoding="utf-8")
    documents = [*(make_upstream(one) for one in applications), make_route(applications)]
    text = yaml.safe_dump_all(documents, sort_keys=False, width=140)
    (folder / "routes" / "visits.yaml").write_text(HEAD.lstrip() + "---\n" + text, encoding="utf-8")
    (folder / "schemas" / "query.yaml").write_text(QUERY.lstrip(), encoding="utf-8")
    (folder / "policies" / "visits.yaml").write_text(POLICY.lstrip(), encoding="utf-8")


def make_upstream(one: Application) -> Json:
    """Give the upstream of an application."""
    key = {"api_key": {"header": "X-Api-Key", "value": "${env:SHAPES_KEY}"}}
    limits = {"connections": 1, "family": 1, "body": "64KiB"}
    return {
        "upstream": one.id,
        "per": {"table": "applications", "where": {"software": one.id}},
        "url": "${env:SHAPES_URL}",
        "auth": key,
        "limits": limits,
    }


def make_line(one: Application) -> Json:
    """Give the line of an application."""
    request = {"method": "GET", "path": "/visit", "query": {"no": "body.number"}}
    return {"upstream": one.id, "request": request, "response": {"mapping": f"{one.id}/visit"}}


def make_route(applications: Sequence[Application]) -> Json:
    """Give the one route."""
    return {
        "route": "health.clinic-visit.lookup",
        "title": {"id": "Lihat kunjungan", "en": "Look up a visit"},
        "call": {"method": "POST", "path": PATH, "body": "clinic-visit-query@1"},
        "answer": "clinic-visit@1",
        "effect": "read",
        "providers": {
            "choose": {"table": "applications", "key": "body.application", "match": "exact"},
            "any_of": [make_line(one) for one in applications],
        },
        "limits": {"deadline": "5s", "body": "4KiB"},
    }
