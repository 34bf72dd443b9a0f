"""Reading a dialect's `paging:`: its style and where the parts of it stand.

Laws: each style has its words; what a style needs and lacks, or has and does not understand, is a problem.
Must not know: how a page is asked for or cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .mapping_forms import read_path
from .paths import Segments

CODE_PAGING = "JB-LST-001"
SIZE_MAX = 1_000
_TOKEN: Json = {"type": ["string", "integer"]}
_COUNT: Json = {"type": "integer"}

# what bindings may send, by style; the first is the position, without which every page would be the first
SENT: Mapping[str, Mapping[str, Json]] = {
    "page": {"number": _COUNT, "size": _COUNT},
    "offset": {"offset": _COUNT, "size": _COUNT},
    "cursor": {"cursor": _TOKEN, "size": _COUNT},
    "none": {},
}
# the keys that a style takes beside `style`, `items` and `single`
_KEYS: Mapping[str, tuple[str, ...]] = {
    "page": ("size_max", "query", "first", "total", "more"),
    "offset": ("size_max", "query", "total", "more"),
    "cursor": ("size_max", "query", "next", "more"),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class Paging:
    """A `paging:`, compiled.

    Shape: `items` is the path of the elements in the payload; `total`, `more` and `next` are paths in the whole answer; `query` binds the
    provider's query names to `page.…`.
    """

    style: str = "none"
    first: int = 1
    size_max: int = SIZE_MAX
    query: Mapping[str, str] = field(default_factory=dict)
    items: Segments = ()
    total: Segments | None = None
    more: Segments | None = None
    next: Segments | None = None
    is_single: bool = False

    @property
    def is_probed(self) -> bool:
        """Say whether the end is found by asking for one element more than wanted: nothing in the answer tells it."""
        return self.style == "offset" and self.total is None and self.more is None

    @property
    def position(self) -> str:
        """Give the name below `page.` that carries the position; empty where there is none."""
        return next(iter(SENT[self.style]), "")

    @property
    def shape(self) -> Json:
        """Give what stands below the root `page.`, as a JSON Schema; None where nothing does."""
        sent = SENT[self.style]
        required = [name for name in sent if name != "cursor"]
        return {"type": "object", "properties": dict(sent), "required": required} if sent else None


def dig_path(document: Json, path: Segments) -> Json:
    """Give what stands at a path; None where nothing does."""
    for segment in path:
        document = document.get(segment) if isinstance(document, dict) else None
    return document


def parse_paging(given: Json, items: Json = None) -> tuple[Paging, tuple[Problem, ...]]:
    """Read a `paging:` that was decoded; problems point into it.

    Shape: `items` is what a route says instead of the dialect.
    """
    problems: list[Problem] = []
    given = given or {}
    style = given.get("style", "none")
    strange = [key for key in given if key not in ("style", "items", "single", *_KEYS[style])]
    problems += [Problem((key,), CODE_PAGING, f"`{key}` means nothing in the style {style}", "take it out", True) for key in strange]
    problems += _find_missing(style, given)
    problems += _check_query(style, given.get("query") or {})
    paths = {key: read_path(given[key], (key,), problems) for key in ("total", "more", "next") if given.get(key)}
    stand = given.get("items") if items is None else items
    read = Paging(
        style=style,
        first=given.get("first", 1),
        size_max=given.get("size_max") or SIZE_MAX,
        query=given.get("query") or {},
        items=(read_path(stand, ("items",), problems) or ()) if stand else (),
        is_single=bool(given.get("single")),
        **paths,
    )
    return read, tuple(problems)


def _find_missing(style: str, given: Json) -> list[Problem]:
    tells = [key for key in ("total", "more") if given.get(key)]
    rows = (
        (style != "none" and not given.get("size_max"), (), f"the style {style} says how much a page holds", "size_max: 100"),
        (style == "page" and not tells, (), "the style page says where the end is told", "total: meta.total, or more: meta.more"),
        (style == "cursor" and not given.get("next"), (), "the style cursor says where the next cursor stands", "next: paging.next"),
        ({"total", "more"} <= set(tells), ("more",), "`total` and `more` both tell the end", "keep one of them"),
        (
            style == "offset" and not tells and given.get("size_max") == 1,
            ("size_max",),
            "with one element a page nothing tells where the end is",
            "total: meta.total, or more: meta.more",
        ),
    )
    return [Problem(at, CODE_PAGING, message, hint) for is_wrong, at, message, hint in rows if is_wrong]


def _check_query(style: str, query: Mapping[str, Json]) -> list[Problem]:
    problems: list[Problem] = []
    known = [f"page.{name}" for name in SENT[style]]
    for name, source in query.items():
        at: Path = ("query", name)
        if source not in known:
            hint = suggest_name(str(source), known) or f"known here: {', '.join(known) or 'nothing'}"
            problems.append(Problem(at, CODE_PAGING, f"{source} is nothing that the style {style} sends", hint))
    return problems
