"""The steps of an exchange, made at load: small closures over compiled schemas, mappings, bindings and dialects.

Laws: 1. Nothing that could be decided at load is decided here again. 2. A finding points into the document of whoever sent it:
the caller's call, or the provider's payload. 3. What is translated was checked before, and is checked after it until the mapping
is proved.
Must not know: YAML, files, positions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from ..schema.check import Schema
from ..schema.pointers import join_pointer
from ..schema.text import decode_json, encode_json
from ..schema.types import ParamType
from ..schema.unknown import DropUnknown, FindUnknown
from ..translate.bind import Written
from ..translate.dialect import Dialect
from ..translate.problems import Untranslatable
from ..values.asks import CallUpstream
from ..values.faults import CATALOGUE, FINDINGS_MAX, Fault, Finding, Refused, refuse
from ..values.model import Effect, Json, Reply, Upstream
from ..values.route import JSON_HEADERS, Exchange, Step

_PASSED_ON = (b"content-type", b"content-language", b"cache-control", b"etag", b"last-modified")
_UNKNOWN = "unknown"
_NO_CONTENT = 204  # it has no place for a verdict: the status is the verdict
_SEEN_MAX = 256


@dataclass(frozen=True, slots=True)
class Guard:
    """How one document is held to its schema: what is unknown in it, what is wrong with it, and who counts that.

    Shape: `mode` enforce | report | off. `cells` maps a keyword to the counter of its findings; `rest` is there for
    any other. `unknown_cell` counts fields dropped.
    """

    schema: Schema | None = None
    mode: str = "enforce"
    drop: DropUnknown | None = None
    find: FindUnknown | None = None
    cells: Mapping[str, int] = field(default_factory=dict)
    unknown_cell: int = 0


def check_document(guard: Guard, x: Exchange, document: Json) -> tuple[Json, tuple[Finding, ...]]:
    """Hold a document to its guard: give it without what was dropped, and the findings that are enforced."""
    findings: tuple[Finding, ...] = ()
    if guard.find is not None:
        findings = guard.find(document)
    elif guard.drop is not None:
        document, dropped = guard.drop(document)
        if dropped:
            x.ports.count(guard.unknown_cell, dropped)
    schema = guard.schema
    if schema is None or guard.mode == "off":
        return document, findings
    if not findings and schema.is_valid(document):
        return document, ()
    findings = (*findings, *schema.check(document))
    count_findings(guard, x, findings)
    return document, findings if guard.mode == "enforce" else tuple(f for f in findings if f.keyword == _UNKNOWN)


def count_findings(guard: Guard, x: Exchange, findings: Sequence[Finding]) -> None:
    """Count findings by keyword; the keywords of a guard are closed at load."""
    for finding in findings:
        cell = guard.cells.get(finding.keyword, guard.cells.get("_other"))
        if cell is not None:
            x.ports.count(cell)


# --- 4 read ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallTypes:
    """The types of a canonical call's parameters, by declared name, and what becomes of a query name that is not declared."""

    path: Mapping[str, ParamType] = field(default_factory=dict)
    query: Mapping[str, ParamType] = field(default_factory=dict)
    headers: Mapping[str, ParamType] = field(default_factory=dict)
    is_unknown_refused: bool = True


def make_read_parameters(names: Sequence[str], types: CallTypes) -> Callable[[Exchange], list[Finding]]:
    """Make what decodes path, query and headers into `x.path`, `x.query`, `x.headers` and gives the findings."""
    wanted = tuple((name, name.lower().encode(), kind) for name, kind in types.headers.items())
    has_none = not names and not types.query and not wanted

    def read_parameters(x: Exchange) -> list[Finding]:
        if has_none and not x.request.query:
            x.path, x.query, x.headers = {}, {}, {}
            return []
        findings: list[Finding] = []
        x.path = {}
        for name, raw in zip(names, x.parameters, strict=True):
            _decode_into(x.path, "path", name, types.path[name], _unquote(raw), findings)
        x.query = _read_query(x.request.query, types, findings)
        x.headers = {}
        for name, key, kind in wanted:
            value = x.request.headers.get(key)
            text = None if value is None or key in x.request.repeated else value.decode("latin-1")
            if key in x.request.repeated:
                findings.append(Finding("/" + name, "repeated", "is given more than once", "header"))
            elif text is not None or not kind.is_optional:
                _decode_into(x.headers, "header", name, kind, text, findings)
        return findings

    return read_parameters


def _decode_into(target: dict[str, Json], part: str, name: str, kind: ParamType, text: str | None, findings: list[Finding]) -> None:
    if text is None:
        wrong = ("required", "is required") if part == "header" else ("encoding", "is not UTF-8")
        findings.append(Finding("/" + name, *wrong, part))
        return
    try:
        target[name] = kind.decode(text, "/" + name, part)
    except Refused as refused:
        findings.extend(refused.fault.findings)


