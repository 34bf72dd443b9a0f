"""The papers tell the truth: made pages are up to date, links lead somewhere, YAML reads, and what a console shows is what comes out."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from gateway.cli import COMMANDS
from gateway.plan.codes import CODES
from gateway.plan.decode import decode_document
from gateway.plan.kinds import KINDS
from gateway.plan.read import make_source, read_trees
from gateway.translate.operators import SPECS
from gateway.values.faults import CATALOGUE
from gateway.values.meters import FAMILIES

ROOT = Path(__file__).parents[1]
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MANUAL = sorted([ROOT / "README.md", ROOT / "docs" / "mapping.md", *ROOT.glob("docs/manual/*.md")])
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^<!-- console: (?P<command>.+?) -->$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\((?P<to>[^)\s]+)\)")
MARK = "\x1e"
PATIENCE_S = 180


def load_writer() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("write_reference", str(ROOT / "scripts" / "write-reference"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@dataclass(frozen=True)
class Block:
    """A fenced block, or a hidden command: `info` is what stands behind the fence."""

    info: str
    text: str
    at: int

    @property
    def language(self) -> str:
        return self.info.split(" ")[0]

    @property
    def title(self) -> str:
        return next((word.removeprefix("title=") for word in self.info.split(" ") if word.startswith("title=")), "")


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = [Block(m["info"].strip(), m["text"], m.start()) for m in FENCE.finditer(text)]
    found += [Block("hidden", m["command"], m.start()) for m in HIDDEN.finditer(text)]
    return sorted(found, key=lambda block: block.at)


# --- made from the code


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    """Mended by `scripts/write-reference`."""
    stale = [name for name, text in load_writer().list_renderings().items() if (ROOT / name).read_text(encoding="utf-8") != text]
    assert stale == []


def test_every_made_table_stands_in_some_page() -> None:
    marked = {found["name"] for paper in PAPERS for found in load_writer().MARK.finditer(paper.read_text(encoding="utf-8"))}
    assert marked == set(load_writer().TABLES)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("docs/reference/faults.md", CATALOGUE),
        ("docs/reference/metrics.md", FAMILIES),
        ("docs/reference/cli.md", COMMANDS),
        ("docs/reference/yaml.md", KINDS),
        ("docs/manual/callers.md", [kind for kind in CATALOGUE if kind != "CALLER_GONE"]),
        ("docs/manual/callers.id.md", [kind for kind in CATALOGUE if kind != "CALLER_GONE"]),
        ("docs/manual/mappings.md", SPECS),
    ],
)
def test_the_reference_names_everything_once_more(page: str, names: list[str]) -> None:
    """Each is a heading or the first cell of a row."""
    text = (ROOT / page).read_text(encoding="utf-8")
    told = set(re.findall(r"^(?:#+ |\| \[?)`?([A-Za-z0-9_.-]+)`?", text, re.MULTILINE))
    assert set(names) - told == set()


# --- links


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_every_relative_link_leads_somewhere(paper: Path) -> None:
    text = FENCE.sub("", paper.read_text(encoding="utf-8"))
    broken = []
    for found in LINK.finditer(text):
        target, _, anchor = found["to"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (paper.parent / target).resolve() if target else paper
        if not there.exists() or (anchor and anchor not in anchors_of(there)):
            broken.append(found["to"])
    assert broken == []


def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_paper_of_the_manual_is_in_its_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [name_of(p) for p in ROOT.glob("docs/*/*.md") if f"({p.relative_to(ROOT / 'docs')})" not in index] == []


# --- what is named in code style exists


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "THREAT_MODEL.md"])
def test_every_path_that_a_paper_names_exists(name: str) -> None:
    """A test is named as `tests/…/test_x.py::test_y`; the function must be there too."""
    text = (ROOT / name).read_text(encoding="utf-8")
    missing = []
    for path, test in re.findall(r"`((?:gateway|tests|scripts|docs|routes|schemas|policies|seeds|bench)/[\w./-]*)(?:::(\w+))?`", text):
        file = ROOT / path
        if not file.exists() or (test and not re.search(rf"^\s*(?:async )?def {test}\(", file.read_text(encoding="utf-8"), re.MULTILINE)):
            missing.append(f"{path}::{test}" if test else path)
    assert missing == []


def test_the_architecture_is_read_in_one_go() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_every_diagnostic_code_that_a_paper_names_is_explained() -> None:
    named = {code for paper in PAPERS for code in re.findall(r"JB-[A-Z]+-[0-9]{3}", paper.read_text(encoding="utf-8"))}
    assert named - set(CODES) == set()


# --- YAML

YAML = [(paper, block) for paper in PAPERS for block in blocks_of(paper) if block.language == "yaml"]


@pytest.mark.parametrize(("paper", "block"), YAML, ids=[f"{name_of(paper)}-{block.at}" for paper, block in YAML])
def test_every_yaml_block_is_read(paper: Path, block: Block) -> None:
    """A block is whole documents; one marked `part` is a piece of a document and only has to be well-formed."""
    source, wrong = make_source("block.yaml", block.text.encode())
    for tree, diagnostics in read_trees(source):
        wrong += diagnostics
        if tree is not None and "part" not in block.info.split(" "):
            wrong += decode_document(tree)[1]
    assert wrong == []


@pytest.mark.parametrize("paper", MANUAL, ids=name_of)
def test_a_block_that_is_a_file_is_named_where_a_reader_sees_it(paper: Path) -> None:
    """What stands behind a fence is not shown: the name stands in the text above."""
    text = paper.read_text(encoding="utf-8")
    unseen = [b.title for b in blocks_of(paper) if b.title and f"`{b.title}`" not in FENCE.sub("", text[: b.at])]
    assert unseen == []


def test_what_a_page_changes_is_not_hidden() -> None:
    """Only waiting and ending may be done behind the reader's back: who pastes what is shown gets what is shown."""
    done = [b.text for paper in MANUAL for b in blocks_of(paper) if b.language == "hidden"]
    assert [text for text in done if not text.startswith(("for i in ", "kill ", "jembatan demo"))] == []


