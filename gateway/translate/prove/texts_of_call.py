"""What may stand in a provider's path, query and headers, as a target that bindings are held to.

Laws: 1. What this takes is what `target` writes. 2. A parameter of the path comes from one segment: it is never empty, `.` or `..`.
Must not know: routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain

from gateway.values.model import Json

from ..ir import Copy, Write
from ..target import write_header_value, write_query_value, write_slot
from .domain import ANYTHING, Array, Field, Object, Value, know
from .texts import ANY, meet, minus, of_whole, of_words

PARTS: Mapping[str, Callable[[Json], object]] = {"params": write_slot, "query": write_query_value, "headers": write_header_value}
_NO_SEGMENT = ("", ".", "..")
_VISIBLE = r"[\x21-\x7e]+(?: +[\x21-\x7e]+)*"


def list_texts(writes: Iterable[Write]) -> list[Copy]:
    """Give the bindings of slots, of query parameters and of headers."""
    return [write for write in writes if isinstance(write, Copy) and write.target[0] in PARTS]


@cache
def _find_values(part: str) -> Value:
    text = {"params": minus(ANY, of_words(_NO_SEGMENT)), "query": ANY, "headers": of_whole(_VISIBLE)}[part]
    scalar = Value(booleans=frozenset({True, False}), text=text, numbers=ANYTHING.numbers)
    return replace(scalar, arrays=(Array(know(scalar)),)) if part == "query" else scalar


def describe_target(writes: Iterable[Copy]) -> Value:
    """Give the value of what is written: an object with the parts, each with its names."""
    names: dict[str, dict[str, Field]] = {}
    for write in writes:
        names.setdefault(write.target[0], {})[write.target[1]] = Field(know(_find_values(write.target[0])))
    return Value(objects=(Object({part: Field(know(Value(objects=(Object(fields),)))) for part, fields in names.items()}),))


def is_writable(made: Json) -> bool:
    """Whether everything that was made can be written in its part."""
    try:
        for part, names in made.items():
            for item in chain.from_iterable(value if isinstance(value, list) else (value,) for value in names.values()):
                PARTS[part](item)
    except ValueError:
        return False
    return True


def narrow_path(call: Value) -> Value:
    """Give a call whose path holds what a path can hold."""
    return Value(objects=tuple(replace(one, fields={name: _narrow(name, own) for name, own in one.fields.items()}) for one in call.objects))


def _narrow(part: str, own: Field) -> Field:
    if part != "path":
        return own
    segment = _find_values("params").text or ANY

    def narrow(one: Field) -> Field:
        value = one.value.get()
        return one if value.text is None else Field(know(replace(value, text=meet(value.text, segment), origin=None)), one.is_required)

    narrowed = tuple(replace(one, fields={name: narrow(field) for name, field in one.fields.items()}) for one in own.value.get().objects)
    return Field(know(Value(objects=narrowed)), own.is_required)
