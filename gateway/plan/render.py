"""Diagnostics as text, as data, as commands of a code host, and as SARIF.

Laws: 1. A secret never shows: what a diagnostic marks as one is masked in every excerpt of its line, whoever asked for it, and what
looks like one too. 2. The order is the order of the files.
Must not know: how a diagnostic came about.
Source: SARIF 2.1.0 (OASIS), 3.27 result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import orjson

from .. import __version__
from ..values.model import Json
from .codes import CODES
from .diagnose import Diagnostic
from .marks import Mark, Source

Format = Literal["text", "json", "github", "sarif"]
EXCERPT_MAX = 160
_MASK = "•"
_LOOKS_SECRET = re.compile(
    r"""(?i)\b(?:[a-z_]*(?:password|passwd|secret|token)|value|private_key)["']?\s*:\s*(["']?)(?!\$\{|["']?\$\{|[\[{])(?P<it>[^\s,"'}][^,"'}]*)"""
)


class Excerpts:
    """Lines of sources with their secrets masked."""

    __slots__ = ("_lines", "_secrets", "_shown", "_sources")

    def __init__(self, sources: Mapping[str, Source], diagnostics: Iterable[Diagnostic]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}
        self._shown: dict[tuple[str, int], str] = {}
        self._secrets: dict[tuple[str, int], list[Mark]] = {}
        for one in diagnostics:
            if one.is_secret:
                self._secrets.setdefault((one.mark.file, one.mark.line), []).append(one.mark)

    def line(self, file: str, number: int) -> str:
        """Give a line of a file, masked; empty where there is none."""
        if (file, number) not in self._shown:
            self._shown[file, number] = self._mask_line(file, number)
        return self._shown[file, number]

    def _mask_line(self, file: str, number: int) -> str:
        if file not in self._lines:
            source = self._sources.get(file)
            self._lines[file] = source.text.split("\n") if source is not None else []
        lines = self._lines[file]
        if not 0 < number <= len(lines):
            return ""
        text = lines[number - 1]
        for mark in self._secrets.get((file, number), ()):
            begin, end = mark.column - 1, mark.column - 1 + (mark.length if mark.length > 1 else len(text))
            text = text[:begin] + _MASK * (min(end, len(text)) - begin) + text[end:]
        return _show_invisible(_LOOKS_SECRET.sub(_mask_group, text))


def _show_invisible(text: str) -> str:
    """Replace what a terminal would hide or obey, one character for one, so that carets stay where they belong."""
    return text if text.isprintable() else "".join(one if one.isprintable() else "→" if one == "\t" else "�" for one in text)


def _mask_group(found: re.Match[str]) -> str:
    whole, begin, end = found.group(), found.start("it") - found.start(), found.end("it") - found.start()
    return whole[:begin] + _MASK * (end - begin) + whole[end:]


def render_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Render diagnostics as a compiler does, each with the line it is about."""
    excerpts = Excerpts(sources, diagnostics)
    parts = (_list_lines(each) if len(each) > 1 else _text_lines(each[0], excerpts) for each in _join_listed(diagnostics))
    return "\n".join("\n".join(lines) + "\n" for lines in parts)


def _join_listed(diagnostics: Sequence[Diagnostic]) -> Iterable[Sequence[Diagnostic]]:
    """Give diagnostics in their order, those that are shown as one list together, where the first of them stands."""
    found: dict[object, list[Diagnostic]] = {}
    for place, one in enumerate(diagnostics):
        found.setdefault((one.code, one.severity, one.hint, one.effect) if one.listed else place, []).append(one)
    return found.values()


def _list_lines(listed: Sequence[Diagnostic]) -> list[str]:
    """Show many of one kind as a list: what each is of, and where."""
    first = listed[0]
    width = max(len(one.listed) for one in listed)
    lines = [f"{first.severity}[{first.code}]: {CODES[first.code].title}, {len(listed)} times"]
    lines += [_show_invisible(f"   {one.listed.ljust(width)}  {_place(one.mark)}") for one in listed]
    lines += [f"   = help: {first.hint}"] if first.hint else []
    return [*lines, f"   = effect: {first.effect}"] if first.effect else lines


def _text_lines(one: Diagnostic, excerpts: Excerpts) -> list[str]:
    mark = one.mark
    lines = [_show_invisible(f"{one.severity}[{one.code}]: {one.message}"), f"  --> {_show_invisible(_place(mark))}"]
    shown = excerpts.line(mark.file, mark.line)
    hint = one.hint + "".join(f" ({_place(other.mark, False)})" for other in one.related[:1] if _place(other.mark, False) not in one.hint)
    hint = _show_invisible(hint.strip())
    if shown:
        lines += _excerpt(mark, shown, hint)
    elif hint:
        lines.append(f"   = help: {hint}")
    lines += [f"   = note: {other.message}: {_place(other.mark)}" for other in one.related[1:]]
    if one.effect:
        lines.append(f"   = effect: {one.effect}")
    return lines


def _excerpt(mark: Mark, line: str, hint: str) -> list[str]:
    """Give the line with carets under what is marked; a long line is cut around it."""
    begin = max(mark.column - 1, 0)
    cut = max(0, begin - EXCERPT_MAX // 2) if len(line) > EXCERPT_MAX else 0
    shown = ("…" if cut else "") + line[cut : cut + EXCERPT_MAX] + ("…" if len(line) > cut + EXCERPT_MAX else "")
    at = begin - cut + (1 if cut else 0)
    carets = "^" * max(1, min(mark.length, len(shown) - at))
    number = f"{mark.line:>5}"
    return [f"{number} | {shown}", f"      | {' ' * at}{carets} {hint}".rstrip()]


def _place(mark: Mark, with_column: bool = True) -> str:
    if mark.line == 0:
        return mark.file
    return f"{mark.file}:{mark.line}:{mark.column}" if with_column else f"{mark.file}:{mark.line}"


def list_diagnostics(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Json]]:
    """Give diagnostics as plain data, one object each."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "message": one.message,
            **_position(one.mark),
            "hint": one.hint,
            "effect": one.effect,
            "related": [{"message": other.message, **_position(other.mark)} for other in one.related],
        }
        for one in diagnostics
    ]


def _position(mark: Mark) -> dict[str, Json]:
    return {"file": mark.file, "line": mark.line, "column": mark.column, "length": mark.length}


def render_json(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Render diagnostics as a JSON list of objects."""
    return orjson.dumps(list_diagnostics(diagnostics), option=orjson.OPT_INDENT_2).decode() + "\n"


def render_github(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Render diagnostics as workflow commands, which show beside the lines of a change."""
    return "".join(_command(one) for one in diagnostics)


def _command(one: Diagnostic) -> str:
    mark = one.mark
    place = f"file={_property(mark.file)}"
    if mark.line:
        place += f",line={mark.line},col={mark.column},endColumn={mark.column + max(mark.length, 1)}"
    text = one.message + (f" - {one.hint}" if one.hint else "")
    return f"::{one.severity} {place},title={_property(one.code)}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def render_sarif(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Render diagnostics as one SARIF 2.1.0 log."""
    used = sorted({one.code for one in diagnostics})
    rules = [_rule(code) for code in used]
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": used.index(one.code),
            "level": one.severity,
            "message": {"text": one.message + (f" ({one.hint})" if one.hint else "")},
            "locations": [_location(one.mark)],
            "relatedLocations": [{**_location(other.mark), "message": {"text": other.message}} for other in one.related],
        }
        for one in diagnostics
    ]
    driver = {"name": "jembatan", "version": __version__, "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return orjson.dumps(log, option=orjson.OPT_INDENT_2).decode() + "\n"


def _rule(code: str) -> dict[str, Json]:
    row = CODES.get(code)
    if row is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": row.title},
        "fullDescription": {"text": f"{row.what} {row.why}"},
        "help": {"text": row.mend},
    }


def _location(mark: Mark) -> dict[str, Json]:
    place: dict[str, Json] = {"artifactLocation": {"uri": mark.file.replace("\\", "/").replace(" ", "%20")}}
    if mark.line:
        place["region"] = {"startLine": mark.line, "startColumn": mark.column, "endColumn": mark.column + max(mark.length, 1)}
    return {"physicalLocation": place}


RENDERERS: dict[Format, Callable[[Sequence[Diagnostic], Mapping[str, Source]], str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
}
