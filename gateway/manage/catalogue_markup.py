"""HTML of the catalogue's pages: one frame, forms with labels, tables with captions; nothing from elsewhere, no script.

Laws: 1. Whatever is filled in is escaped. 2. Everything works by keyboard alone: links, buttons, fields, in the order of reading.
3. Each field has its label, each table its caption, each page one main heading and its language.
Must not know: entries, cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from ..catalogue.gate.letter_texts import Language
from .catalogue_texts import say

MENU = (("/", "search"), ("/screenings", "screen"), ("/cases", "cases"), ("/plan", "plan"), ("/progress", "progress"))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. Shape: `kind` text, password, number, area, or the name of choices; `choices` value → text."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page. Shape: `who` is empty where nobody has signed in; `here` the address for the other language."""

    language: Language
    who: str = ""
    here: str = "/"
    may_see: bool = True

    def write(self, title: str, body: str) -> str:
        """Give a whole page."""
        name = escape(title)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{name} - '
            f'{escape(say("catalogue", self.language))}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="/style.css"></head><body><a class="skip" href="#main">{escape(say("skip", self.language))}</a>'
            f'<header>{self._menu()}</header><main id="main" tabindex="-1"><h1>{name}</h1>{body}</main></body></html>\n'
        )

    def _menu(self) -> str:
        menu = [one for one in MENU if self.who and (self.may_see or one[1] == "screen")]
        items = [f'<li><a href="{path}">{escape(say(key, self.language))}</a></li>' for path, key in menu]
        other = "en" if self.language == "id" else "id"
        joint = "&amp;" if "?" in self.here else "?"
        link = f'<a href="{escape(self.here)}{joint}lang={other}" lang="{other}">{escape(say("other.language", self.language))}</a>'
        items.append(f"<li>{link}</li>")
        if self.who:
            button = f"<button>{escape(say('sign.out', self.language))} ({escape(self.who)})</button>"
            items.append(f'<li><form method="post" action="/logout">{button}</form></li>')
        return f'<nav aria-label="{escape(say("menu", self.language))}"><ul>{"".join(items)}</ul></nav>'


def write_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; its cells are HTML already."""
    top = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def write_list(pairs: Iterable[tuple[str, str]]) -> str:
    """Give names with what they are, escaped; what is empty is left out."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs if text) + "</dl>"


def write_form(action: str, fields: Sequence[Field], button: str, method: str = "post") -> str:
    """Give a form."""
    rows = "".join(_write_field(one, f"f{at}-{one.name}") for at, one in enumerate(fields))
    return f'<form method="{method}" action="{escape(action)}">{rows}<button>{escape(button)}</button></form>'


def _write_field(field: Field, id: str) -> str:
    if field.kind == "hidden":
        return f'<input type="hidden" name="{field.name}" value="{escape(field.value)}">'
    needed = " required" if field.is_needed else ""
    return f'<div><label for="{id}">{escape(field.label)}</label>{_write_entry(field, id, needed)}</div>'


def _write_entry(field: Field, id: str, needed: str) -> str:
    if field.choices:
        options = "".join(_option(value, text, field.value) for value, text in field.choices)
        return f'<select id="{id}" name="{field.name}"{needed}>{options}</select>'
    if field.kind == "area":
        return f'<textarea id="{id}" name="{field.name}" rows="5"{needed}>{escape(field.value)}</textarea>'
    off = ' autocomplete="off"' if field.kind == "password" else ""
    return f'<input id="{id}" name="{field.name}" type="{field.kind}" value="{escape(field.value)}"{off}{needed}>'


def _option(value: str, text: str, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(text)}</option>'


def link(href: str, text: str) -> str:
    """Give a link."""
    return f'<a href="{escape(href)}">{escape(text)}</a>'


def warn(title: str, text: str) -> str:
    """Give what went wrong, so that it is read out."""
    return f'<p class="wrong" role="alert"><strong>{escape(title)}:</strong> {escape(text)}</p>'
