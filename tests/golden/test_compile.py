"""What the checker says of files that read well but do not fit together, word for word.

A case changes the base federation, and with a line `+ families` or `+ gather` what stands there too, with `instead: writing` the
playbook's federation of journeys that write: its first lines are `FILE: s|OLD|NEW|` (one replacement, OLD must be there exactly once);
`$ NAME=VALUE` puts a word into the environment, in which references are then looked up (`$` alone: an empty one); `bound: N` lowers the
bound on series; `against: base` compares with the base as the former state; then `=== NAME` begins an added file; a ruler of ten hyphens;
the diagnostics. GOLDEN_UPDATE=1 writes the expected half anew.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.plan import build
from gateway.plan.against import check_against
from gateway.plan.codes import CODES
from gateway.plan.federation import read_federation
from gateway.plan.former import compare_with_former
from gateway.plan.load import read_and_build
from gateway.plan.render import render_text
from gateway.plan.under_way import check_under_way

HERE = Path(__file__).parent
WRITING = HERE.parent / "playbook" / "writing"
CASES = sorted((HERE / "compile").glob("*.case"))
RULER = "----------\n"
AGAINST = "against: base\n"
OF_SCREENING = {"JB-APP-003", "JB-APP-005"}  # said by `catalogue screen`: tests/unit/cli/test_gate.py
COUNTS = re.compile(r"[0-9]+(?= series| cells of series)")  # they grow with every new family
CHANGE = re.compile(r"(\S+): s\|(.*?)\|(.*)\|")


def change_files(given: str, folder: Path) -> tuple[dict[str, str] | None, int]:
    """Change the base as a case says; give its environment (None = nothing is looked up) and its bound on series."""
    added: Path | None = None
    environment: dict[str, str] | None = None
    bound = build.SERIES_MAX
    for line in given.splitlines(keepends=True):
        change = CHANGE.fullmatch(line.rstrip("\n"))
        if line.startswith("=== "):
            added = folder / line[4:].strip()
            added.parent.mkdir(parents=True, exist_ok=True)
        elif added is not None:
            with added.open("a", encoding="utf-8") as file:
                file.write(line)
        elif line.strip() in ("+ families", "+ gather"):
            shutil.copytree(HERE / line.strip()[2:], folder, dirs_exist_ok=True)
        elif line.strip() == "instead: writing":
            shutil.rmtree(folder)
            shutil.copytree(WRITING, folder)
        elif line.startswith("$"):
            environment = environment or {}
            name, is_given, value = line[1:].strip().partition("=")
            environment |= {name: value.encode().decode("unicode_escape")} if is_given else {}
        elif line.startswith("bound: "):
            bound = int(line[7:])
        elif change is not None:
            path = folder / change[1]
            text = path.read_text(encoding="utf-8")
            old, new = change[2].replace("\\n", "\n"), change[3].replace("\\n", "\n")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            path.write_text(text.replace(old, new), encoding="utf-8")
        else:
            assert line in ("\n", AGAINST), line
    return environment, bound


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_checker_says_exactly_this(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, _, expected = case.read_text(encoding="utf-8").partition(RULER)
    folder = tmp_path / "base"
    shutil.copytree(HERE / "base", folder)
    environment, bound = change_files(given, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(build, "SERIES_MAX", bound)
    federation, built = read_and_build([Path(), *sorted(Path().glob("overlay*"))], environment)
    former, day = read_federation([WRITING if "instead: writing\n" in given else HERE / "base"]), date(2027, 6, 30)
    compared = (*compare_with_former(federation, former), *check_against(federation, former, day), *check_under_way(federation, former))
    found = compared if AGAINST in given else ()
    said = COUNTS.sub("many", render_text((*built.diagnostics, *found), federation.sources))
    if os.environ.get("GOLDEN_UPDATE"):
        case.write_text(given + RULER + said, encoding="utf-8")
    assert said == (case.read_text(encoding="utf-8").partition(RULER)[2] if os.environ.get("GOLDEN_UPDATE") else expected)
    assert (built.plan is None) == any(each.severity == "error" for each in built.diagnostics), "an error and no plan go together"


def test_the_base_itself_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / "base")
    federation, built = read_and_build([Path()])
    assert (built.diagnostics, built.plan is not None) == ((), True)
    assert federation.of("route")


def test_no_case_is_clean() -> None:
    assert CASES
    assert [case.stem for case in CASES if not case.read_text(encoding="utf-8").partition(RULER)[2].strip()] == []


def test_every_code_that_is_used_has_a_row_and_every_row_is_used() -> None:
    room = Path(build.__file__).parents[1]
    rows = {room / "plan" / "codes.py", room / "plan" / "code_rows.py"}
    texts = [path.read_text(encoding="utf-8") for path in room.rglob("*.py") if path not in rows]
    used = {code for text in texts for code in re.findall(r"JB-[A-Z]+-[0-9]+", text)}
    assert (used - set(CODES), set(CODES) - used) == (set(), set())
    assert all(re.fullmatch(r"JB-[A-Z]{3}-[0-9]{3}", code) for code in CODES)


def test_every_code_is_shown_by_a_case() -> None:
    shown = {code for path in HERE.glob("*/*.case") for code in re.findall(r"^(?:error|warning)\[(.+?)\]", path.read_text("utf-8"), re.M)}
    assert set(CODES) - shown == OF_SCREENING


@pytest.mark.parametrize("case", sorted((HERE / "formats").glob("*.case")), ids=lambda path: path.stem)
def test_check_prints_exactly_this_in_every_format(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The case's expected half is made of one part a format, each below a line `=== FORMAT`, as the command prints it."""
    given, _, expected = case.read_text(encoding="utf-8").partition(RULER)
    folder = tmp_path / "base"
    shutil.copytree(HERE / "base", folder)
    change_files(given, folder)
    monkeypatch.chdir(folder)
    said = ""
    for form in ("text", "json", "github", "sarif"):
        code = main(["check", "--format", form])
        said += f"=== {form}\n{capsys.readouterr().out}"
        assert code == ("error[" in said), "an error and the exit code go together"
    said = COUNTS.sub("many", said)
    if os.environ.get("GOLDEN_UPDATE"):
        case.write_text(given + RULER + said, encoding="utf-8")
    else:
        assert said == expected
