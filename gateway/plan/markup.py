"""The steps of a route whose provider speaks XML or SOAP: its call written, its answer read.

Laws: those of `steps`; and 1. a SOAP fault is judged by its code, whatever its status; what is no fault by its status. 2. A route whose
provider speaks JSON never passes here.
Must not know: YAML, files, positions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ..translate.bind import Written
from ..translate.dialect import Dialect
from ..translate.problems import Untranslatable
from ..translate.xml.decode import ReadElement
from ..translate.xml.parse import is_encoding, parse_xml
from ..translate.xml.soap import VERSIONS, find_fault, open_envelope
from ..values.asks import CallUpstream
from ..values.faults import Fault, Refused, refuse
from ..values.model import Effect, Json, Reply, Upstream
from ..values.route import JSON_HEADERS, Exchange, Step
from .steps import Guard, Reading, check_document, count_findings, read_payload

WriteMessage = Callable[[Json, str, float], bytes]  # document, id of the exchange, Unix seconds
_XML_TYPES = ("application/xml", "text/xml")
_SEEN_MAX = 256


@dataclass(frozen=True, slots=True)
class Inward:
    """How a call is written. Shape: `head` are the lines that every such call carries; `guard` holds the body to its schema."""

    upstream: Upstream
    effect: Effect
    method: bytes
    head: bytes
    write: Callable[[Exchange], Written]
    write_message: WriteMessage | None
    guard: Guard | None


def make_write_message(inward: Inward) -> Step:
    """Make the step that turns the canonical call into the provider's message.

    Faults: UNTRANSLATABLE.
    """
    guard, write_message = inward.guard, inward.write_message

    def write_call(x: Exchange) -> None:
        target, head, body = inward.write(x)
        raw: bytes | None = None
        if write_message is not None:
            body = {} if body is None else body
            if guard is not None:
                body, findings = check_document(guard, x, body)
                if findings:
                    raise refuse("UNTRANSLATABLE", *findings, reason="the translated body breaks the provider's schema")
            try:
                raw = write_message(body, x.id, x.began_s)
            except Untranslatable as untranslatable:
                raise refuse("UNTRANSLATABLE", *untranslatable.findings, reason="XML cannot carry it") from untranslatable
        x.call = CallUpstream(inward.upstream, inward.effect, inward.method, target, inward.head + head, raw)

    return write_call


def make_read_message(reading: Reading, read: ReadElement | None) -> Step:
    """Make the step from a provider's message to the canonical answer; without `read` nothing but its verdict is read.

    Faults: those of the table of provider answers and of SOAP faults; PROVIDER_MEDIA_TYPE, PROVIDER_INVALID; what the envelope says.
    """
    dialect = reading.dialect
    read_whole = reading.read or read_payload

    def read_answer(x: Exchange) -> None:
        reply = x.reply
        assert reply is not None
        _judge_reply(dialect, reply, x.began_s)
        if not is_markup(reply.headers.get(b"content-type", b""), dialect.format, dialect.encoding):
            raise refuse("PROVIDER_MEDIA_TYPE")
        try:
            document = _read_message(dialect, read, reading.payload, reply.body, x)
        except Untranslatable as untranslatable:
            count_findings(reading.payload, x, untranslatable.findings)
            raise refuse("PROVIDER_INVALID", *untranslatable.findings, reason="not what its XML should be") from untranslatable
        if read is not None:
            read_whole(reading, x, document)
            x.out_headers = (*JSON_HEADERS, *x.out_headers) if x.out_headers else JSON_HEADERS

    return read_answer


def _judge_reply(dialect: Dialect, reply: Reply, now_s: float) -> None:
    """Refuse by the fault in a message, or by its status."""
    by_status = dialect.judge_status(reply.status, reply.headers.get(b"retry-after", b""), now_s)
    if by_status is None:
        return
    by_fault = _find_fault(dialect, reply)
    raise Refused(by_status if by_fault is None else by_fault)


def _find_fault(dialect: Dialect, reply: Reply) -> Fault | None:
    version = VERSIONS.get(dialect.format)
    if version is None or reply.status not in version.fault_statuses:
        return None
    if not is_markup(reply.headers.get(b"content-type", b""), dialect.format, dialect.encoding):
        return None
    try:
        return find_fault(version, parse_xml(reply.body, dialect.encoding), dialect.table)
    except Untranslatable:
        return None


def _read_message(dialect: Dialect, read: ReadElement | None, guard: Guard, raw: bytes, x: Exchange) -> Json:
    version = VERSIONS.get(dialect.format)
    element = parse_xml(raw, dialect.encoding)
    if version is not None:
        element = open_envelope(version, element, dialect.table)
    if read is None:
        return None
    document, dropped = read(element)
    if dropped:
        x.ports.count(guard.unknown_cell, dropped)
    return document


@lru_cache(maxsize=_SEEN_MAX)
def is_markup(content_type: bytes, form: str, encoding: str) -> bool:
    """Say whether a Content-Type is that of a format, and says no other encoding than the dialect's."""
    name, _, parameters = content_type.decode("latin-1").partition(";")
    name = name.strip().lower()
    version = VERSIONS.get(form)
    is_right = name == version.media_type if version is not None else name in _XML_TYPES or name.endswith("+xml")
    said = [part.partition("=")[2].strip(' "') for part in parameters.split(";") if part.strip().lower().startswith("charset=")]
    return is_right and all(is_encoding(one, encoding) for one in said)
