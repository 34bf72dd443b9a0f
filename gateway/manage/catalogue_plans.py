"""Pages on what overlaps and what to merge: the ranking, one cluster drawn with its plan, one entry's matches.

Laws: those of the markup; a page says when its clusters were found, and that they are still reckoned while they are.
Must not know: requests, how clusters and matches come about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Protocol

from ..catalogue.drawing import DRAWN_MAX, Edge, draw_group
from ..catalogue.entry import App
from ..catalogue.gate.decisions import Asked
from ..catalogue.gate.deeds import Rows
from ..catalogue.gate.letter import show_evidence
from ..catalogue.gate.letter_texts import Language
from ..catalogue.merging.assumptions import Assumptions
from ..catalogue.merging.page import name_plan, write_assumed, write_ranking, write_tables
from ..catalogue.merging.plan import MergePlan
from ..catalogue.merging.words import say_number
from ..catalogue.paper import write_blocks
from .catalogue_markup import Field, link, write_form, write_table
from .catalogue_texts import say

RANKED = 50
RELATED = 200  # of a cluster's members, in the order of its plan: whose likeness is looked at for the drawing


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What was reckoned of a catalogue.

    Shape: `plans` the most worthwhile first; `homes` app → the id of its cluster; `found` when the entries were read; `seen` the number
    of the last event that they hold.
    """

    plans: tuple[MergePlan, ...]
    homes: Mapping[str, str]
    assumptions: Assumptions
    found: datetime
    seen: int = 0

    def find(self, id: str) -> MergePlan | None:
        """Give the plan of a cluster, by its id."""
        return next((plan for plan in self.plans if plan.cluster.id == id), None)


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a catalogue after its clusters were found, in entries."""

    registered: int = 0
    changed: int = 0


class Plans(Protocol):
    """What clusters and plans there are."""

    def since(self) -> Since:
        """Give what came after them."""

    def reckoned(self) -> Reckoned | None:
        """Give them, None while they are still reckoned."""

    def relate(self, ids: Sequence[str]) -> tuple[Edge, ...]:
        """Give the likely pairs among some entries."""


def show_plans(reckoned: Reckoned, since: Since, sector: str, agency: str, language: Language) -> str:
    """Give the ranking, narrowed by sector and agency."""
    wanted = [
        plan
        for plan in reckoned.plans
        if sector in ("", plan.sector) and (not agency or agency in plan.owners)
    ]  # fmt: skip
    sectors = sorted({plan.sector for plan in reckoned.plans if plan.sector})
    fields = [
        Field("sector", say("sector", language), sector, choices=(("", say("all", language)), *((one, one) for one in sectors))),
        Field("agency", say("owner", language), agency),
    ]
    form = write_form("/plan", fields, say("narrow", language), "get")
    shown = wanted[:RANKED]
    number = say_number(len(wanted), language)
    said = f"{number} {say('found', language)}, {len(shown)} {say('shown', language)}; {_say_when(reckoned, since, language)}"
    table = write_ranking(shown, language, lambda plan: link(f"/clusters/{plan.cluster.id}", name_plan(plan)))
    return f'{form}<p role="status">{escape(said)}</p>{table}{write_assumed(reckoned.assumptions, language)}'


def _say_when(reckoned: Reckoned, since: Since, language: Language) -> str:
    found = f"{reckoned.found:%Y-%m-%d %H:%M} UTC"
    if since == Since():
        return say("clusters.of", language).format(found=found)
    return say("clusters.since", language).format(found=found, registered=since.registered, changed=since.changed)


def show_cluster(
    plan: MergePlan, relate: Callable[[Sequence[str]], Sequence[Edge]], reckoned: Reckoned, since: Since, language: Language
) -> str:
    """Give one cluster: drawn, its members, its plan."""
    members = [member.app.id for member in plan.members]
    caption = say("drawn", language).format(drawn=min(DRAWN_MAX, len(members)), all=len(members))
    picture = draw_group(members, relate(members[:RELATED]), language)
    drawing = f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
    tables = write_tables(plan, language, lambda id: link(f"/apps/{id}", id))
    return f"{drawing}<p>{escape(_say_when(reckoned, since, language))}</p>{tables}{write_assumed(reckoned.assumptions, language)}"


def show_overlap(app: App, rows: Rows, home: str, language: Language) -> str:
    """Give what overlaps with one entry: drawn, and field by field."""
    matches = rows["matches"]
    edges = [(app.id, one["app"], one["probability"]) for one in matches]
    drawing = f"<figure>{draw_group([app.id, *(one['app'] for one in matches)], edges, language)}</figure>" if matches else ""
    cluster = f"<p>{link(f'/clusters/{home}', say('its.cluster', language))}</p>" if home else ""
    others = "".join(f"<li>{link('/apps/' + one['app'], one['app'])}</li>" for one in matches)
    listed = f'<ul aria-label="{escape(say("application", language))}">{others}</ul>' if others else ""
    return cluster + drawing + write_blocks(show_evidence({**rows, "supplied": ()}, language)) + listed


def show_requests(counted: Sequence[Asked], language: Language) -> str:
    """Give how agencies answer those who ask them for data; nothing where nobody has asked."""
    if not counted:
        return ""
    keys = ("agency.asked", "granted", "refused", "waiting", "overdue", "unanswered", "oldest")
    rows = [
        (
            escape(one.agency),
            str(one.granted),
            str(len(one.refusals)),
            *map(str, (one.waiting, one.overdue, one.unanswered, one.oldest_days)),
        )
        for one in counted
    ]
    refused = [
        (link(f"/cases/{each.case}", each.case), escape(one.agency), escape(each.subject), str(each.days), escape(each.reason))
        for one in counted
        for each in one.refusals
    ]
    head = [say(key, language) for key in ("case", "agency.asked", "application", "days", "reason")]
    more = write_table(say("refusals", language), head, refused) if refused else ""
    return write_table(say("requests", language), [say(key, language) for key in keys], rows) + more
