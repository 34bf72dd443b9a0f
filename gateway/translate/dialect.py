"""How an upstream speaks: what its statuses and envelopes mean, as data.

Laws: 1. A provider's own words are never passed on. 2. A wrong status is judged before the envelope. 3. A refinement names a fault of
the catalogue or of the federation.
Must not know: sockets, routes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from gateway.values.faults import CATALOGUE, Fault, Kind, Refused, refuse
from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .mapping_forms import read_path
from .paths import Segments, type_of
from .problems import say_not_yet
from .xml.grammar import Verdict

RETRY_AFTER_MAX_S = 300
CODE_KEY, CODE_FORM, CODE_FAULT, CODE_MEANING = "JB-KEY-001", "JB-DIA-002", "JB-REF-003", "JB-DIA-003"

# what a status means where nothing refines it (DESIGN 6); first by status, then by class; "" = read the payload
STATUSES: Mapping[int, str] = {
    400: "PROVIDER_REFUSED_TRANSLATION",
    401: "PROVIDER_REFUSED_GATEWAY",
    403: "PROVIDER_REFUSED_GATEWAY",
    404: "PROVIDER_FAILED",
    409: "CONFLICT",
    410: "PROVIDER_FAILED",
    412: "CONFLICT",
    415: "PROVIDER_REFUSED_TRANSLATION",
    422: "PROVIDER_REFUSED_TRANSLATION",
    428: "CONFLICT",
    429: "PROVIDER_BUSY",
    503: "PROVIDER_BUSY",
}
CLASSES: Mapping[int, str] = {1: "PROVIDER_PROTOCOL", 2: "", 3: "PROVIDER_REDIRECTED", 4: "PROVIDER_FAILED", 5: "PROVIDER_FAILED"}
# the kinds of the catalogue that a provider's answer may mean; all kinds of the federation's own may be named as well
MEANT = frozenset({"SUBJECT_NOT_FOUND", "CONFLICT"} | {name for name, kind in CATALOGUE.items() if kind.whose == "provider"})

KEYS = ("format", "envelope", "http", "namespace", "faults", "encoding", "paging", "idempotency")
LATER_KEYS: tuple[str, ...] = ()
ENVELOPE_KEYS = ("code", "type", "success", "payload", "faults")
CODE_TYPES = ("string", "integer", "boolean")
FORMATS = ("json", "xml", "soap11", "soap12")
SOAP = ("soap11", "soap12")
ENCODINGS = ("utf-8", "utf-16", "iso-8859-1", "windows-1252")


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What the codes of SOAP faults mean. Shape: keyed by the local part of the code, as the agency writes it."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    otherwise: Kind = CATALOGUE["PROVIDER_FAILED"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect, compiled.

    Shape: `judge_status(status, retry_after, now_s)` gives a Fault, or None where the payload is to be read; `open_envelope(document)`
    gives the payload or raises Refused; `judge_envelope(document)` raises Refused where the verdict is no success, None without an
    envelope. Units: now_s Unix seconds.
    """

    judge_status: Callable[[int, bytes, float], Fault | None]
    open_envelope: Callable[[Json], Json]
    problems: tuple[Problem, ...] = ()
    judge_envelope: Callable[[Json], None] | None = None
    kinds: tuple[Kind, ...] = ()  # every kind that this dialect can give, for the series made at load
    format: str = "json"
    namespace: str = ""
    encoding: str = "utf-8"
    table: FaultTable = FaultTable()
    verdict: Verdict | None = None  # where the envelope stands, for formats whose documents are read by their grammar


@dataclass(frozen=True, slots=True)
class _Envelope:
    """Where the verdict stands and what it means. Shape: codes are keyed with their JSON type, so that true is not 1."""

    code: Segments
    type: str
    success: frozenset[tuple[str, Json]]
    payload: Segments
    faults: Mapping[tuple[str, Json], Kind]
    otherwise: Kind

    def open(self, document: Json) -> Json:
        """Give the payload.

        Faults: PROVIDER_INVALID, and the kinds of `faults`.
        """
        self.judge(document)
        payload = _dig(document, self.payload)
        if payload is _NOTHING:
            raise refuse("PROVIDER_INVALID", reason="envelope: success without a payload")
        return payload

    def judge(self, document: Json) -> None:
        """Refuse where the verdict is no success.

        Faults: PROVIDER_INVALID, and the kinds of `faults`.
        """
        code = _dig(document, self.code)
        if type_of(code) != self.type:
            raise refuse("PROVIDER_INVALID", reason="envelope: the code is missing or of another type")
        verdict = (self.type, code)
        if verdict not in self.success:
            kind = self.faults.get(verdict)
            raise Refused(Fault(kind or self.otherwise, reason=f"envelope: {code if kind else 'else'}"))


_NOTHING = object()


def _dig(document: Json, path: Segments) -> Json:
    for segment in path:
        if type(document) is not dict or segment not in document:
            return _NOTHING
        document = document[segment]
    return document


