"""What a cluster is about, in words that its members use themselves.

Law: the words come from the entries; nothing is coined. Must not know: any glossary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ..entry import App, Text

_WORD = re.compile(r"[a-zA-Z][a-zA-Z-]+")
_EMPTY = frozenset(
    """
    sistem informasi aplikasi layanan portal daring terintegrasi online untuk dalam rangka dan di yang oleh secara elektronik lingkungan
    kabupaten kota provinsi pemerintah kementerian badan mengelola penyelenggaraan urusan data daerah web berbasis membantu dikembangkan
    agar pelayanan lebih cepat transparan digunakan memudahkan masyarakat petugas mencatat menyajikan mencakup laporan rekap per wilayah
    information system application web for and of the run by lets officials citizens handle search reports electronic regency city
    province ministry service services direktorat balai kantor pusat unit pelaksana teknis satuan kerja
    """.split()  # noqa: SIM905 - words read best as words
)
_LONGEST = 3
_SHARE_MIN = 0.2


def label_cluster(members: Sequence[App]) -> Text:
    """Give the phrase of at most three words that most members use, in each language."""
    indonesian = _commonest([(app.function, app.title.id, app.description.id) for app in members])
    english = _commonest([(app.title.en, app.description.en) for app in members])
    return Text(indonesian or min((app.title.id or app.title.en for app in members), key=len, default=""), english)


def _commonest(texts: Sequence[tuple[str, ...]]) -> str:
    counted: Counter[tuple[str, ...]] = Counter()
    for said in texts:
        counted.update({phrase for text in said for phrase in _phrases(text)})
    if not counted:
        return ""
    most = max(counted.values())
    kept = [(count * (1 + 0.6 * (len(phrase) - 1)), phrase) for phrase, count in counted.items() if count >= _SHARE_MIN * most]
    return " ".join(min(kept, key=lambda pair: (-pair[0], pair[1]))[1])


def _phrases(text: str) -> Iterable[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    for length in range(1, _LONGEST + 1):
        for place in range(len(words) - length + 1):
            phrase = tuple(words[place : place + length])
            if phrase[0] not in _EMPTY and phrase[-1] not in _EMPTY and len(phrase[0]) > 2:
                yield phrase
