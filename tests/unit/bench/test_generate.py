"""The made-up federation is the same each time, and one that check passes; the load's script holds any text."""

from __future__ import annotations

from array import array

from bench.generate import list_paths, make_call, write_federation
from bench.inside import count_reads, draw_routes
from bench.load import Call, write_script
from gateway.plan.load import read_and_build


def test_the_same_numbers_give_the_same_files(tmp_path):
    """Figures of two runs speak of the same federation."""
    for name in ("a", "b"):
        write_federation(tmp_path / name, 60, 8)
    files = [
        sorted((path.relative_to(root), path.read_bytes()) for path in root.rglob("*.yaml")) for root in (tmp_path / "a", tmp_path / "b")
    ]
    assert files[0] == files[1]
    assert len(files[0]) > 4


def test_it_compiles_with_as_many_routes_as_asked_for(tmp_path):
    """What is measured is a federation without a mistake."""
    write_federation(tmp_path / "f", 60, 8)
    built = read_and_build([tmp_path / "f"])[1]
    assert [each.message for each in built.diagnostics] == []
    assert built.plan is not None
    assert len(built.plan.routes) == 60


def test_a_match_reads_as_many_tables_whatever_the_number_of_routes():
    """The cost of a match is that of its path, not of the table."""
    for number in range(4):
        one = array("I", [number])
        assert count_reads(400, one) == count_reads(8, one) > 0


def test_what_is_drawn_is_seeded_and_made_as_it_is_listed():
    """A seed stands for its calls, and a call fits the template of its route."""
    drawn = draw_routes(12, 200, 1)
    assert drawn == draw_routes(12, 200, 1)
    for number, (method, template) in enumerate(list_paths(12)):
        filled = template.replace("{id}", "7").replace("{part}", "8")
        assert make_call(number) == (method, filled)


def test_a_script_holds_any_text_as_text():
    """Quotes, backslashes and line ends of a body do not end the script's string."""
    assert 'wrk.body = "a\\034b\\092c\\010\\195\\169"' in write_script(Call("POST", "/x", (), 'a"b\\c\né'))