def parse_retry_after(value: bytes, now_s: float) -> int | None:
    """Give the seconds that `Retry-After` names, capped; None where it names none.

    Units: now_s Unix seconds. Source: RFC 9110 10.2.3.
    """
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:10]), RETRY_AFTER_MAX_S)
    try:
        at = parsedate_to_datetime(text)
        if at.tzinfo is None:
            return None
        return max(0, min(math.ceil(at.timestamp() - now_s), RETRY_AFTER_MAX_S))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def compile_dialect(dialect: Json, faults: Mapping[str, Kind], refine: Json = None) -> Dialect:
    """Compile the `dialect:` of an upstream.

    Shape: `faults` holds the catalogue and the federation's own; `refine` is a route's `response:` (its `http` and `faults`); problems of
    it point below `response`.
    """
    problems: list[Problem] = []
    own, route = dialect or {}, refine or {}
    _check_keys(own, problems)
    http = _read_http(own.get("http"), ("http",), faults, problems) | _read_http(route.get("http"), ("response", "http"), faults, problems)
    envelope = _read_envelope(own["envelope"], route.get("faults"), faults, problems) if "envelope" in own else None
    is_soap = own.get("format") in SOAP
    table = _read_table(own, None if envelope is not None else route.get("faults"), faults, problems) if is_soap else FaultTable()
    if not is_soap and envelope is None and not problems:
        _check_refinement(route, problems)
    plain = Dialect(
        _make_judge(http),
        _pass_whole,
        tuple(problems),
        None,
        _list_kinds(http, table if is_soap else None, envelope),
        own.get("format", "json"),
        own.get("namespace", ""),
        own.get("encoding", "utf-8"),
        table,
    )
    if envelope is None:
        return plain
    verdict = Verdict(envelope.code, envelope.type, envelope.payload)
    return replace(plain, open_envelope=envelope.open, judge_envelope=envelope.judge, verdict=verdict)


def _list_kinds(http: Mapping[int, Kind], table: FaultTable | None, envelope: _Envelope | None) -> tuple[Kind, ...]:
    given = {*http.values(), *(CATALOGUE[name] for name in {*STATUSES.values(), *CLASSES.values()} if name)}
    if table is not None:
        given |= {*table.kinds.values(), table.otherwise}
    if envelope is not None:
        given |= {*envelope.faults.values(), envelope.otherwise, CATALOGUE["PROVIDER_INVALID"]}
    return tuple(sorted(given, key=lambda kind: kind.name))


def _check_refinement(route: Json, problems: list[Problem]) -> None:
    if route.get("faults") is not None:
        message = "the dialect has no envelope whose codes could be refined"
        problems.append(Problem(("response", "faults"), CODE_FORM, message, "http: {404: …}"))


def _read_table(own: Json, refine: Json, faults: Mapping[str, Kind], problems: list[Problem]) -> FaultTable:
    table = _read_faults(own.get("faults"), ("faults",), "string", faults, problems)
    table |= _read_faults(refine, ("response", "faults"), "string", faults, problems, is_refining=True)
    otherwise = table.pop(_ELSE, CATALOGUE["PROVIDER_FAILED"])
    return FaultTable({str(code): kind for (_, code), kind in table.items()}, otherwise)


def _pass_whole(document: Json) -> Json:
    return document


