"""An entry as JSON and back."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given

from gateway.catalogue.entry import LIFECYCLES, OUTCOMES, App, Field, Text
from gateway.catalogue.form import CLASSES, INTERFACE_KINDS, KEYS, Malformed, read_app, write_app
from gateway.plan.kinds import app as kind
from tests.unit.catalogue.strategies import apps

LEAST = {"app": "a.b", "owner": "a", "title": {"id": "Judul"}}


@given(apps)
def test_what_is_written_is_read_as_the_same_entry(app: App) -> None:
    assert read_app(orjson.loads(orjson.dumps(write_app(app)))) == app


def test_what_is_empty_is_not_written() -> None:
    assert write_app(App("a.b", "a", Text("Judul"))) == {**LEAST, "lifecycle": "live"}


def test_a_text_alone_is_indonesian_and_a_field_may_be_its_name() -> None:
    app = read_app({**LEAST, "title": "Judul", "fields": ["nik"]})
    assert (app.title, app.fields) == (Text("Judul"), (Field("nik"),))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"app": "A B"}, "/app"),
        ({"app": "a" * 101}, "/app"),
        ({"owner": None}, "/owner"),
        ({"title": {}}, "/title"),
        ({"title": {"fr": "x"}}, "/title/fr"),
        ({"title": 7}, "/title"),
        ({"colour": 1}, "/colour"),
        ({"class": "umum"}, "/class"),
        ({"lifecycle": "alive"}, "/lifecycle"),
        ({"users": True}, "/users"),
        ({"users": -1}, "/users"),
        ({"users": 1.5}, "/users"),
        ({"cost": {"rupiah": 10**16}}, "/cost/rupiah"),
        ({"cost": {"year": 202}}, "/cost/year"),
        ({"inputs": "x"}, "/inputs"),
        ({"inputs": [1]}, "/inputs/0"),
        ({"inputs": ["x"] * 2001}, "/inputs"),
        ({"function": "x" * 4001}, "/function"),
        ({"fields": [{"type": "x"}]}, "/fields/0/name"),
        ({"fields": ["nik", "nik"]}, "/fields/1"),
        ({"interfaces": [{"openapi": "x", "wsdl": "y"}]}, "/interfaces/0"),
        ({"interfaces": [{}]}, "/interfaces/0"),
        ({"decided": {"outcome": "reuse", "by": "x"}}, "/decided"),
        ({"decided": {"outcome": "no", "by": "x", "reason": "y"}}, "/decided/outcome"),
    ],
)
def test_what_no_entry_can_be_is_refused_with_its_pointer(change: dict[str, object], pointer: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_app({**LEAST, **change})
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("key", LEAST)
def test_id_owner_and_title_must_be_said(key: str) -> None:
    with pytest.raises(Malformed, match="missing"):
        read_app({name: value for name, value in LEAST.items() if name != key})


def test_the_kind_of_documents_and_the_entry_know_the_same_words() -> None:
    names = {key.name for key in kind.APP.body.keys}
    assert names | {"app"} == set(KEYS)
    assert (kind.LIFECYCLES, kind.OUTCOMES, kind.INTERFACES) == (LIFECYCLES, OUTCOMES, INTERFACE_KINDS)
    assert set(CLASSES) == {"shared", "special"}