def _read_query(raw: str, types: CallTypes, findings: list[Finding]) -> dict[str, Json]:
    """Read a query strictly: each name once, and only declared ones unless unknown names are let go."""
    values: dict[str, Json] = {}
    seen: set[str] = set()
    for pair in raw.split("&") if raw else ():
        name_raw, _, value_raw = pair.partition("=")
        name = _unquote(name_raw.replace("+", " "))
        kind = types.query.get(name) if name is not None else None
        if kind is None or name is None:
            if types.is_unknown_refused:
                _note_unknown(name, findings)
        elif name in seen:
            findings.append(Finding("/" + name, "repeated", "is given more than once", "query"))
        else:
            seen.add(name)
            _decode_into(values, "query", name, kind, _unquote(value_raw.replace("+", " ")), findings)
    findings.extend(
        Finding("/" + name, "required", "is required", "query")
        for name, kind in types.query.items()
        if name not in seen and not kind.is_optional
    )
    return values


def _note_unknown(name: str | None, findings: list[Finding]) -> None:
    """Note a query name that is not declared; no more than are told, however many there are."""
    if len(findings) < FINDINGS_MAX:
        findings.append(Finding("" if name is None else join_pointer("", name), _UNKNOWN, "is not known here", "query"))


def _unquote(text: str) -> str | None:
    """Decode percent-escapes as UTF-8; None where they are not."""
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return None


def make_read_call(read_parameters: Callable[[Exchange], list[Finding]] | None, guard: Guard | None) -> Step:
    """Make the step that decodes and checks the canonical call; all findings of all its parts at once.

    Faults: NOT_JSON, CALL_INVALID.
    """
    big = guard is not None and guard.schema is not None and guard.schema.has_big_integers

    def read_call(x: Exchange) -> None:
        findings = read_parameters(x) if read_parameters is not None else []
        if guard is not None:
            document = decode_json(x.raw, big_integers=big)
            x.body, wrong = check_document(guard, x, document)
            findings.extend(wrong)
        if findings:
            raise refuse("CALL_INVALID", *findings)

    return read_call


def read_opaque(x: Exchange) -> None:
    """Take the body as bytes that nobody reads."""
    x.body = x.raw


# --- 5 translate ----------------------------------------------------------------------------------------------------


def make_write_call(upstream: Upstream, effect: Effect, method: str, write: Callable[[Exchange], Written], guard: Guard | None) -> Step:
    """Make the step that turns the canonical call into the provider's.

    Faults: UNTRANSLATABLE; also where the result breaks the provider's own schema and no proof says that it cannot.
    """
    verb = method.encode()

    def write_call(x: Exchange) -> None:
        target, head, body = write(x)
        if body is not None and not isinstance(body, bytes):
            if guard is not None:
                body, findings = check_document(guard, x, body)
                if findings:
                    raise refuse("UNTRANSLATABLE", *findings, reason="the translated body breaks the provider's schema")
            body = encode_json(body)
        x.call = CallUpstream(upstream, effect, verb, target, head, body)

    return write_call


def make_pass_call(upstream: Upstream, effect: Effect, method: str, write: Callable[[Exchange], Written], *, is_streamed: bool) -> Step:
    """Make the step that passes an opaque body on: whole, or as it comes."""
    verb = method.encode()

    def pass_call(x: Exchange) -> None:
        target, head, body = write(x)
        x.call = CallUpstream(upstream, effect, verb, target, head, None if is_streamed else body, is_streamed)

    return pass_call


