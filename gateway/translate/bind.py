"""The bindings of a `request:`: a canonical call becomes a provider's call.

Laws: 1. A provider's URL is never text that is filled in: literal segments, slots, one query encoder. 2. Nothing passes unless a binding
names it (`Accept-Language` and `Prefer` excepted). 3. Each leaf of the canonical call is bound or dropped by name.
Must not know: connections, credentials, attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Problem, suggest_name
from gateway.values.route import Exchange

from .bindings import Draft, judge_call, read_body, read_drop, read_texts
from .compile import Compiled
from .ir import Write
from .leftover import FindLeft, compile_left
from .library import Library
from .problems import say_not_yet
from .references import CallShape, read_call
from .send import Sender, make_sender
from .target import parse_template

__all__ = ["BoundRequest", "CallShape", "Written", "compile_request"]

CODE_KEY, CODE_METHOD, CODE_BODY, CODE_MAPPING = "JB-KEY-001", "JB-KEY-007", "JB-BND-004", "JB-REF-003"
Written: TypeAlias = "tuple[bytes, bytes, Json]"  # target, head lines (each ended by CRLF), body: a document, bytes or None
KEYS = ("method", "path", "params", "query", "headers", "body", "mapping", "schema", "drop", "check", "unknown")
LATER_KEYS = ("operation", "old", "items", "match")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class BoundRequest:
    """A request, compiled.

    Shape: `write` gives target, head lines and body, or raises Refused(UNTRANSLATABLE) with findings that point into the canonical
    call; None where there are problems. `method` in upper case; `template` is the path as written, for logs. `left` finds what of the
    call is dropped, in a document with one member a root.
    """

    method: str
    template: str
    write: Callable[[Exchange], Written] | None
    problems: tuple[Problem, ...] = ()
    code: str = ""
    writes: tuple[Write, ...] = ()
    left: FindLeft | None = None


def compile_request(
    request: Json,
    call: CallShape,
    library: Library,
    mappings: Mapping[str, Compiled],
    base: str = "",
    accept: str = "application/json",
    content_type: str = "application/json",
    *,
    is_partial: bool = False,
) -> BoundRequest:
    """Compile the `request:` of a provider; problems point into that block.

    Shape: `base` is the upstream's path prefix; `accept` the value of the `Accept` line (empty = none), `content_type` that of a body.
    """
    draft = Draft(library, read_call(call, library))
    _check_keys(request, draft.problems)
    pieces = parse_template(request.get("path"), ("path",), draft.problems)
    slots = tuple(piece[0] for piece in pieces if isinstance(piece, tuple))
    read_texts(draft, request, slots)
    mapping = _find_mapping(request, call, mappings, draft)
    if mapping is None:
        read_body(draft, request, call)
    else:
        draft.claims.add(("body",))
    read_drop(draft, request)
    for key in call.keys:
        draft.claims.add(key)
    if not draft.problems and not is_partial:
        judge_call(draft)
    method, template = str(request.get("method", "")).upper(), str(request.get("path", ""))
    if draft.problems:
        return BoundRequest(method, template, None, tuple(draft.problems))
    shaped = Sender(draft, pieces, base, accept, call.is_opaque and "body" in request, _choose_body(call, mapping), content_type)
    write, code = make_sender(shaped)
    return BoundRequest(method, template, write, (), code, tuple(draft.writes), compile_left(draft.left))


def _note_blocked(found: Compiled, call: CallShape, draft: Draft) -> None:
    """Note why a mapping does not run to the agency; what nothing feeds, the old document has."""
    for problem in () if call.has_old and found.put is not None else found.to_agency.problems:
        message = f"{found.id} cannot run to the agency: {problem.message}"
        draft.problems.append(Problem(("mapping",), problem.code, message, problem.hint))


def _choose_body(call: CallShape, mapping: Compiled | None) -> Callable[[Exchange], Json] | None:
    """Give what makes a mapped body: a creation, or the call put into the provider's old document."""
    if mapping is None:
        return None
    create, put = mapping.to_agency.run, mapping.put
    if call.has_old and put is not None:
        return lambda exchange: put(exchange.body, exchange.old)
    return None if create is None else lambda exchange: create(exchange.body)


def _check_keys(request: Json, problems: list[Problem]) -> None:
    for key in request:
        if key in LATER_KEYS:
            problems.append(say_not_yet((key,), f"`{key}` of a request"))
        elif key not in KEYS:
            problems.append(Problem((key,), CODE_KEY, f'unknown key "{key}"', suggest_name(str(key), KEYS)))
    method = request.get("method")
    if method not in METHODS:
        at = ("method",) if "method" in request else ()
        problems.append(Problem(at, CODE_METHOD, f"the method is one of {', '.join(METHODS)}", suggest_name(str(method), METHODS)))
    if "body" in request and "mapping" in request:
        problems.append(Problem(("mapping",), CODE_BODY, "`body` and `mapping` do not go together", "take one of them"))


def _find_mapping(request: Json, call: CallShape, mappings: Mapping[str, Compiled], draft: Draft) -> Compiled | None:
    name = request.get("mapping")
    if name is None:
        return None
    if isinstance(name, dict):
        draft.problems.append(say_not_yet(("mapping",), "a mapping with parameters"))
        return None
    found = mappings.get(name) if isinstance(name, str) else None
    if found is None:
        draft.problems.append(Problem(("mapping",), CODE_MAPPING, f'unknown mapping "{name}"', suggest_name(str(name), mappings)))
        return None
    reference = call.body.get("$ref") if isinstance(call.body, dict) else None
    if reference is not None and reference != found.canonical_schema:
        message = f"the mapping's canonical schema is {found.canonical_schema} and the call's body is {reference}"
        draft.problems.append(Problem(("mapping",), CODE_BODY, message, f"name a mapping to {reference}"))
    elif call.body is None or call.is_opaque:
        draft.problems.append(Problem(("mapping",), CODE_BODY, "a mapping needs a body with a schema in `call:`"))
    _note_blocked(found, call, draft)
    return found