# --- consoles


@dataclass(frozen=True)
class Command:
    """A command of a page and the output that it shows."""

    text: str
    shown: tuple[str, ...]
    is_hidden: bool = False


def commands_of(block: Block) -> Iterator[Command]:
    if block.language == "hidden":
        yield Command(block.text, (), True)
        return
    words: list[str] = []
    shown: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if words:
                yield Command("\n".join(words), tuple(shown))
            words, shown = [line[2:]], []
        elif line.startswith("> ") and not shown:
            words.append(line[2:])
        else:
            shown.append(line)
    assert words, "a console begins with a command"
    yield Command("\n".join(words), tuple(shown))


def write_script(path: Path) -> tuple[str, list[Command]]:
    """Make one shell script of a page: its titled blocks become files, its consoles commands between marks."""
    lines = ["cleanup() { kill $(jobs -p) 2>/dev/null; wait; }", "trap cleanup EXIT"]
    commands: list[Command] = []
    for block in blocks_of(path):
        if block.title:
            lines += [
                f"mkdir -p {Path(block.title).parent}",
                f"cat > {block.title} <<'JEMBATAN_END'",
                block.text.rstrip("\n"),
                "JEMBATAN_END",
            ]
        elif block.language in ("console", "hidden"):
            for command in commands_of(block):
                lines += [f"printf '{MARK}%s\\n' {len(commands)}", command.text, f"printf '{MARK}%s\\n' \"end $?\""]
                commands.append(command)
    return "\n".join(lines) + "\n", commands


def free_port() -> int:
    """Take a port below the range from which the system gives ports away."""
    while True:
        port = random.randint(18_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def run_script(script: str, place: Path) -> str:
    keep = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**keep, "PATH": path, "HOME": str(place), "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        ["bash", "-c", script], cwd=place, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        return process.communicate(timeout=PATIENCE_S)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def expect(shown: tuple[str, ...]) -> re.Pattern[str]:
    """Make the pattern of an output: `…` stands for anything in a line, and alone in a line for any lines."""
    parts = [r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(re.escape(piece) for piece in line.split("…")) + r"\n" for line in shown]
    return re.compile("".join(parts))


CONSOLES = [path for path in MANUAL if any(block.language == "console" for block in blocks_of(path))]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages call with curl")
@pytest.mark.parametrize("path", CONSOLES, ids=name_of)
def test_what_a_console_shows_comes_out(path: Path, tmp_path: Path) -> None:
    """Every command of a page is run, in order, in one empty folder; one that shows nothing must succeed."""
    script, commands = write_script(path)
    ports = {"8080": str(free_port()), "9090": str(free_port())}
    for usual, taken in ports.items():
        script = script.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{taken}")
    output = run_script(script, tmp_path)
    for usual, taken in ports.items():
        output = output.replace(f"127.0.0.1:{taken}", f"127.0.0.1:{usual}")
    for number, command in enumerate(commands):
        found = re.search(rf"{MARK}{number}\n(.*?)(?:\n)?{MARK}end (\d+)\n", output, re.DOTALL)
        assert found, f"`{command.text}` did not come to its end:\n{output}"
        said = found[1] + "\n" if found[1] else ""
        if command.shown:
            assert expect(command.shown).fullmatch(said), f"`{command.text}` said:\n{said}\nthe page says:\n" + "\n".join(command.shown)
        else:
            assert found[2] == "0", f"`{command.text}` ended with {found[2]}:\n{said}"


def test_a_console_that_lies_is_found_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one two\none …\n$ printf 'a\\nb\\nc\\n'\na\n…\nc\n$ false\n```\n", encoding="utf-8")
    script, commands = write_script(page)
    output = run_script(script, tmp_path)
    assert f"{MARK}0\none two\n{MARK}end 0\n{MARK}1\na\nb\nc\n{MARK}end 0\n{MARK}2\n{MARK}end 1\n" in output
    assert expect(commands[0].shown).fullmatch("one two\n") and not expect(commands[0].shown).fullmatch("two\n")
    assert expect(commands[1].shown).fullmatch("a\nb\nc\n") and not expect(commands[1].shown).fullmatch("a\nb\n")
