"""Mappings with parameters, and the plain mappings that they are with given values: their instances.

Laws: 1. Only instances are compiled, proved and run. 2. An instance is made once for each distinct tuple of values
(`Instances.find_instance`), whoever gives them. 3. A type of few values has all its instances from the beginning, so that what can be
asked of mappings can be asked of each.
Must not know: routes, tables, steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

from ..schema.codelists import CodeList
from ..schema.registry import Registry
from ..schema.types import ParamType, parse_type
from ..translate.compile import Compiled
from ..translate.params import fill_params, judge_params, name_instance
from ..values.model import Json
from ..values.problem import Problem
from .decode import Document
from .notes import Notes

INSTANCES_MAX = 64  # of a mapping whose parameters' types are all finite, made without being asked for
Compile = Callable[[Document], Compiled | None]


@dataclass(frozen=True, slots=True)
class Parametric:
    """A mapping with parameters. Shape: `types` by name, in the order in which they are written."""

    document: Document
    types: Mapping[str, ParamType]


@dataclass(slots=True)
class Instances:
    """The mappings with parameters by name, and what was made of them.

    Shape: `compile` compiles an instance's document and keeps it; None where it is wrong, which it notes.
    """

    compile: Compile
    known: dict[str, Parametric] = field(default_factory=dict)
    _made: dict[str, str | None] = field(default_factory=dict)

    def find_instance(self, name: str, values: Mapping[str, Json]) -> str | None:
        """Give the name of the mapping that one with parameters is with these values; None where it does not compile."""
        parametric, instance = self.known[name], name_instance(name, values)
        if instance not in self._made:
            filled = fill_params(parametric.document.value, values)
            compiled = self.compile(replace(parametric.document, id=instance, value=filled))
            self._made[instance] = None if compiled is None else instance
        return self._made[instance]


def read_parametric(document: Document, registry: Registry, codelists: Mapping[str, CodeList], notes: Notes) -> Parametric | None:
    """Read the parameters of a mapping; None where something is wrong with them, which is noted."""
    types: dict[str, ParamType] = {}
    problems: list[Problem] = judge_params(document.value)
    for name, text in (document.value.get("params") or {}).items():
        found = parse_type(text, registry, codelists, None, ("params", name))
        if isinstance(found, Problem):
            problems.append(found)
        else:
            types[name] = found
    return None if notes.note_problems(document, (), problems, "the mapping is not compiled") else Parametric(document, types)


def list_values(parametric: Parametric) -> Iterator[dict[str, Json]]:
    """Give every tuple of values of a mapping whose types are finite and few; of another one none."""
    choices = [_list_choices(kind) for kind in parametric.types.values()]
    if all(choices) and prod(map(len, choices)) <= INSTANCES_MAX:
        for values in product(*choices):
            yield dict(zip(parametric.types, values, strict=True))


def _list_choices(kind: ParamType) -> list[Json]:
    if kind.kind == "boolean":
        return [False, True]
    return list(kind.document.get("enum") or ()) if isinstance(kind.document, dict) else []


def show_choices(kind: ParamType) -> str:
    """Give the values of a type as a hint; "" where they are not few."""
    choices = _list_choices(kind)
    return "one of " + ", ".join(map(str, choices[:8])) if choices else ""
