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
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


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
    root = _Node()
    shapes: _Shapes = {}
    for route in routes:
        template = parse_template(route.path)
        node = root
        for segment in template.segments:
            node = _descend(node, segment)
        if route.method in node.routes:
            raise ValueError(f"{route.id} and {node.routes[route.method].id} answer the same calls")
        node.routes[route.method] = route
        _add_shape(shapes, route, template)
    tables = {method: (found.pop((), {}), _order_shapes(found)) for method, found in shapes.items()}

    def match(method: str, path: str) -> Match:
        of_method = tables.get(method)
        if of_method is not None:
            route = of_method[0].get(path)
            if route is not None:
                return route, ()
            if of_method[1]:
                found = _match_shapes(of_method[1], path[1:].split("/"))
                if found is not None:
                    return found
        return _match_segments(root, method, path)

    return match


def _add_shape(shapes: _Shapes, route: Route, template: Template) -> None:
    """Put a route into the table of its shape: the routes whose parameters stand at the same places of as many segments."""
    places = tuple(at for at, segment in enumerate(template.segments) if segment is None)
    whole = "/".join(_PLACE if segment is None else segment for segment in template.segments)
    shape = (len(template.segments), places) if places else ()
    shapes.setdefault(route.method, {}).setdefault(shape, {})[whole if places else template.text] = route


def _order_shapes(found: Mapping[_Shape, dict[str, Route]]) -> dict[int, tuple[tuple[tuple[int, ...], dict[str, Route]], ...]]:
    """Give the shapes of each number of segments, best first: where two differ, the one with a literal at the first place."""
    by_length: dict[int, list[tuple[tuple[int, ...], dict[str, Route]]]] = {}
    for (length, places), table in ((shape, table) for shape, table in found.items() if shape):
        by_length.setdefault(length, []).append((places, table))
    return {
        length: tuple(sorted(listed, key=lambda one, length=length: tuple(at in one[0] for at in range(length))))  # type: ignore[misc]
        for length, listed in by_length.items()
    }


def _match_shapes(shapes: Mapping[int, tuple[tuple[tuple[int, ...], dict[str, Route]], ...]], segments: list[str]) -> Match | None:
    """Look once in the table of each shape that has as many segments; no order of the routes matters, nor how many they are."""
    for places, table in shapes.get(len(segments), ()):
        values = tuple([segments[at] for at in places])
        whole = segments.copy()
        for at in places:
            whole[at] = _PLACE
        route = table.get("/".join(whole))
        if route is not None and all(values):
            return route, values
    return None


def _descend(node: _Node, segment: str | None) -> _Node:
    if segment is None:
        if node.parameter is None:
            node.parameter = _Node()
        return node.parameter
    return node.literals.setdefault(segment, _Node())


def _match_segments(root: _Node, method: str, path: str) -> Match:
    wanted = ("HEAD", "GET") if method == "HEAD" else (method,)
    allowed: set[str] = set()
    segments = path[1:].split("/")
    for routes, values in _find_nodes(root, segments):
        for name in wanted:
            route = routes.get(name)
            if route is not None:
                return route, values
        allowed |= routes.keys()
    if not allowed:
        raise Refused(_NO_ROUTE)
    if "GET" in allowed:
        allowed.add("HEAD")
    raise Refused(replace(_NOT_ALLOWED, allow=", ".join(sorted(allowed))))


def _find_nodes(root: _Node, segments: list[str]) -> list[tuple[dict[str, Route], tuple[str, ...]]]:
    """Give what stands at a path, best first. At most two branches a segment, and in practice one."""
    found = []
    stack: list[tuple[_Node, int, tuple[str, ...]]] = [(root, 0, ())]
    last = len(segments)
    while stack:
        node, at, values = stack.pop()
        if at == last:
            if node.routes:
                found.append((node.routes, values))
            continue
        segment = segments[at]
        if node.parameter is not None and segment:
            stack.append((node.parameter, at + 1, (*values, segment)))
        literal = node.literals.get(segment)
        if literal is not None:
            stack.append((literal, at + 1, values))
    return found
