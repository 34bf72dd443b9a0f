"""The classes of fields, held to what the compiled functions do.

Laws: a field of class I in a direction comes back from the other side exactly as it went, whatever value its schema allows. A code list
with two codes of one meaning is never of class I.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from gateway.schema.codelists import CodeList
from gateway.translate.chain import build_chain
from gateway.translate.emit import compile_function, emit_function
from gateway.translate.ir import Copy, Cut, Glue, Loop, Part, Pick, Switch, Write
from gateway.translate.library import Library
from gateway.translate.operators.spec import STRING
from gateway.translate.paths import ITEM, Segments
from gateway.translate.problems import Untranslatable, is_same
from gateway.translate.report import describe_mapping
from gateway.translate.scope import DIRECTIONS, Direction
from gateway.translate.suggest.leaves import walk
from gateway.values.model import Json
from tests.property.test_prove_mutations import draw_documents, shipped

DOCUMENTS = 60
Found = tuple[Write, Json]


def list_uses(writes: tuple[Write, ...], scope: Json) -> Iterator[Found]:
    """Give every field that moves a value, with each part of a document that it is used on."""
    for write in writes:
        if isinstance(write, Copy | Cut | Glue) or (isinstance(write, Loop) and write.body is None):
            yield write, scope
        elif isinstance(write, Loop):
            for element in walk(scope, (*write.source.path, ITEM)):
                yield from list_uses(write.body or (), element)
        elif isinstance(write, Switch):
            tags = list(walk(scope, write.source.path))
            for case in write.cases:
                yield from list_uses(case.body, scope) if any(is_same(tag, case.value) for tag in tags) else ()
        elif isinstance(write, Pick):
            for element in walk(scope, (*write.source.path, ITEM)):
                is_meant = all([is_same(one, value) for one in walk(element, path)] == [True] for path, value in write.where)
                yield from list_uses(write.body, element) if is_meant else ()
        for part in getattr(write, "parts", ()):
            for below in walk(scope, part.source.path) if isinstance(part, Part) else ():
                yield from list_uses(part.body, below)


def list_fields(writes: tuple[Write, ...]) -> Iterator[Write]:
    """Give every write, those inside others too."""
    for write in writes:
        yield write
        bodies = [case.body for case in getattr(write, "cases", ())] + [part.body for part in getattr(write, "parts", ())]
        for body in (*bodies, getattr(write, "body", None) or ()):
            yield from list_fields(body)


def list_sources(write: Write) -> list[Segments]:
    return [place.path for place in write.sources] if isinstance(write, Glue) else [write.source.path]


Run = Callable[[Json], Json]


def compile_alone(write: Write) -> Run:
    return compile_function(*emit_function([write]))


def go_and_return(went: Run, came: Run, sources: list[Segments], scope: Json) -> tuple[Json, Json]:
    """Give what a field reads in a part of a document, and what is there when it came back; nothing where it takes nothing."""
    before = [list(walk(scope, path)) for path in sources]
    if not any(before):
        return (), ()
    try:
        made = went(scope)
    except Untranslatable:  # of what no schema forbids, the prover says it; here is only judged what is carried
        return (), ()
    try:
        returned = came(made)
    except Untranslatable as error:
        return before, repr(error.findings)
    return before, [list(walk(returned, path)) for path in sources]


@pytest.mark.parametrize("way", DIRECTIONS)
def test_a_field_of_class_i_comes_back_as_it_went(way: Direction) -> None:
    shelf, held = shipped(), Counter[str]()
    for seed, (name, compiled) in enumerate(shelf.mappings.items()):
        coverage = describe_mapping(shelf.mapping_documents[name].value, compiled, shelf.registry.documents)
        exact = {row.at for row in coverage.rows if getattr(row, way) == "I"}
        other: Direction = "to_agency" if way == "to_canonical" else "to_canonical"
        backs = {write.at: compile_alone(write) for write in list_fields(getattr(compiled, other).writes) if write.at in exact}
        made = {id(write): compile_alone(write) for write in list_fields(getattr(compiled, way).writes) if write.at in exact}
        source = compiled.agency_schema if way == "to_canonical" else compiled.canonical_schema
        for document in draw_documents(shelf.registry, source, DOCUMENTS, seed):
            for write, scope in list_uses(getattr(compiled, way).writes, document):
                if write.at in exact:
                    before, after = go_and_return(made[id(write)], backs[write.at], list_sources(write), scope)
                    assert is_same(before, after), (name, write.at, before, after)
                    held[name] += before != ()
    assert set(held) == set(shelf.mappings), set(shelf.mappings) - set(held)
    assert min(held.values()) >= 5, held


@pytest.mark.parametrize("codes", [{"1": "a", "2": "b"}, {"1": "a", "2": "a"}, {"1": "a", "2": "b", "3": "b"}])
@pytest.mark.parametrize("otherwise", ["reject", "keep", "a"])
def test_only_a_code_list_without_two_codes_of_one_meaning_and_without_else_is_exact(codes: dict[str, str], otherwise: str) -> None:
    outward = {meaning: code for code, meaning in reversed(codes.items())}  # `preferred` says the first
    library = Library({}, {"list@1": CodeList("list@1", {}, "to@1", codes, outward, otherwise)})
    chain, problems = build_chain([{"codes": "list@1"}], (), STRING, STRING, library)
    is_exact = len(set(codes.values())) == len(codes) and otherwise == "reject"
    assert (problems, chain.classes) == ([], ("I", "I") if is_exact else ("Q", "Q"))
