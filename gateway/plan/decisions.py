"""The decisions that journeys wait for, as operations of their own: `JOURNEY.STEP`, which policies name like any other.

Laws: 1. A decision is granted by its own name, never with its journey. 2. Its file is the answer of the same operation by GET. 3. Who is
granted it is granted the list of those that wait.
Must not know: how a decision is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..values.model import Json
from .decode import Document

STATE = "state"


def name_decision(journey: str, step: str) -> str:
    """Give the operation's id of a journey's step: the journey's major stays at the end."""
    base, at, major = journey.partition("@")
    return f"{base}.{step.replace('_', '-')}{at}{major}"


def list_decisions(journeys: Mapping[str, Document]) -> dict[str, Document]:
    """Give the documents of all decisions, by the operation's id."""
    return {made.id: made for document in journeys.values() for _, made in decisions_of(document)}


def decisions_of(document: Document) -> Iterator[tuple[str, Document]]:
    """Give a journey's steps that wait for a decision, each with its operation as a document."""
    for step, value in (document.value.get("steps") or {}).items():
        waits = value.get("waits_for") or {}
        if waits.get("path") and waits.get("body"):
            yield step, _make_decision(document, step, value, waits)


def _make_decision(document: Document, step: str, value: Json, waits: Json) -> Document:
    call = {"method": waits["method"], "path": waits["path"], "params": _params(document), "body": waits["body"], "unknown": "refuse"}
    answer = (value.get("shows") or {}).get("answer") or ""
    made = {
        "journey": document.id, "title": document.value.get("title"), "call": call, "answer": answer, "effect": "write", "decides": step,
        "lasts": True, "list": waits.get("list") or "",
    }  # fmt: skip
    here = ("steps", step)
    moved = (
        (("call",), (*here, "waits_for")), (("answer",), (*here, "shows", "answer")), (("effect",), here),
    )  # fmt: skip
    return replace(document, id=name_decision(document.id, step), value=made, moved=moved)


def _params(document: Document) -> Json:
    return {**((document.value.get("call") or {}).get("params") or {}), "journey": "string"}


def describe_standing(document: Document) -> Document:
    """Give `GET …/{journey}` of a journey that writes as a document: how it stands."""
    call = document.value["call"]
    value = {
        **document.value,
        "call": {"method": "GET", "path": f"{call['path']}/{{journey}}", "params": _params(document)},
        "effect": "read",
        "limits": {},
        "lasts": True,
    }  # fmt: skip
    return replace(document, id=name_decision(document.id, STATE), value=value)


def describe_file(decision: Document) -> Document:
    """Give a decision's file as a document: the same path by GET."""
    call = decision.value["call"]
    value = {**decision.value, "call": {"method": "GET", "path": call["path"], "params": call["params"]}, "effect": "read"}
    return replace(decision, id=f"{decision.id}.file", value=value)


def describe_list(decision: Document) -> Document:
    """Give the list of what waits for a decision as a document."""
    value = {
        **decision.value,
        "call": {"method": "GET", "path": decision.value["list"], "query": {"after": "optional cursor", "size": "optional page-size"}},
        "answer": {"list": decision.value["answer"]},
        "effect": "read",
    }
    at = ("steps", decision.value["decides"], "waits_for", "list")
    return replace(decision, id=f"{decision.id}.list", value=value, moved=((("call", "path"), at), *decision.moved))


def list_doors(journeys: Mapping[str, Document]) -> dict[str, Document]:
    """Give what is served of journeys that write beside what policies name: how each stands, the files, the lists."""
    writing = [document for document in journeys.values() if document.value.get("effect") == "write-once"]
    decisions = [made for document in writing for _, made in decisions_of(document)]
    files = [describe_file(made) for made in decisions if made.value["answer"]]
    lists = [describe_list(made) for made in decisions if made.value["list"]]
    return {made.id: made for made in (*map(describe_standing, writing), *files, *lists)}
