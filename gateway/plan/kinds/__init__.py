"""The kinds of documents and their keys, one table; whoever adds a kind adds a line here.

Laws: 1. Each key has one specification, from which decoder, messages, editors' schemas and the reference page are made.
2. What comes later stands here too, marked so: it is refused as "not yet", never ignored.
Must not know: YAML, positions.
"""

from __future__ import annotations

from ...values.keys import OPEN, KindSpec, Record
from .agency import AGENCY_KIND, SERVICE
from .app import APP
from .common import PLAIN_ID, ROUTE_ID
from .gateway import GATEWAY, ISSUER
from .mapping import CODELIST, MAPPING, SCHEMA
from .policy import FAULT, POLICY, PURPOSE
from .route import ROUTE
from .upstream import UPSTREAM

_ANYTHING = Record((), rest=OPEN)
_LATER = (
    KindSpec("journey", ROUTE_ID, _ANYTHING, "One operation composed of calls to many agencies.", later=True),
    KindSpec("table", PLAIN_ID, _ANYTHING, "Typed columns over a CSV file, for what repeats.", later=True),
)

KINDS: dict[str, KindSpec] = {
    kind.name: kind
    for kind in (GATEWAY, ISSUER, AGENCY_KIND, SERVICE, UPSTREAM, ROUTE, MAPPING, CODELIST, SCHEMA, PURPOSE, POLICY, FAULT, APP, *_LATER)
}
