"""From a method and a path to a route: compile and match.

Holds: the table of templates and its interpreter.
Laws: 1. The cost of a match depends on the path's segments, never on the number of routes. 2. Precedence is by segment, from
the left: a literal before a parameter; no order of declaration matters. 3. Two routes that could answer the same method and
path with the same precedence are refused when the table is made. 4. A parameter takes one whole, non-empty segment.
Must not know: callers, bodies, types of parameters.
Source: RFC 9110 9.3.2 (HEAD as GET), 15.5.5, 15.5.6; RFC 3986 3.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from .values.faults import CATALOGUE, Fault, Refused
from .values.route import Match, Route

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PLACE = "{}"  # no literal of a template can be this
_NO_ROUTE = Fault(CATALOGUE["NO_ROUTE"])
_NOT_ALLOWED = Fault(CATALOGUE["METHOD_NOT_ALLOWED"])


@dataclass(frozen=True, slots=True)
class Template:
    """A path, compiled: literal segments, and None where a parameter stands; `parameters` names those in order."""

    text: str
    segments: tuple[str | None, ...]
    parameters: tuple[str, ...]


_Shape: TypeAlias = "tuple[int, tuple[int, ...]] | tuple[()]"  # number of segments, places of parameters; () without parameters
_Shapes: TypeAlias = "dict[str, dict[_Shape, dict[str, Route]]]"  # by method


_Ordered: TypeAlias = "dict[int, tuple[tuple[tuple[int, ...], dict[str, Route]], ...]]"  # by number of segments, best first


class TemplateError(ValueError):
    """A path that is no template; the text says why, for a diagnostic."""


def parse_template(text: str) -> Template:
    """Read a path such as `/population/v1/persons/{id}`.

    Faults: TemplateError, with what to mend.
    """
    if not text.startswith("/") or text == "/":
        raise TemplateError("a path begins with `/` and names at least one segment")
    segments: list[str | None] = []
    parameters: list[str] = []
    for segment in text[1:].split("/"):
        named = _PARAMETER.fullmatch(segment)
        if named:
            segments.append(None)
            parameters.append(named[1])
        elif _SEGMENT.fullmatch(segment) and segment not in (".", ".."):
            segments.append(segment)
        else:
            raise TemplateError(f"`{segment}` is no segment: use letters, digits, `-._~`, or a whole `{{parameter}}`")
    if len(set(parameters)) != len(parameters):
        raise TemplateError("a parameter is named twice")
    return Template(text, tuple(segments), tuple(parameters))


def find_ambiguities(routes: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Give the pairs of ids whose method and template would answer the same calls with the same precedence.

    Shape: routes are (id, method, path); a pair names the first declared, then the later one.
    """
    seen: dict[tuple[str, tuple[str | None, ...]], str] = {}
    pairs = []
    for identifier, method, path in routes:
        key = (method, parse_template(path).segments)
        if key in seen:
            pairs.append((seen[key], identifier))
        seen.setdefault(key, identifier)
    return pairs


def compile_routes(routes: Iterable[Route]) -> Callable[[str, str], Match]:
    """Make the function that matches a method and a raw path.

    Faults: at load ValueError for an ambiguity (the checker has named it before); at a call NO_ROUTE, METHOD_NOT_ALLOWED.
    """
    shapes: _Shapes = {}
    for route in routes:
        _add_route(shapes, route)
    shapes = {method: {shape: _lay_out(table) for shape, table in found.items()} for method, found in shapes.items()}
    tables = {method: (found.pop((), {}), _order_shapes(found)) for method, found in shapes.items()}

    def match(method: str, path: str) -> Match:
        of_method = tables.get(method)
        if of_method is not None:
            exact, shaped = of_method
            route = exact.get(path)
            if route is not None:
                return route, ()
            found = _match_shapes(shaped, path)
            if found is not None:
                return found
        return _match_otherwise(tables, method, path)

    return match


def _add_route(shapes: _Shapes, route: Route) -> None:
    """Put a route into the table of its shape: the routes whose parameters stand at the same places of as many segments."""
    template = parse_template(route.path)
    places = tuple(at for at, segment in enumerate(template.segments) if segment is None)
    whole = "/".join(_PLACE if segment is None else segment for segment in template.segments)
    shape = (len(template.segments), places) if places else ()
    table = shapes.setdefault(route.method, {}).setdefault(shape, {})
    key = whole if places else template.text
    if key in table:
        raise ValueError(f"{route.id} and {table[key].id} answer the same calls")
    table[key] = route


def _lay_out(table: Mapping[str, Route]) -> dict[str, Route]:
    """Give the same table with its keys side by side in memory: with many routes, what a look-up costs is how far apart they lie."""
    return dict(zip([key.encode().decode() for key in table], table.values(), strict=True))


def _order_shapes(found: Mapping[_Shape, dict[str, Route]]) -> _Ordered:
    """Give the shapes of each number of segments, best first: where two differ, the one with a literal at the first place."""
    by_length: dict[int, list[tuple[tuple[int, ...], dict[str, Route]]]] = {}
    for (length, places), table in ((shape, table) for shape, table in found.items() if shape):
        by_length.setdefault(length, []).append((places, table))
    return {
        length: tuple(sorted(listed, key=lambda one, length=length: tuple(at in one[0] for at in range(length))))  # type: ignore[misc]
        for length, listed in by_length.items()
    }


def _match_shapes(shapes: _Ordered, path: str) -> Match | None:
    """Look once in the table of each shape that has as many segments; no order of the routes matters, nor how many they are."""
    segments = path[1:].split("/")
    for places, table in shapes.get(len(segments), ()):
        values = tuple([segments[at] for at in places])
        whole = segments.copy()
        for at in places:
            whole[at] = _PLACE
        route = table.get("/".join(whole))
        if route is not None and all(values):
            return route, values
    return None


def _match_otherwise(tables: Mapping[str, tuple[dict[str, Route], _Ordered]], method: str, path: str) -> Match:
    """Answer HEAD by GET; else say which methods the path has, or that it is none.

    Faults: NO_ROUTE, METHOD_NOT_ALLOWED.
    """
    found = {}
    for name, (exact, shaped) in tables.items():
        route = exact.get(path)
        match = (route, ()) if route is not None else _match_shapes(shaped, path)
        if match is not None:
            found[name] = match
    if not found:
        raise Refused(_NO_ROUTE)
    if method == "HEAD" and "GET" in found:
        return found["GET"]
    allowed = {*found, "HEAD"} if "GET" in found else set(found)
    raise Refused(replace(_NOT_ALLOWED, allow=", ".join(sorted(allowed))))
