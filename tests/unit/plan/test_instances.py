"""Mappings with parameters in a federation: instances, and the uses of them in routes."""

import shutil
from pathlib import Path

from gateway.plan.federation import read_federation
from gateway.plan.load import read_and_build
from gateway.plan.notes import Notes
from gateway.plan.shelf import fill_shelf

BASE = Path(__file__).parents[2] / "golden" / "base"
CHANGES = (
    ("schemas", "AGAMA: {type: string}}", "AGAMA: {type: string}, JAM: {type: string, format: datetime-DD/MM/YYYY-HH:mm}}"),
    ("schemas", "  faith: {type", "  seen: {type: string, format: date-time, x-class: personal}\n  faith: {type"),
    ("schemas", "fields: {nik: NIK, name: NAMA}", "params: {zone: clock@1}\nfields: {nik: NIK, name: NAMA, seen: {from: JAM, via: "
     '[{datetime: {form: "DD/MM/YYYY HH:mm", zone: param.zone}}]}}'),
    ("schemas", "schema: person-key@1", "schema: clock@1\nversion: 1.0.0\ntype: string\nenum: [WIB, WIT]\n---\nschema: person-key@1"),
    ("routes", "{mapping: dukcapil/warga}", "{mapping: {use: dukcapil/warga, zone: {const: WIT}}}"),
)  # fmt: skip


def make(tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(BASE, folder)
    for part, old, new in CHANGES:
        path = folder / part / "base.yaml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_finite_type_has_all_its_instances_and_equal_values_make_one(tmp_path):
    notes = Notes()
    shelf = fill_shelf(read_federation([make(tmp_path)]), notes)
    assert notes.diagnostics == []
    assert sorted(shelf.mappings) == ["dukcapil/warga(zone=WIB)", "dukcapil/warga(zone=WIT)"]
    before = shelf.mappings["dukcapil/warga(zone=WIT)"]
    assert shelf.instances.find_instance("dukcapil/warga", {"zone": "WIT"}) == "dukcapil/warga(zone=WIT)"
    assert shelf.mappings["dukcapil/warga(zone=WIT)"] is before


def test_a_routes_instance_is_compiled_and_counted_under_the_familys_name(tmp_path):
    _, built = read_and_build([make(tmp_path)])
    assert [each for each in built.diagnostics if each.severity == "error"] == []
    names = {
        row.labels[0] for row in built.plan.layout.series if row.family in ("jembatan_translations_total", "jembatan_dropped_fields_total")
    }
    assert names == {"dukcapil/warga"}
