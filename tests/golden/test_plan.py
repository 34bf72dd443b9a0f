"""What the checker says of wrong files, word for word.

A case is files, a ruler of ten hyphens, and the diagnostics as text. A line `=== NAME` begins a file; `=== NAME escaped` one written with
Python's escapes, `=== NAME -> TARGET` a link; without any, all is routes/case.yaml. A line `bound: NAME N` lowers a bound of reading.
With GOLDEN_UPDATE=1 the expected half is written anew, to be read before it is committed.
"""

import os
import re
from pathlib import Path

import pytest

from gateway.plan import decode, read
from gateway.plan.federation import read_federation
from gateway.plan.render import render_text

CASES = sorted((Path(__file__).parent / "plan").glob("*.case"))
RULER = "----------\n"


def split_case(text):
    given, _, expected = text.partition("\n" + RULER)
    return given + "\n", expected


def write_files(given, folder):
    name, kind, lines = "routes/case.yaml", "", []
    for line in [*given.splitlines(keepends=True), "=== \n"]:
        if not line.startswith("=== "):
            lines.append(line)
            continue
        if lines:
            write_file(folder / name, kind, "".join(lines))
        name, _, kind = line[4:].strip().partition(" ")
        lines = []
        if kind.startswith("->"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(kind[3:])


def write_file(path, kind, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode().decode("unicode_escape").encode("latin-1") if kind == "escaped" else text.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_checker_says_exactly_this(case, tmp_path, monkeypatch):
    given, expected = split_case(case.read_text(encoding="utf-8"))
    for name, number in re.findall(r"^bound: (\w+) (\d+)$", given, re.MULTILINE):
        for room in (read, decode):
            monkeypatch.setattr(room, name, int(number), raising=False)
    write_files(re.sub(r"^bound: .*\n", "", given, flags=re.MULTILINE), tmp_path)
    monkeypatch.chdir(tmp_path)
    federation = read_federation([Path()])
    said = render_text(federation.diagnostics, federation.sources)
    if os.environ.get("GOLDEN_UPDATE"):
        case.write_text(given.rstrip("\n") + "\n" + RULER + said, encoding="utf-8")
    else:
        assert said == expected
