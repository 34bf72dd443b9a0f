"""Figures as people read them, in Indonesian and English.

Must not know: what the figures are of.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["id", "en"]

_SCALES: tuple[tuple[int, dict[Language, str]], ...] = (
    (10**12, {"id": "triliun", "en": "trillion"}),
    (10**9, {"id": "miliar", "en": "billion"}),
    (10**6, {"id": "juta", "en": "million"}),
)


def say_rupiah(rupiah: int, language: Language) -> str:
    """Give an amount of money: `Rp 6,2 triliun`, `Rp 6.2 trillion`."""
    for scale, names in _SCALES:
        if abs(rupiah) >= scale:
            figure = f"{rupiah / scale:,.1f}"
            return f"Rp {localise(figure, language)} {names[language]}"
    return f"Rp {say_number(rupiah, language)}"


def say_number(number: int, language: Language) -> str:
    """Give a whole number with its thousands."""
    return localise(f"{number:,}", language)


def say_share(share: float, language: Language) -> str:
    """Give a share in percent."""
    return f"{localise(f'{100 * share:.0f}', language)} %"


def localise(figure: str, language: Language) -> str:
    """Give a figure with the marks of a language."""
    return figure.translate(str.maketrans(",.", ".,")) if language == "id" else figure
