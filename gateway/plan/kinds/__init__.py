"""The kinds of documents and their keys, one table; whoever adds a kind adds a line here.

Laws: 1. Each key has one specification, from which decoder, messages, editors' schemas and the reference page are made.
2. What comes later stands here too, marked so: it is refused as "not yet", never ignored.
Must not know: YAML, positions.
"""

from __future__ import annotations

from ...values.keys import KindSpec
from .agency import AGENCY_KIND, SERVICE
from .app import APP
from .gateway import GATEWAY, ISSUER
from .journey import JOURNEY
from .mapping import CODELIST, MAPPING, SCHEMA
from .policy import FAULT, POLICY, PURPOSE
from .route import ROUTE
from .table import TABLE
from .upstream import UPSTREAM

KINDS: dict[str, KindSpec] = {
    kind.name: kind
    for kind in (
        *(GATEWAY, ISSUER, AGENCY_KIND, SERVICE, TABLE, UPSTREAM, ROUTE, JOURNEY, MAPPING, CODELIST, SCHEMA, PURPOSE, POLICY, FAULT),
        APP,
    )
}
