"""The manual of a software, in its maker's language: what is asked, what is told and in which form, how it says no.

Law: all that a mapping must know stands here in words or in the contract beside it; nothing of a canonical form does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import orjson

from gateway.values.model import Json

from ..soap import SOAP11, SOAP12
from .documents import fill_refusal, fill_tree, write_document, write_element
from .families import REASONS, Family, Tree, walk_tree
from .forms import CODES, DATES, Leaf
from .people import list_residents
from .register import Region, Service
from .words import CODE_WORDS, FIELDS, REASON_WORDS, STYLES, WORDS


def say_reason(lang: str, reason: str) -> str:
    """Say a refusal's reason."""
    return REASON_WORDS[lang][reason]


def say_field(lang: str, field: str) -> str:
    """Say what a field means."""
    return FIELDS[lang][field]


def make_example(family: Family) -> Service:
    """Make the installation that the examples are of: no such one is served."""
    return Service(
        "contoh", "example", family.id, "contoh", "INSTANSI CONTOH", "Asia/Jakarta", (Region("3215", "KABUPATEN KARAWANG", "Asia/Jakarta"),)
    )


def list_samples(family: Family) -> list[bytes]:
    """Give what it answers for each resident of the example."""
    return [_write(family, fill_tree(family.tell, record, family.absent)) for record in list_residents(make_example(family))]


def _write(family: Family, document: Json) -> bytes:
    if family.speaks.startswith("soap"):
        envelope = SOAP11 if family.speaks == "soap11" else SOAP12
        content = write_element(document, family.namespace)
        return f'<S:Envelope xmlns:S="{envelope}"><S:Body>{content}</S:Body></S:Envelope>'.encode()
    return write_document(family, document)


def write_manual(family: Family) -> str:
    """Write the manual as Markdown."""
    words = WORDS[family.lang]
    record = list_residents(make_example(family))[0]
    style = STYLES[family.style].format(family.header) + (f" ({words['each']})" if family.has_key_each else "")
    speaks = {"json": "JSON", "xml": f"XML, {family.encoding}", "soap11": "SOAP 1.1", "soap12": "SOAP 1.2"}[family.speaks]
    absent = words["omit"] if family.absent is None else f"{words['written']} `{_show(family.absent.value)}`"
    lines = [f"# {family.id}", "", family.about, "", f"## {words['asked']}", ""]
    lines += [f"`{family.method} {family.path}`, {words['below']}. {speaks}. {words['show']}: {style}."]
    lines += [f"Namespace: `{family.namespace}`."] if family.namespace else []
    lines += (
        [f"SOAPAction: `{family.namespace}/{next(iter(family.send))}`."]
        if family.speaks.startswith("soap") and isinstance(family.send, dict)
        else []
    )
    if family.query or family.send:
        lines += ["", *_write_table(family, dict(family.query) or family.send or {})]
    if family.send:
        lines += ["", *_write_block(family, words, fill_tree(family.send, record, None))]
    lines += ["", f"## {words['told']}", "", *_write_table(family, family.tell), "", f"{words['absent']} {absent}.", ""]
    lines += [*_write_block(family, words, fill_tree(family.tell, record, family.absent)), "", f"## {words['refused']}", ""]
    return "\n".join([*lines, *_write_refusals(family, words), ""])


def _write_block(family: Family, words: Mapping[str, str], document: Json) -> Iterator[str]:
    kind = "json" if family.speaks == "json" else "xml"
    text = orjson.dumps(document).decode() if kind == "json" else write_element(document, family.namespace)
    yield from (f"{words['example']}:", "", f"```{kind}", text, "```")


def _write_table(family: Family, tree: Tree) -> Iterator[str]:
    words = WORDS[family.lang]
    yield f"| {words['field']} | {words['meaning']} | {words['form']} |"
    yield "| --- | --- | --- |"
    for path, leaf in walk_tree(tree):
        meaning = FIELDS[family.lang][leaf.field] if isinstance(leaf, Leaf) else ""
        form = say_form(leaf, family.lang) if isinstance(leaf, Leaf) else f"{words['always']} `{_show(leaf.value)}`"
        yield f"| `{'.'.join(path)}` | {meaning} | {form} |"


def say_form(leaf: Leaf, lang: str) -> str:
    """Say in words how a field is written."""
    words = WORDS[lang]
    cut, pad = re.fullmatch(r"\[([0-9]+):([0-9]+)\]", leaf.form), re.fullmatch("pad([0-9]+)", leaf.form)
    if leaf.field in CODES:
        said = ", ".join(f"`{text}` = {CODE_WORDS[lang][code]}" for code, text in leaf.codes.items())
    elif cut:
        said = words["cut"].format(int(cut[1]) + 1, cut[2])
    elif pad:
        said = words["pad"].format(pad[1])
    elif leaf.field in DATES or leaf.form not in words:
        said = f"`{leaf.form}`" if leaf.form else words["text"]
    else:
        said = words[leaf.form]
    return f"{said}; {words['number']}" if leaf.is_literal else said


def _write_refusals(family: Family, words: Mapping[str, str]) -> Iterator[str]:
    if family.speaks.startswith("soap"):
        code = family.refusals["missing"][0]
        yield from (f"| {words['reason']} | faultcode |", "| --- | --- |", f"| {REASON_WORDS[family.lang]['missing']} | `{code}` |")
        return
    yield f"| {words['reason']} | {words['status']} | {words['code']} |"
    yield "| --- | --- | --- |"
    for reason in REASONS:
        status, code = (*family.refusals[reason], None)[:2]
        yield f"| {REASON_WORDS[family.lang][reason]} | {status} | {'' if code is None else f'`{_show(code)}`'} |"
    status, code = (*family.refusals["missing"], None)[:2]
    yield ""
    yield from _write_block(family, words, fill_refusal(family.refusal, code, REASON_WORDS[family.lang]["missing"]))


def _show(value: Json) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