def _make_judge(http: Mapping[int, Kind]) -> Callable[[int, bytes, float], Fault | None]:
    table: dict[int, Kind | None] = {}
    for status in range(100, 600):
        name = STATUSES.get(status, CLASSES[status // 100])
        table[status] = http.get(status) or (CATALOGUE[name] if name else None)
    strange = CATALOGUE["PROVIDER_PROTOCOL"]

    def judge(status: int, retry_after: bytes, now_s: float) -> Fault | None:
        kind = table.get(status, strange)
        if kind is None:
            return None
        wait_s = parse_retry_after(retry_after, now_s) if retry_after and kind.retry else None
        return Fault(kind, retry_after_s=wait_s, reason=f"status {status}")

    return judge


def _check_keys(dialect: Json, problems: list[Problem]) -> None:
    for key in dialect:
        if key in LATER_KEYS:
            problems.append(say_not_yet((key,), f"`{key}` of a dialect"))
        elif key not in KEYS:
            problems.append(Problem((key,), CODE_KEY, f'unknown key "{key}"', suggest_name(str(key), KEYS)))
    form = dialect.get("format", "json")
    if form not in FORMATS:
        problems.append(Problem(("format",), CODE_FORM, f'unknown format "{form}"', f"one of {', '.join(FORMATS)}"))
    for key, forms in (("namespace", FORMATS[1:]), ("encoding", FORMATS[1:]), ("faults", SOAP)):
        if key in dialect and form not in forms:
            problems.append(Problem((key,), CODE_FORM, f"`{key}` is of {', '.join(forms)}, and the format is {form}", "", True))
    if dialect.get("encoding", "utf-8") not in ENCODINGS:
        problems.append(Problem(("encoding",), CODE_FORM, f"the encoding is one of {', '.join(ENCODINGS)}"))
    if form in SOAP and not dialect.get("namespace"):
        problems.append(Problem((), CODE_FORM, "SOAP needs the namespace of its bodies", "namespace: urn:…"))


def _read_http(table: Json, at: Path, faults: Mapping[str, Kind], problems: list[Problem]) -> dict[int, Kind]:
    if table is not None and not isinstance(table, dict):
        problems.append(Problem(at, CODE_FORM, "`http` is a table status: fault", "http: {429: PROVIDER_BUSY}"))
        return {}
    read: dict[int, Kind] = {}
    for key, name in (table or {}).items():
        status = _read_key(key, "integer")
        if type(status) is not int or not 200 <= status <= 599:
            problems.append(Problem((*at, key), CODE_FORM, "a status is a whole number from 200 to 599"))
            continue
        kind = _find_kind(name, (*at, key), faults, problems)
        if kind is not None:
            read[status] = kind
    return read


def _find_kind(name: Json, at: Path, faults: Mapping[str, Kind], problems: list[Problem]) -> Kind | None:
    may_be_meant = {known for known in faults if known in MEANT or known not in CATALOGUE}
    if isinstance(name, str) and name in may_be_meant:
        return faults[name]
    if isinstance(name, str) and name in faults:
        problems.append(Problem(at, CODE_MEANING, f"no provider's answer means {name}", "name a fault of a provider, like PROVIDER_FAILED"))
    else:
        problems.append(Problem(at, CODE_FAULT, f'unknown fault "{name}"', suggest_name(str(name), may_be_meant)))
    return None


def _read_envelope(envelope: Json, refine: Json, faults: Mapping[str, Kind], problems: list[Problem]) -> _Envelope | None:
    at: Path = ("envelope",)
    if not isinstance(envelope, dict):
        hint = 'envelope: {code: status, success: ["00"], payload: data, faults: {else: …}}'
        problems.append(Problem(at, CODE_FORM, "`envelope` is a table", hint))
        return None
    before = len(problems)
    strange = [key for key in envelope if key not in ENVELOPE_KEYS]
    problems += [Problem((*at, key), CODE_KEY, f'unknown key "{key}"', suggest_name(str(key), ENVELOPE_KEYS)) for key in strange]
    kind = envelope.get("type", "string")
    if kind not in CODE_TYPES:
        problems.append(Problem((*at, "type"), CODE_FORM, f"`type` is one of {', '.join(CODE_TYPES)}"))
    if "code" not in envelope:
        problems.append(Problem(at, CODE_FORM, "an envelope says where its code stands", "code: status"))
    code = read_path(envelope.get("code", "-"), (*at, "code"), problems)
    payload = read_path(envelope["payload"], (*at, "payload"), problems) if "payload" in envelope else ()
    wins = _read_success(envelope.get("success"), kind, (*at, "success"), problems)
    table = _read_faults(envelope.get("faults"), (*at, "faults"), kind, faults, problems)
    more = _read_faults(refine, ("response", "faults"), kind, faults, problems, is_refining=True)
    known = table | more
    otherwise = known.pop(_ELSE, None)
    if len(problems) > before or code is None or payload is None or otherwise is None:
        return None
    return _Envelope(code, kind, wins, payload, known, otherwise)


def _read_success(success: Json, kind: str, at: Path, problems: list[Problem]) -> frozenset[tuple[str, Json]]:
    if not isinstance(success, list) or not success:
        problems.append(Problem(at, CODE_FORM, "`success` is a list of codes", 'success: ["00"]'))
        return frozenset()
    return frozenset(_read_code(value, kind, (*at, index), problems) for index, value in enumerate(success))


_ELSE = ("else", None)


def _read_key(key: Json, kind: str) -> Json:
    """Give the code that a key means: the keys of a decoded table are texts, whatever their codes are."""
    if kind == "integer" and isinstance(key, str) and re.fullmatch(r"-?[0-9]{1,9}", key):
        return int(key)
    return {"true": True, "false": False}.get(key, key) if kind == "boolean" else key


def _read_code(value: Json, kind: str, at: Path, problems: list[Problem]) -> tuple[str, Json]:
    if type_of(value) != kind:
        hint = "quote it" if kind == "string" else f"the envelope says `type: {kind}`"
        problems.append(Problem(at, CODE_FORM, f"the codes of this envelope are of type {kind}", hint))
        return kind, None
    return kind, value


def _read_faults(
    table: Json, at: Path, kind: str, faults: Mapping[str, Kind], problems: list[Problem], is_refining: bool = False
) -> dict[tuple[str, Json], Kind]:
    if table is None and is_refining:
        return {}
    if not isinstance(table, dict) or ("else" not in table and not is_refining):
        problems.append(Problem(at, CODE_FORM, "`faults` is a table code: fault with an `else`", "faults: {else: PROVIDER_FAILED}"))
        return {}
    read: dict[tuple[str, Json], Kind] = {}
    for code, name in table.items():
        verdict = _ELSE if code == "else" else _read_code(_read_key(code, kind), kind, (*at, code), problems)
        found = _find_kind(name, (*at, code), faults, problems)
        if found is not None:
            read[verdict] = found
    return read
