"""Writing a provider's call, on the hot path: one generated function for the values, then target, head lines and body.

Laws: values never become structure (see target.py); all that is wrong with a call is reported at once, without values.
Must not know: connections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from gateway.values.faults import Finding, refuse
from gateway.values.model import Json
from gateway.values.route import Exchange

from .bindings import Draft
from .emit import compile_function, emit_function
from .ir import Copy, Put
from .problems import Untranslatable
from .references import EXPRESSIONS, locate, write_time
from .target import write_header_value, write_query_value, write_slot
from .writer import make_pointer

Write: TypeAlias = Callable[[Exchange], tuple[bytes, bytes, Json]]
ALWAYS = frozenset({(), ("params",), ("query",), ("headers",), ("body",)})
PASSING = (b"accept-language", b"prefer")
_DETAILS = {
    "params": ("path-segment", "empty, `.` and `..` cannot stand in the provider's path"),
    "query": ("query-value", "this value cannot stand in the provider's query"),
    "headers": ("header-value", "only visible ASCII can stand in the provider's header"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """What a call is written from. Shape: `pieces` are literals and slots; `translate` makes the body where a mapping does."""

    draft: Draft
    pieces: tuple[str | tuple[str], ...]
    base: str
    accept: str
    is_raw: bool
    translate: Callable[[Exchange], Json] | None
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class _Texts:
    """The text parts of a call. Shape: `query` and `headers` pair the written name with the bytes or text that go out."""

    pieces: tuple[str | tuple[str], ...]
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, bytes], ...]
    origins: dict[tuple[str, str], tuple[str, str]]  # (part, name) → part and pointer in the canonical call

    def write(self, values: Json) -> tuple[bytes, bytes]:
        """Give target and head lines.

        Faults: Untranslatable with all findings.
        """
        bad: list[Finding] = []
        out: list[str] = []
        params = values.get("params")
        for piece in self.pieces:
            try:
                out.append(piece if type(piece) is str else write_slot(params[piece[0]]))
            except ValueError:
                bad.append(self._blame("params", piece[0]))
        if self.query:
            self._write_query(values.get("query") or {}, out, bad)
        lines = self._write_headers(values.get("headers") or {}, bad) if self.headers else b""
        if bad:
            raise Untranslatable(tuple(bad))
        return "".join(out).encode("ascii"), lines

    def _blame(self, part: str, name: str) -> Finding:
        keyword, detail = _DETAILS[part]
        where, pointer = self.origins.get((part, name), ("body", ""))
        return Finding(pointer, keyword, detail, where)

    def _write_query(self, values: Json, out: list[str], bad: list[Finding]) -> None:
        sign = "?"
        for name, written in self.query:
            if name not in values:
                continue
            value = values[name]
            try:
                for item in value if type(value) is list else (value,):
                    out.append(sign + written + "=" + write_query_value(item))
                    sign = "&"
            except ValueError:
                bad.append(self._blame("query", name))

    def _write_headers(self, values: Json, bad: list[Finding]) -> bytes:
        lines = b""
        for name, begin in self.headers:
            if name not in values:
                continue
            try:
                lines += begin + write_header_value(values[name]) + b"\r\n"
            except ValueError:
                bad.append(self._blame("headers", name))
        return lines


def make_sender(sender: Sender) -> tuple[Write, str]:
    """Make the function that writes a call, and give the generated source of its values."""
    draft = sender.draft
    source, constants = emit_function(draft.writes, locate, EXPRESSIONS, ALWAYS)
    values = compile_function(source, {**constants, "write_time": write_time})
    names = {part: [target[1] for target in _targets(draft) if target[0] == part] for part in ("query", "headers")}
    texts = _Texts(
        _join_literals((sender.base, *sender.pieces)),
        tuple((name, quote(name, safe="")) for name in names["query"]),
        tuple((name, name.encode("ascii") + b": ") for name in names["headers"]),
        _find_origins(draft),
    )
    bound = {name.lower().encode("ascii") for name in names["headers"]}
    has_body = sender.is_raw or sender.translate is not None or any(target[0] == "body" for target in _targets(draft))
    head = _fixed_head(sender, bound, has_body and not sender.is_raw)
    passing = tuple((name, name.title() + b": ") for name in PASSING if name not in bound)
    body = _make_body(sender)
    passes_type = sender.is_raw and b"content-type" not in bound
    is_translated = sender.translate is not None  # the function below must not hold the draft

    def write(exchange: Exchange) -> tuple[bytes, bytes, Json]:
        bad: tuple[Finding, ...] = ()
        try:
            made = values(exchange)
            target, lines = texts.write(made)
        except Untranslatable as error:
            bad = error.findings
        try:
            document = body(exchange, made) if not bad or is_translated else None
        except Untranslatable as error:
            bad += error.findings
        if bad:
            raise refuse("UNTRANSLATABLE", *bad)
        given = exchange.request.headers
        for name, begin in passing:
            if name in given:
                lines += pass_line(begin, given[name])
        if passes_type:
            lines += pass_line(b"Content-Type: ", given.get(b"content-type", b"application/octet-stream"))
        return target, head + lines, document

    return write, source


def pass_line(begin: bytes, value: bytes) -> bytes:
    """Give a header line of the caller's for the provider; nothing where its value is not visible ASCII."""
    try:
        return begin + write_header_value(value.decode("ascii")) + b"\r\n"
    except ValueError:
        return b""


def _make_body(sender: Sender) -> Callable[[Exchange, Json], Json]:
    translate = sender.translate
    if sender.is_raw:
        return lambda exchange, made: exchange.raw
    if translate is not None:
        return lambda exchange, made: translate(exchange)
    if any(target[0] == "body" for target in _targets(sender.draft)):
        return lambda exchange, made: made["body"]
    return lambda exchange, made: None


def _targets(draft: Draft) -> list[tuple[str, ...]]:
    return [write.target for write in draft.writes if isinstance(write, Copy | Put)]


def _find_origins(draft: Draft) -> dict[tuple[str, str], tuple[str, str]]:
    origins: dict[tuple[str, str], tuple[str, str]] = {}
    for write in draft.writes:
        if isinstance(write, Copy) and write.target[0] != "body":
            part, path = locate(write.source.path)
            origins[write.target[0], write.target[1]] = part, make_pointer(path)
    return origins


def _join_literals(pieces: tuple[str | tuple[str], ...]) -> tuple[str | tuple[str], ...]:
    joined: list[str | tuple[str]] = []
    for piece in pieces:
        if joined and isinstance(piece, str) and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def _fixed_head(sender: Sender, bound: set[bytes], has_document: bool) -> bytes:
    head = b""
    if sender.accept and b"accept" not in bound:
        head += b"Accept: " + write_header_value(sender.accept) + b"\r\n"
    if has_document and sender.content_type and b"content-type" not in bound:
        head += b"Content-Type: " + write_header_value(sender.content_type) + b"\r\n"
    return head
