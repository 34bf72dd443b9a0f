"""Place 8 of a gathered answer: what the grants do not reveal is left out; what is missing, and on request where it is from, is not.

Laws: 1. That a part is missing is told to whoever gets the answer. 2. Where an element is from is told only to a caller who prefers it.
Must not know: how the answer was gathered.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..journey.gather import put_at
from ..journey.provenance import MEMBER
from ..schema.text import encode_json
from ..values.route import Exchange, Step


def make_withhold_document(problems: Sequence[str]) -> Step:
    """Make the step for one document; `problems` is the field that lists what is missing."""

    def withhold_gathered(x: Exchange) -> None:
        gathered, shown = x.gathered, x.answer if x.withhold is None else x.withhold(x.answer)
        if gathered is not None:
            if gathered.missing and x.withhold is not None:
                put_at(shown, problems, gathered.missing)
            if gathered.sources is not None:
                shown = {**shown, MEMBER: gathered.sources}
        x.out = encode_json(shown)

    return withhold_gathered


def withhold_gathered_list(x: Exchange) -> None:
    """Leave of each element what the grants of this caller and purpose reveal, and write the list."""
    show, gathered = x.withhold, x.gathered
    items = x.answer["items"] if show is None else [show(element) for element in x.answer["items"]]
    if gathered is not None and gathered.sources is not None:
        items = [{**item, MEMBER: sources} for item, sources in zip(items, gathered.sources, strict=True)]
    x.out = encode_json({**x.answer, "items": items})
