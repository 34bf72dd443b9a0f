"""Synthetic entries for laws."""

from __future__ import annotations

from hypothesis import strategies as st

from gateway.catalogue.entry import LIFECYCLES, OUTCOMES, App, Decision, Field, Interface, Text
from gateway.catalogue.intake.cells import EMPTY

signs = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("=+-@';,|[]\"<:.\n"), min_size=1, max_size=20
)
texts = signs.map(str.strip).filter(lambda text: text.lower() not in EMPTY and not text.startswith("\x00"))
maybe = st.just("") | texts
ids = st.from_regex(r"[a-z][a-z0-9]{0,5}(\.[a-z0-9]{1,5})?", fullmatch=True)
lists = st.lists(texts, max_size=3, unique=True).map(tuple)
fields = st.lists(st.builds(Field, texts, maybe, maybe, maybe), max_size=4, unique_by=lambda each: (each.group, each.name)).map(tuple)
interfaces = st.lists(
    st.builds(Interface, st.sampled_from(["openapi", "wsdl", "ddl"]), texts, lists), max_size=2, unique_by=lambda each: each.kind
).map(tuple)
apps = st.builds(
    App,
    id=ids,
    owner=ids,
    title=st.builds(Text, texts, maybe),
    description=st.builds(Text, maybe, maybe),
    function=maybe,
    app_class=st.sampled_from([None, "shared", "special"]),
    sector=maybe,
    lifecycle=st.sampled_from(LIFECYCLES),
    users=st.none() | st.integers(0, 10**9),
    cost_rupiah=st.none() | st.integers(0, 10**15),
    cost_year=st.none() | st.integers(1990, 2100),
    legal_basis=lists,
    inputs=lists,
    outputs=lists,
    fields=fields,
    masters=lists,
    interfaces=interfaces,
    consumes=lists,
    contacts=lists,
    successor=st.just("") | ids,
    decided=st.none() | st.builds(Decision, st.sampled_from(OUTCOMES), texts, texts, st.sampled_from(["", "2027-01-31"])),
)
