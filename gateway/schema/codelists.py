"""Code lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Code:
    """One code: for a canonical list its titles, for an agency's its canonical counterpart; dates as YYYY-MM-DD, "" = open."""

    code: str
    to: str = ""
    title_en: str = ""
    title_id: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed vocabulary.

    Shape: a canonical list has `to == ""`; an agency's names the canonical list that it translates to. `otherwise` is
    `reject`, `keep` or the canonical CODE that an unknown code becomes. `to_canonical` maps agency code → canonical,
    `to_agency` canonical → agency code (many-to-one: the preferred one). For a canonical list both are the identity.
    """

    name: str
    codes: Mapping[str, Code]
    to: str = ""
    to_canonical: Mapping[str, str] = None  # type: ignore[assignment]
    to_agency: Mapping[str, str] = None  # type: ignore[assignment]
    otherwise: str = "reject"
    source: str = ""
    since: str = ""
    until: str = ""
    is_injective: bool = True


def parse_codelist(
    document: Mapping[str, Json], csv_text: str | None = None, canonical: Mapping[str, CodeList] | None = None
) -> tuple[CodeList | None, tuple[Problem, ...]]:
    """Read a `codelist:` document (with its kind key); `csv_text` is the text of its `file:`; `canonical` the canonical lists by name."""
    raise NotImplementedError
