"""What applications are called and how their owners describe them: acronyms, nicknames, long titles, two languages.

Must not know: columns, costs.
"""

from __future__ import annotations

from dataclasses import dataclass

from .chance import Chance
from .tables import Activity, Object, Owner

_NICKNAMES = """
SAKTI MANTAP JEMPOL SIGAP CERIA BERKAH JUARA SANTUN RAMAH TANGGUH CEPAT SMART PRIMA GEMILANG LANCAR MUDAH CERMAT AMANAH BINTANG CAHAYA
GARUDA MERPATI CENDRAWASIH MELATI ANGGREK KENARI RAJAWALI PELANGI SURYA FAJAR NUSA BAHARI RIMBA KARTIKA WIJAYA PUSAKA LESTARI MAKMUR
SEJAHTERA MANDIRI HARMONI SINERGI TERPADU SATU GERBANG PINTAR TUNTAS RESPONSIF PEDULI SIMPATIK
""".split()  # noqa: SIM905 - words read best as words
_LONG = (
    "Sistem Informasi {0} {1}",
    "Aplikasi {0} {1}",
    "Layanan {0} {1}",
    "{0} {1} Daring",
    "Sistem {0} {1} Terintegrasi",
    "Portal {0} {1}",
)
_LONG_EN = ("{1} {0} Information System", "{1} {0} System", "Online {1} {0}", "{1} {0} Application")
_TITLES = ("{short}", "{short} {place}", "{short} - {long}", "{long} ({short})", "{long} {place}", "{short}: {long} {place}")
_TELLS = (
    "Aplikasi untuk {0} {1} di lingkungan {2}.",
    "Digunakan oleh {2} dalam rangka {0} {1} secara elektronik.",
    "Sistem berbasis web yang membantu {0} {1}. Dikembangkan oleh {2} agar pelayanan lebih cepat dan transparan.",
    "Memudahkan masyarakat dan petugas dalam {0} {1}.",
    "{0} {1} {2}",
    "Mencatat dan menyajikan data {1}; mencakup {0}, laporan, dan rekap per wilayah.",
    "Wadah {0} {1} bagi perangkat daerah dan warga.",
)
_TELLS_EN = (
    "Web application for {0} of {1}, run by {2}.",
    "Lets officials and citizens handle {1}: {0}, search and reports.",
    "Electronic {0} for {1}.",
)
_DOES = ("{0} {1}", "mengelola {0} {1}", "layanan {0} {1}", "{1}: {0}", "penyelenggaraan {0} urusan {1}")


@dataclass(frozen=True, slots=True)
class Called:
    """What an application is called: in short, and at length."""

    short: str
    long: str
    long_en: str


def name_application(chance: Chance, thing: Object, activity: Activity) -> Called:
    """Coin a name."""
    word, word_en = chance.pick(activity.indonesian), chance.pick(activity.english)
    long = chance.pick(_LONG).format(word.title(), thing.indonesian.title())
    long_en = chance.pick(_LONG_EN).format(word_en.title(), thing.english.title())
    ways = ("si", "sim", "e", "stem", "nick", "both", "smart")
    way = chance.weigh(ways, (4, 2, 3, 3, 2, 3, 1))
    return Called(_shorten(chance, way, thing, activity), long, long_en)


def _shorten(chance: Chance, way: str, thing: Object, activity: Activity) -> str:
    stem = chance.pick(activity.stems)
    plain = thing.indonesian.split()[-1].title()
    return {
        "si": f"SI{thing.short}",
        "sim": f"SIM{thing.short}",
        "e": f"e-{plain}",
        "stem": f"{stem.title()}{thing.short.title()}",
        "nick": chance.pick(_NICKNAMES),
        "both": f"SI-{stem[:3]}{thing.short[:4]}",
        "smart": f"Smart {thing.english.title()}",
    }[way]


def nickname(chance: Chance) -> str:
    """Give a name of the kind that a new head of office likes."""
    return chance.pick(_NICKNAMES)


def write_title(chance: Chance, called: Called, place: str) -> tuple[str, str]:
    """Give the title in Indonesian and, of some, in English."""
    title = chance.pick(_TITLES).format(short=called.short, long=called.long, place=place)
    return title, called.long_en if chance.roll(0.25) else ""


def describe_application(chance: Chance, thing: Object, activity: Activity, owner: Owner, called: Called) -> tuple[str, str]:
    """Give the description in both languages; either or both may be empty, as they are in registers."""
    words = (chance.pick(activity.indonesian), thing.indonesian, owner.indonesian)
    english = (chance.pick(activity.english), thing.english, owner.english)
    told = chance.pick(_TELLS).format(*words)
    if chance.roll(0.06):
        told = called.long
    return "" if chance.roll(0.18) else told[:1].upper() + told[1:], chance.pick(_TELLS_EN).format(*english) if chance.roll(0.12) else ""


def say_function(chance: Chance, thing: Object, activity: Activity) -> str:
    """Give what the owner filled in as its function; often nothing."""
    return chance.pick(_DOES).format(chance.pick(activity.indonesian), thing.indonesian) if chance.roll(0.45) else ""
