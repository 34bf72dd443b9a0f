"""Mappings with parameters: the families of a federation, their instances, and the uses of them in routes.

Laws: 1. A family is no mapping: only its instances are compiled, proved and run. 2. An instance is made once for each distinct tuple of
values (`Families.find_instance`): a route gives constants, a table's rows will give theirs. 3. A type of few values has all its
instances from the beginning, so that what can be asked of mappings can be asked of each.
Must not know: tables, steps.
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
from ..values.problem import Problem, suggest_name
from .decode import Document
from .marks import Path
from .notes import Notes

INSTANCES_MAX = 64  # of a family whose types are all finite, made without being asked for
CODE_GIVEN = "JB-MAP-042"
_NOT_COMPILED = "the route has no provider, so it is refused"
Compile = Callable[[Document], Compiled | None]


@dataclass(frozen=True, slots=True)
class Family:
    """A mapping with parameters. Shape: `types` by name, in the order in which they are written."""

    document: Document
    types: Mapping[str, ParamType]


@dataclass(slots=True)
class Families:
    """The families by name. Shape: `compile` compiles an instance's document and keeps it; None where it is wrong, which it notes."""

    compile: Compile
    known: dict[str, Family] = field(default_factory=dict)
    _made: dict[str, str | None] = field(default_factory=dict)

    def find_instance(self, name: str, values: Mapping[str, Json]) -> str | None:
        """Give the name of the mapping that a family is with these values; None where it does not compile."""
        family, instance = self.known[name], name_instance(name, values)
        if instance not in self._made:
            filled = fill_params(family.document.value, values)
            compiled = self.compile(replace(family.document, id=instance, value=filled))
            self._made[instance] = None if compiled is None else instance
        return self._made[instance]


def read_family(document: Document, registry: Registry, codelists: Mapping[str, CodeList], notes: Notes) -> Family | None:
    """Read the parameters of a mapping; None where something is wrong with them, which is noted."""
    types: dict[str, ParamType] = {}
    problems: list[Problem] = judge_params(document.value)
    for name, text in (document.value.get("params") or {}).items():
        found = parse_type(text, registry, codelists, None, ("params", name))
        if isinstance(found, Problem):
            problems.append(found)
        else:
            types[name] = found
    return None if notes.note_problems(document, (), problems, "the mapping is not compiled") else Family(document, types)


def list_values(family: Family) -> Iterator[dict[str, Json]]:
    """Give every tuple of values of a family whose types are finite and few; of another one none."""
    choices = [_list_choices(kind) for kind in family.types.values()]
    if all(choices) and prod(map(len, choices)) <= INSTANCES_MAX:
        for values in product(*choices):
            yield dict(zip(family.types, values, strict=True))


def _list_choices(kind: ParamType) -> list[Json]:
    if kind.kind == "boolean":
        return [False, True]
    return list(kind.document.get("enum") or ()) if isinstance(kind.document, dict) else []


def bind_uses(document: Document, families: Families, notes: Notes) -> Document:
    """Give a route's document in which every use of a family names its instance; what is wrong with a use is noted."""
    provider = dict(document.value.get("provider") or {})
    for part in ("request", "response"):
        given = (provider.get(part) or {}).get("mapping")
        name = given.get("use") if isinstance(given, dict) else given
        if not isinstance(name, str) or not (isinstance(given, dict) or name in families.known):
            continue
        at = ("provider", part, "mapping")
        values = {key: source for key, source in given.items() if key != "use"} if isinstance(given, dict) else {}
        instance = _bind(document, at, name, values, families, notes)
        provider[part] = {**provider[part], "mapping": instance or name}
    return replace(document, value={**document.value, "provider": provider})


def _bind(document: Document, at: Path, name: str, sources: Mapping[str, Json], families: Families, notes: Notes) -> str | None:
    """Give the mapping that a use means; None where it is wrong, which is noted."""
    family = families.known.get(name)
    if family is None and ("mapping", name) in notes.wrong:
        return name  # said at the mapping
    types = family.types if family is not None else {}
    for key in sources:
        if key not in types:
            notes.note(document, (*at, key), CODE_GIVEN, f'{name} has no parameter "{key}"', suggest_name(key, types), on_key=True)
    values = _read_values(document, at, name, types, sources, notes)
    if family is None or values is None:
        return name if family is None else None
    instance = families.find_instance(name, values)
    if instance is None:
        notes.note(document, at, CODE_GIVEN, f"{name_instance(name, values)} does not compile", "", _NOT_COMPILED)
    return instance


def _read_values(
    document: Document, at: Path, name: str, types: Mapping[str, ParamType], sources: Mapping[str, Json], notes: Notes
) -> dict[str, Json] | None:
    """Give the value of each parameter; None where one is missing or of another type, which is noted."""
    values: dict[str, Json] = {}
    for key, kind in types.items():
        source = sources.get(key)
        if not isinstance(source, dict) or "const" not in source:
            message = f'{name} is not given its parameter "{key}"' if source is None else f"{source} is known for a call only"
            notes.note(document, at, CODE_GIVEN, message, f"mapping: {{use: {name}, {key}: {{const: …}}}}", _NOT_COMPILED)
        elif not kind.schema.is_valid(source["const"]):
            notes.note(document, (*at, key), CODE_GIVEN, f"the value of {key} is no {kind.name}", _show_choices(kind), _NOT_COMPILED)
        else:
            values[key] = source["const"]
    return values if values.keys() == types.keys() else None


def _show_choices(kind: ParamType) -> str:
    choices = _list_choices(kind)
    return "one of " + ", ".join(map(str, choices[:8])) if choices else ""
