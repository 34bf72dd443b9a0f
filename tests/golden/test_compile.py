"""What the checker says of files that read well but do not fit together, word for word.

A case changes the base federation: its first lines are `FILE: s/OLD/NEW/` (one replacement, OLD must be there exactly once), then
`=== NAME` begins an added file; a ruler of ten hyphens; the diagnostics. GOLDEN_UPDATE=1 writes the expected half anew.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from gateway.plan.load import read_and_build
from gateway.plan.render import render_text

HERE = Path(__file__).parent
CASES = sorted((HERE / "compile").glob("*.case"))
RULER = "----------\n"
CHANGE = re.compile(r"(\S+): s\|(.*?)\|(.*)\|")


def change_files(given: str, folder: Path) -> None:
    added: Path | None = None
    for line in given.splitlines(keepends=True):
        change = CHANGE.fullmatch(line.rstrip("\n"))
        if line.startswith("=== "):
            added = folder / line[4:].strip()
            added.parent.mkdir(parents=True, exist_ok=True)
        elif added is not None:
            with added.open("a", encoding="utf-8") as file:
                file.write(line)
        elif change is not None:
            path = folder / change[1]
            text = path.read_text(encoding="utf-8")
            old, new = change[2].replace("\\n", "\n"), change[3].replace("\\n", "\n")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            path.write_text(text.replace(old, new), encoding="utf-8")
        else:
            assert not line.strip(), line


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_checker_says_exactly_this(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, _, expected = case.read_text(encoding="utf-8").partition(RULER)
    folder = tmp_path / "base"
    shutil.copytree(HERE / "base", folder)
    change_files(given, folder)
    monkeypatch.chdir(folder)
    federation, built = read_and_build([Path(), *sorted(Path().glob("overlay*"))])
    said = render_text(built.diagnostics, federation.sources)
    if os.environ.get("GOLDEN_UPDATE"):
        case.write_text(given + RULER + said, encoding="utf-8")
    assert said == (case.read_text(encoding="utf-8").partition(RULER)[2] if os.environ.get("GOLDEN_UPDATE") else expected)
    assert (built.plan is None) == ("error[" in said), "an error and no plan go together"


def test_the_base_itself_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / "base")
    federation, built = read_and_build([Path()])
    assert (built.diagnostics, built.plan is not None) == ((), True)
    assert federation.of("route")


def test_no_case_is_clean() -> None:
    assert CASES
    assert [case.stem for case in CASES if not case.read_text(encoding="utf-8").partition(RULER)[2].strip()] == []
