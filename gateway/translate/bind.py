"""The bindings of a `request:`: a canonical call becomes a provider's call.

Laws: 1. A provider's URL is never text that is filled in: literal segments, slots, one query encoder. 2. Nothing passes unless a binding
names it (`Accept-Language` and `Prefer` excepted). 3. Each leaf of the canonical call is bound or dropped by name.
Must not know: connections, credentials, attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.route import Exchange

from .compile import Compiled
from .library import Library
from gateway.values.problem import Problem

Written: TypeAlias = "tuple[bytes, bytes, Json]"  # target, head lines (each ended by CRLF), body: a document, bytes or None


@dataclass(frozen=True, slots=True)
class CallShape:
    """The types of a canonical call.

    Shape: `path`, `query` and `headers` are JSON Schemas of objects by declared name (`properties`, `required`); `body` a JSON Schema
    (a `$ref` will do), None without a body; `is_opaque` = bytes that nobody reads.
    """

    path: Json = field(default_factory=dict)
    query: Json = field(default_factory=dict)
    headers: Json = field(default_factory=dict)
    body: Json = None
    is_opaque: bool = False


@dataclass(frozen=True, slots=True)
class BoundRequest:
    """A request, compiled.

    Shape: `write` gives target, head lines and body, or raises Refused(UNTRANSLATABLE) with findings that point into the canonical
    call; None where there are problems. `method` in upper case; `template` is the path as written, for logs.
    """

    method: str
    template: str
    write: Callable[[Exchange], Written] | None
    problems: tuple[Problem, ...] = ()
    code: str = ""


def compile_request(
    request: Json,
    call: CallShape,
    library: Library,
    mappings: Mapping[str, Compiled],
    base: str = "",
    accept: str = "application/json",
) -> BoundRequest:
    """Compile the `request:` of a provider; problems point into that block.

    Shape: `base` is the upstream's path prefix; `accept` the value of the `Accept` line (empty = none).
    """
    raise NotImplementedError
