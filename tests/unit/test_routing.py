"""Matching: precedence, refusals, and a brute-force model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.routing import TemplateError, compile_routes, find_ambiguities, parse_template
from gateway.values.faults import Refused
from gateway.values.model import Upstream
from gateway.values.route import Route

UPSTREAM = Upstream("u", 0, "127.0.0.1", 1)


def make_route(method: str, path: str) -> Route:
    return Route(f"{method} {path}", 0, method, path, "read", parse_template(path).parameters, UPSTREAM, 1, 1.0)


def match(paths: list[tuple[str, str]], method: str, path: str) -> tuple[str, tuple[str, ...]]:
    route, values = compile_routes(make_route(*each) for each in paths)(method, path)
    return route.path, values


def test_a_literal_stands_before_a_parameter_from_the_left() -> None:
    paths = [("GET", "/a/{x}/c"), ("GET", "/a/b/{y}"), ("GET", "/a/b/c"), ("GET", "/{z}/b/c")]
    assert match(paths, "GET", "/a/b/c") == ("/a/b/c", ())
    assert match(paths, "GET", "/a/b/d") == ("/a/b/{y}", ("d",))
    assert match(paths, "GET", "/a/q/c") == ("/a/{x}/c", ("q",))
    assert match(paths, "GET", "/q/b/c") == ("/{z}/b/c", ("q",))


def test_a_literal_that_leads_nowhere_gives_way_to_the_parameter() -> None:
    assert match([("GET", "/a/b/x"), ("GET", "/a/{p}/c")], "GET", "/a/b/c") == ("/a/{p}/c", ("b",))


def test_another_method_of_the_path_with_less_precedence_still_answers() -> None:
    assert match([("POST", "/a/lookup"), ("GET", "/a/{id}")], "GET", "/a/lookup") == ("/a/{id}", ("lookup",))


def test_head_is_answered_by_get() -> None:
    assert match([("GET", "/a/b")], "HEAD", "/a/b") == ("/a/b", ())


@pytest.mark.parametrize(("method", "path", "allow"), [("PUT", "/a/b", "GET, HEAD, POST"), ("DELETE", "/a/c", "GET, HEAD")])
def test_a_path_without_the_method_names_what_is_allowed(method: str, path: str, allow: str) -> None:
    with pytest.raises(Refused) as refused:
        match([("GET", "/a/{x}"), ("POST", "/a/b")], method, path)
    assert (refused.value.fault.kind.name, refused.value.fault.allow) == ("METHOD_NOT_ALLOWED", allow)


@pytest.mark.parametrize("path", ["/", "/a", "/a/", "/a/b/c", "/A/b", "//", "*", "/a/b/"])
def test_what_no_template_covers_is_no_route(path: str) -> None:
    with pytest.raises(Refused) as refused:
        match([("GET", "/a/{x}")], "GET", path)
    assert refused.value.fault.kind.name == "NO_ROUTE"


@pytest.mark.parametrize("text", ["", "/", "a/b", "/a//b", "/a/", "/{x}{y}", "/a{x}", "/{1}", "/{x}/{x}", "/../a", "/a;b", "/%41", "/é"])
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text)


def test_ambiguities_are_found_by_shape_and_method() -> None:
    routes = [("one", "GET", "/a/{x}"), ("two", "GET", "/a/{y}"), ("three", "POST", "/a/{y}"), ("four", "GET", "/a/b")]
    assert find_ambiguities(routes) == [("one", "two")]
    with pytest.raises(ValueError, match="same calls"):
        compile_routes([make_route("GET", "/a/{x}"), make_route("GET", "/a/{y}")])


SEGMENT = st.sampled_from(["a", "b", "c"])
TEMPLATES = st.lists(st.sampled_from(["a", "b", "{p}"]), min_size=1, max_size=4)


def brute_force(templates: list[list[str]], path: list[str]) -> list[str] | None:
    """The model: of all templates that fit, the one whose literals come first from the left."""
    fits = [t for t in templates if len(t) == len(path) and all(s == "{p}" or s == v for s, v in zip(t, path, strict=True))]
    return min(fits, key=lambda t: [s == "{p}" for s in t]) if fits else None


@given(st.lists(TEMPLATES, max_size=12, unique_by=tuple), st.lists(SEGMENT, min_size=1, max_size=4))
def test_matching_is_what_brute_force_finds(templates: list[list[str]], path: list[str]) -> None:
    named = {tuple(t): "/" + "/".join(s if s != "{p}" else f"{{p{i}}}" for i, s in enumerate(t)) for t in templates}
    table = compile_routes(make_route("GET", text) for text in named.values())
    expected = brute_force(templates, path)
    try:
        found: str | None = table("GET", "/" + "/".join(path))[0].path
    except Refused:
        found = None
    assert found == (named[tuple(expected)] if expected else None)
