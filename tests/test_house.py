"""The house: rooms import only rooms before them, no cycles, caps on size, no forbidden words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    ("values",), ("routing",), ("schema",), ("translate",), ("policy",), ("traffic",), ("exchange",), ("journey",),
    ("plan",), ("catalogue",),
    ("wire", "stores", "observe", "manage"), ("channel",), ("worker",), ("nursery",), ("supervisor",), ("sandbox",), ("cli",),
)  # fmt: skip
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
FILES = sorted((ROOT / "gateway").rglob("*.py"))
CAPS = {"body": 40, "branches": 10, "nesting": 3}
MODULE_LINES_MAX = 400
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.ExceptHandler, ast.IfExp, ast.BoolOp, ast.comprehension, ast.match_case)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_imports(path: Path) -> set[str]:
    """Give the modules of the house that a module imports, also those for types only."""
    known = {name_of(file) for file in FILES}
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return (found & known) - {name_of(path)}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else None


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    here = room_of(name_of(path))
    if here is None:
        return
    assert here in FLOOR, f"{here} is no room of the house"
    for module in read_imports(path):
        there = room_of(module)
        if there is not None and there != here:
            assert FLOOR[there] < FLOOR[here], f"{name_of(path)} imports {module}"


def test_no_import_cycles() -> None:
    graph = {name_of(path): read_imports(path) for path in FILES}
    done: set[str] = set()
    while ready := [name for name, needs in graph.items() if name not in done and needs <= done]:
        done |= set(ready)
    assert sorted(set(graph) - done) == []


def measure_nesting(node: ast.AST, depth: int = 0) -> int:
    deepest = depth
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                continue
            is_elif = isinstance(node, ast.If) and field == "orelse" and isinstance(child, ast.If)
            deepest = max(deepest, measure_nesting(child, depth + (isinstance(child, BLOCKS) and not is_elif)))
    return deepest


def own_nodes(function: ast.AST) -> list[ast.AST]:
    found, stack = [], list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
    return found


def measure(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, int]:
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    return {"body": lines, "branches": sum(isinstance(n, BRANCHES) for n in own_nodes(function)), "nesting": measure_nesting(function)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_and_modules_keep_their_caps(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    over = [
        f"{path.name}:{node.lineno} {node.name}: {name} {size}"
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and "# house:" not in lines[node.lineno - 1]
        for name, size in measure(node).items()
        if size > CAPS[name]
    ]
    assert over == []
    assert len(lines) <= MODULE_LINES_MAX or any("# house:" in line for line in lines[:5]), f"{len(lines)} lines"
    assert len(lines) <= 20 or ast.get_docstring(tree), "no module docstring"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_vague_names_stay_out(path: Path) -> None:
    names = [node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, (*FUNCTIONS, ast.ClassDef))]
    vague = re.compile(r"(?i)manager|helper|util(s|ity)?$")
    assert [name for name in [*names, path.stem] if vague.search(name)] == []
