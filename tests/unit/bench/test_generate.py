"""The made-up federation is the same each time, and one that check passes; the load's script holds any text."""

from __future__ import annotations

from bench.generate import list_paths, write_federation
from bench.inside import count_reads, draw_calls
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
    calls = [("GET", "/service0/v1/things0"), ("GET", "/service0/v1/things2/7"), ("PUT", "/service0/v1/things3/7/parts/8")]
    assert [count_reads(routes, [call]) for call in calls for routes in (8, 400)] == [
        count_reads(8, [call]) for call in calls for _ in range(2)
    ]


def test_drawn_calls_are_seeded_and_hold_misses():
    """A seed stands for its calls; some of them find nothing."""
    calls = draw_calls(list_paths(12), 200, 1)
    assert calls == draw_calls(list_paths(12), 200, 1)
    assert sum(method == "DELETE" for method, _ in calls) == 4
    assert sum(path.endswith("/none/such") for _, path in calls) == 10


def test_a_script_holds_any_text_as_text():
    """Quotes, backslashes and line ends of a body do not end the script's string."""
    assert 'wrk.body = "a\\034b\\092c\\010\\195\\169"' in write_script(Call("POST", "/x", (), 'a"b\\c\né'))
