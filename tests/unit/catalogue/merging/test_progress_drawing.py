"""A drawing of weeks says in words what it shows, and escapes what an owner wrote. All figures are made up."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from gateway.catalogue.merging.progress_drawing import Row, draw_rows

SVG = "{http://www.w3.org/2000/svg}"


def test_each_row_has_a_bar_a_week_its_name_and_its_ends_and_the_tallest_bar_is_the_most() -> None:
    drawn = ET.fromstring(
        draw_rows(
            [Row("live <b>", (4, 8, 0), ("4", "0"), "four to none"), Row("gone", (0, 0, 0), ("0", "0"), "none")], ("a", "b"), "Of & us"
        )
    )
    bars = [float(one.attrib["height"]) for one in drawn.iter(f"{SVG}rect")]
    assert bars == [28.0, 56.0, 0.0, 0.0, 0.0, 0.0]
    assert drawn.attrib["role"] == "img" and drawn.findtext(f"{SVG}title") == "Of & us; four to none; none"
    assert [one.text for one in drawn.iter(f"{SVG}text")] == ["live <b>", "4", "0", "gone", "0", "0", "a", "b"]
