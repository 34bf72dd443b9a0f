"""`effect: write-once`, compiled: the step that names a write, what keeps its answer, and how its name reaches the provider.

Laws: 1. A write-once operation needs a durable store. 2. Whether its provider knows a repeat is said by the dialect, never taken for
granted; where it does not, a repeat in doubt is refused.
Must not know: what is kept, how it is claimed.
"""

from __future__ import annotations

from ..policy.seals import Seal
from ..traffic.once import KEEP_S, OUTCOMES, WriteOnce
from ..values.faults import refuse
from ..values.meters import Layout
from ..values.model import Json
from ..values.route import Exchange, Step
from .calls import OPAQUE
from .decode import Document
from .gateway_keys import need_stores
from .notes import Notes
from .providers import Site, answer_type

_CODE, _CODE_REPEAT = "JB-IDM-001", "JB-IDM-002"
_LEASE_S = 5.0  # beyond twice the deadline: a write whose caller has left runs on


def find_seal(document: Document, seal: Seal | None, notes: Notes) -> Seal | None:
    """Give what names and seals a write-once operation's writes; None where it is none, or cannot be, which is noted."""
    value = document.value
    if value["effect"] != "write-once":
        if value.get("keep") is not None:
            notes.note(document, ("keep",), _CODE, "only what is write-once is kept", "take it out", on_key=True)
        return None
    if value.get("bodies") == "streamed" or answer_type(document) == OPAQUE:
        hint = "bodies: buffered, and an answer with a type or none"
        notes.note(document, ("effect",), _CODE, "what is streamed or answered unread is not kept", hint, "a repeat would have no answer")
        return None
    return need_stores(seal, document, ("effect",), "what came of a write", notes)


def build_once(document: Document, seal: Seal, most: int, deadline_s: float, layout: Layout) -> WriteOnce:
    """Make what keeps the answers of an operation."""
    cells = {outcome: layout.add_series("jembatan_write_once_total", document.id, outcome) for outcome in OUTCOMES}
    return WriteOnce(seal, document.id, 2 * deadline_s + _LEASE_S, document.value.get("keep") or KEEP_S, most, cells)


# -- towards the provider


def key_steps(site: Site) -> tuple[Step, ...]:
    """Give the steps behind the one that writes the provider's call: they send its name, or see to it that none is sent twice."""
    effect = site.document.value["effect"]
    given: Json = (site.upstream_document.value.get("dialect") or {}).get("idempotency")
    if effect == "write-once" and given is None:
        message = f"nothing says whether {site.upstream.id} knows a repeated write"
        hint = "dialect: … idempotency: {header: Idempotency-Key}, or none"
        site.notes.note(site.document, ("provider", "upstream"), _CODE_REPEAT, message, hint, "a write could be done twice")
    if effect == "read" or given is None:
        return ()
    if given == "none":
        return (refuse_repeat,) if effect == "write-once" else ()
    return (_make_send_key(given["header"], is_quoted=given.get("form") != "bare"),)


def refuse_repeat(x: Exchange) -> None:
    """Send a write to a provider that knows no repeat: once, and never again.

    Faults: WRITE_UNSURE.
    """
    if x.is_repeat:
        raise refuse("WRITE_UNSURE")
    assert x.call is not None
    x.call.effect = "write"  # what is in doubt is not to be sent again, and the caller is told so


def _make_send_key(header: str, *, is_quoted: bool) -> Step:
    begin, end = (f'{header}: "', '"\r\n') if is_quoted else (f"{header}: ", "\r\n")

    def send_key(x: Exchange) -> None:
        if x.idempotency_key:
            assert x.call is not None
            x.call.head += (begin + x.idempotency_key + end).encode("ascii")

    return send_key