# --- 7 judge --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """How a provider's answer becomes the canonical one.

    Shape: `translate` None = the payload is the answer. `answer` guards the canonical document after translation.
    `translated` and `failed` are counters. `read` reads the document instead of `read_payload` where the answer is a list.
    """

    dialect: Dialect
    payload: Guard
    translate: Callable[[Json], Json] | None = None
    answer: Guard | None = None
    translated: int | None = None
    failed: int | None = None
    read: Callable[[Reading, Exchange, Json], None] | None = None


def judge_status(dialect: Dialect, x: Exchange) -> None:
    """Refuse by the provider's status.

    Faults: those of the table of provider answers.
    """
    reply = x.reply
    assert reply is not None
    fault = dialect.judge_status(reply.status, reply.headers.get(b"retry-after", b""), x.began_s)
    if fault is not None:
        raise Refused(fault)


def make_read_answer(reading: Reading) -> Step:
    """Make the step from a provider's bytes to the canonical answer.

    Faults: those of the table of provider answers; PROVIDER_MEDIA_TYPE, PROVIDER_INVALID; what the envelope says.
    """
    big = reading.payload.schema is not None and reading.payload.schema.has_big_integers
    read = reading.read or read_payload

    def read_answer(x: Exchange) -> None:
        judge_status(reading.dialect, x)
        assert x.reply is not None
        read(reading, x, read_document(x.reply, big))
        x.out_headers = (*JSON_HEADERS, *x.out_headers) if x.out_headers else JSON_HEADERS

    return read_answer


def read_payload(reading: Reading, x: Exchange, document: Json) -> None:
    """Judge a provider's document by its envelope, check the payload and translate it.

    Faults: PROVIDER_INVALID; what the envelope says.
    """
    payload = reading.dialect.open_envelope(document)
    x.payload, findings = check_document(reading.payload, x, payload)
    if findings:
        raise refuse("PROVIDER_INVALID", *findings)
    x.answer = x.payload if reading.translate is None else translate_answer(reading, x, reading.translate)


def read_document(reply: Reply, big_integers: bool = False) -> Json:
    """Read a provider's JSON.

    Faults: PROVIDER_MEDIA_TYPE, PROVIDER_INVALID.
    """
    if not is_json(reply.headers.get(b"content-type", b"")):
        raise refuse("PROVIDER_MEDIA_TYPE")
    try:
        return decode_json(reply.body, big_integers=big_integers)
    except Refused as refused:
        raise refuse("PROVIDER_INVALID", reason="not JSON") from refused


def translate_answer(reading: Reading, x: Exchange, translate: Callable[[Json], Json]) -> Json:
    """Translate a checked payload and check the result.

    Faults: PROVIDER_INVALID, with pointers into the provider's payload, or into the answer where the result is wrong.
    """
    try:
        answer = translate(x.payload)
    except Untranslatable as untranslatable:
        _count(x, reading.failed)
        count_findings(reading.payload, x, untranslatable.findings)
        raise refuse("PROVIDER_INVALID", *untranslatable.findings, reason="untranslatable") from untranslatable
    if reading.answer is not None:
        answer, findings = check_document(reading.answer, x, answer)
        if findings:
            _count(x, reading.failed)
            raise refuse("PROVIDER_INVALID", *findings, reason="the translated answer breaks the canonical schema")
    _count(x, reading.translated)
    return answer


def _count(x: Exchange, cell: int | None) -> None:
    if cell is not None:
        x.ports.count(cell)


@lru_cache(maxsize=_SEEN_MAX)
def is_json(content_type: bytes) -> bool:
    """Say whether a provider's Content-Type is JSON: `application/json` or any `+json`, whatever its parameters."""
    name = content_type.partition(b";")[0].strip().lower()
    return name == b"application/json" or (name.startswith(b"application/") and name.endswith(b"+json"))


def make_pass_answer(dialect: Dialect) -> Step:
    """Make the step that passes an opaque answer with the headers that describe it.

    Faults: those of the table of provider answers.
    """

    def pass_answer(x: Exchange) -> None:
        judge_status(dialect, x)
        reply = x.reply
        assert reply is not None
        x.out = reply.body
        given = reply.headers
        x.out_headers = (*[(name, given[name]) for name in _PASSED_ON if name in given], *x.out_headers)

    return pass_answer


def make_judge_bare(dialect: Dialect) -> Step:
    """Make the step for an operation whose answer has no body: the verdict is read, and nothing of the provider's body passes.

    Faults: those of the table of provider answers; with an envelope PROVIDER_MEDIA_TYPE, PROVIDER_INVALID, and what it says.
    """
    judge_envelope = dialect.judge_envelope

    def judge_bare(x: Exchange) -> None:
        judge_status(dialect, x)
        reply = x.reply
        assert reply is not None
        if judge_envelope is not None and reply.status != _NO_CONTENT:
            judge_envelope(read_document(reply))

    return judge_bare


# --- 8 withhold -----------------------------------------------------------------------------------------------------


def withhold_fields(x: Exchange) -> None:
    """Leave what the grants of this caller and purpose reveal, and write it."""
    x.out = encode_json(x.answer if x.withhold is None else x.withhold(x.answer))


def make_refuse_after(until_s: float, law: str) -> Step:
    """Make the step that refuses once a weakening has ended: the plan loads, what it allowed stops being allowed.

    Faults: WEAKENING_ENDED.
    """
    ended = Fault(CATALOGUE["WEAKENING_ENDED"], reason=law)

    def refuse_after(x: Exchange) -> None:
        if x.began_s >= until_s:
            raise Refused(ended)

    return refuse_after
