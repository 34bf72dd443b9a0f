"""A route whose provider speaks XML or SOAP, compiled: which grammar its messages have, who writes and who reads them.

Laws: 1. What is written and read has a schema. 2. Keys that mean nothing in a format are mistakes there.
Must not know: callers, grants.
"""

from __future__ import annotations

from ..translate.dialect import SOAP, Dialect
from ..translate.xml.decode import ReadElement, compile_reader
from ..translate.xml.encode import compile_writer
from ..translate.xml.grammar import Grammar, make_grammar
from ..translate.xml.security import make_token_writer
from ..translate.xml.soap import VERSIONS, compile_envelope
from ..values.model import Json, Upstream
from .decode import Document
from .marks import Path
from .markup import WriteMessage
from .notes import Notes
from .shelf import Shelf

_OF_SOAP = ("operation", "action")
_EXAMPLES = {"operation": "operation: CariKunjungan", "method": "method: POST", "path": "path: /ws/warga"}
_NOT_OF_SOAP = ("method", "query", "params")
_OURS = ("content-type", "soapaction")
_NOT_COMPILED = "the route has no provider, so it is refused"
_XML_ACCEPT = "application/xml, text/xml"


def format_of(upstream: Document) -> str:
    """Give the format of an upstream's messages."""
    return str((upstream.value.get("dialect") or {}).get("format", "json"))


def accept_of(form: str) -> str:
    """Give what an Accept line says for a format."""
    version = VERSIONS.get(form)
    return "application/json" if form == "json" else version.media_type if version is not None else _XML_ACCEPT


def answer_media_type(upstream: Document) -> str:
    """Give the Content-Type that an upstream's answers usually have."""
    form = format_of(upstream)
    return "application/json" if form == "json" else accept_of(form).partition(",")[0] + "; charset=utf-8"


def check_keys(document: Document, form: str, notes: Notes) -> bool:
    """Note keys of a route that mean nothing in its provider's format, and those that are missing; say whether all is right."""
    request = document.value["provider"]["request"]
    here: Path = ("provider", "request")
    is_soap = form in SOAP
    wrong = [key for key in (_NOT_OF_SOAP if is_soap else _OF_SOAP) if key in request]
    missing = [key for key in (("operation",) if is_soap else ("method", "path")) if key not in request]
    for key in wrong:
        message = "a SOAP call is a POST of a body" if is_soap else f"`{key}` is of SOAP, and the provider speaks {form}"
        notes.note(document, (*here, key), "JB-XML-003", message, "take it out", _NOT_COMPILED, on_key=True)
    for key in missing:
        notes.note(
            document,
            here,
            "JB-KEY-002",
            f'missing key "{key}" in request',
            f"add `{_EXAMPLES[key]}`: the provider speaks {form}",
            _NOT_COMPILED,
        )
    is_fine = form == "json" or _check_message(document, form, notes)
    return is_fine and not wrong and not missing


def _check_message(document: Document, form: str, notes: Notes) -> bool:
    owned = [name for name in document.value["provider"]["request"].get("headers") or () if str(name).lower() in _OURS]
    for name in owned:
        path = ("provider", "request", "headers", name)
        notes.note(document, path, "JB-XML-003", f"{name} is written by the dialect", "take it out", on_key=True)
    return _check_bodies(document, form, notes) and not owned


def _check_bodies(document: Document, form: str, notes: Notes) -> bool:
    value = document.value
    response = value["provider"].get("response") or {}
    found: list[tuple[Path, str, str]] = []
    if value["call"].get("body") == "opaque" or value["answer"] == "opaque" or value["bodies"] == "streamed":
        found.append((("bodies",), f"bodies that nobody reads cannot be written in {form}", "name their schemas"))
    if (value["provider"]["request"].get("check") or "enforce") != "enforce":
        found.append((("provider", "request", "check"), f"a body in {form} is written by its schema and held to it", "check: enforce"))
    if response.get("unknown") == "keep":
        found.append((("provider", "response", "unknown"), "what no schema names cannot be kept from XML", "unknown: drop, or refuse"))
    for path, message, hint in found:
        notes.note(document, path, "JB-XML-003", message, hint, _NOT_COMPILED)
    return not found


def as_post(request: Json, base: str) -> tuple[Json, str]:
    """Give a SOAP request as a plain one, and the upstream's base below which its path stands."""
    plain = {key: value for key, value in request.items() if key not in _OF_SOAP}
    if "path" in plain:
        return {**plain, "method": "POST"}, base
    above, _, last = base.rpartition("/")
    return {**plain, "method": "POST", "path": "/" + last}, above


def build_head(request: Json, form: str) -> bytes:
    """Give the lines that say what a message is.

    Source: SOAP 1.1 6.1.1; RFC 3902 (the action parameter).
    """
    action = request.get("action", "")
    if form == "soap12":
        said = f'; action="{action}"' if action else ""
        return f"Content-Type: application/soap+xml; charset=utf-8{said}\r\n".encode()
    kind = f'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "{action}"\r\n' if form == "soap11" else ""
    return (kind or "Content-Type: application/xml; charset=utf-8\r\n").encode()


def build_message_writer(
    document: Document, shelf: Shelf, dialect: Dialect, upstream: Upstream, schema: str, notes: Notes
) -> WriteMessage | None:
    """Compile what writes the body of a call; None where something is wrong, which is then noted."""
    request = document.value["provider"]["request"]
    here: Path = ("provider", "request")
    grammar = _find_grammar(shelf, dialect, schema, request.get("operation", ""), is_request=True)
    if grammar is None:
        notes.note(document, here, "JB-XML-003", "a body in XML is written by a schema", "add schema: AGENCY/NAME@1", _NOT_COMPILED)
        return None
    if notes.note_problems(document, here, grammar.problems, _NOT_COMPILED):
        return None
    write = compile_writer(grammar)
    version = VERSIONS.get(dialect.format)
    if version is None:
        return lambda body, exchange, now_s: b'<?xml version="1.0" encoding="UTF-8"?>\n' + write(body).encode()
    token = upstream.username_token
    return compile_envelope(version, write, make_token_writer(token, version.must_understand) if token is not None else None)


def build_message_reader(document: Document, shelf: Shelf, dialect: Dialect, schema: str, unknown: str, notes: Notes) -> ReadElement | None:
    """Compile what reads the payload of an answer; None where something is wrong, which is then noted."""
    operation = document.value["provider"]["request"].get("operation", "")
    grammar = _find_grammar(shelf, dialect, schema, operation + "Response" if operation else "", is_request=False)
    if grammar is None or notes.note_problems(document, ("provider", "response"), grammar.problems, _NOT_COMPILED):
        return None
    return compile_reader(grammar, unknown, shelf.registry.compile_schema(schema).has_big_integers)


def _find_grammar(shelf: Shelf, dialect: Dialect, schema: str, root: str, *, is_request: bool) -> Grammar | None:
    if schema:
        verdict = None if is_request else dialect.verdict
        return (
            None if shelf.find_schema(schema) is None else make_grammar(shelf.registry.documents, schema, root, dialect.namespace, verdict)
        )
    empty = {"": {"type": "object", "additionalProperties": False}}
    return make_grammar(empty, "", root, dialect.namespace) if root else None
