"""The verdict of a whole check is used only for exactly what was checked, by exactly what checks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from gateway.cli import main
from gateway.plan import load, verdict
from gateway.plan.load import check_federation

BASE = Path(__file__).parents[2] / "golden" / "base"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the base federation with one warning, checked once."""
    folder = tmp_path / "base"
    shutil.copytree(BASE, folder)
    monkeypatch.chdir(folder)
    policy = Path("policies/base.yaml")
    policy.write_text(policy.read_text("utf-8").split("---\npolicy")[0], "utf-8")
    _, found = check_federation([Path()], None, Path("cache"))
    assert [each.code for each in found.diagnostics] == ["JB-POL-092"]
    return folder


@pytest.fixture
def builds(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry a compilation from now on."""
    made: list[int] = []
    build = load.build_plan

    def count(*arguments: object) -> object:
        made.append(1)
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "build_plan", count)
    return made


def kept_file() -> Path:
    (found,) = Path("cache").glob("*.verdict")
    return found


def test_the_same_federation_is_not_compiled_again_and_says_the_same(builds: list[int]) -> None:
    again = check_federation([Path()], None, Path("cache"))[1]
    anew = check_federation([Path()])[1]
    assert (again, len(builds)) == (anew, 1)


def poison(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"JB-POL-092", b"JB-POL-091"))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def open_to_others(path: Path) -> None:
    path.chmod(0o666)


def put_anothers(path: Path) -> None:
    """The entry of another federation, whole and well-formed, under this one's name."""
    federation, found = check_federation([Path()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdict, "_key", lambda federation: "another")
        verdict.keep_verdict(Path("cache"), federation, found)


@pytest.mark.parametrize("harm", [poison, truncate, empty, open_to_others, put_anothers])
def test_a_harmed_entry_is_noticed_and_made_anew(builds: list[int], harm: Callable[[Path], None]) -> None:
    harm(kept_file())
    builds.clear()
    found = check_federation([Path()], None, Path("cache"))[1]
    assert ([each.code for each in found.diagnostics], len(builds)) == (["JB-POL-092"], 1)


def test_another_checker_checks_anew(builds: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "whole_version", lambda: "another")
    check_federation([Path()], None, Path("cache"))
    assert len(builds) == 1


@pytest.mark.parametrize(
    "change", [("routes/base.yaml", "# a note\n"), ("schemas/base.yaml", "# a note\n"), ("routes/new.yaml", "# new\n")]
)
def test_a_changed_or_added_file_is_checked_anew(builds: list[int], change: tuple[str, str]) -> None:
    with Path(change[0]).open("a", encoding="utf-8") as file:
        file.write(change[1])
    check_federation([Path()], None, Path("cache"))
    assert len(builds) == 1


def test_what_has_errors_is_never_kept(builds: list[int]) -> None:
    route = Path("routes/base.yaml")
    route.write_text(route.read_text("utf-8").replace("answer: person@1", "answer: persom@1"), "utf-8")
    for _ in range(2):
        found = check_federation([Path()], None, Path("cache"))[1]
        assert [each.code for each in found.diagnostics if each.severity == "error"] == ["JB-REF-003"]
    assert len(builds) == 2


def test_secrets_are_looked_up_every_time(builds: list[int]) -> None:
    found = check_federation([Path()], {}, Path("cache"))[1]
    assert "JB-SEC-004" in [each.code for each in found.diagnostics]
    assert len(builds) == 1


def test_the_command_keeps_its_cache_beside_the_federation_unless_told_not_to(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--no-cache", "--format", "json"]) == 0
    assert not Path(".jembatan").exists()
    first = capsys.readouterr().out
    assert main(["check", "--format", "json"]) == main(["check", "--format", "json"]) == 0
    assert len(list(Path(".jembatan/cache").glob("*.verdict"))) == 1
    assert capsys.readouterr().out == first * 2
    assert [each["code"] for each in orjson.loads(first)] == ["JB-POL-092"]
