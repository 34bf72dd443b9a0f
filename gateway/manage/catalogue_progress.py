"""The page of progress: targets and where they stand, live, merged and retired week by week, drawn and as a table, and by agency.

Laws: those of the markup; what is drawn stands in a table beside it. Must not know: requests, stores.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from ..catalogue.gate.letter_texts import Language
from ..catalogue.merging.progress import COUNTED, Reached, Target, Week, judge_target, list_owners
from ..catalogue.merging.progress_drawing import Row, draw_rows
from ..catalogue.merging.words import say_number
from .catalogue_markup import Field, link, write_form, write_table
from .catalogue_texts import say, say_lifecycle

WEEKS = (12, 26, 52, 104)
AGENCIES = 50


def show_progress(weeks: Sequence[Week], targets: Sequence[Target], agency: str, day: date, language: Language) -> str:
    """Give the page, of one agency or of all."""
    fields = [
        Field("agency", say("owner", language), agency),
        Field("weeks", say("weeks", language), str(len(weeks)), choices=[(str(one), str(one)) for one in WEEKS]),
    ]
    reached = [judge_target(one, weeks, day) for one in targets if agency in ("", one.owner)]
    owners = [agency] if agency else list_owners(weeks)
    found = f"{say_number(len(owners), language)} {say('found', language)}, {min(len(owners), AGENCIES)} {say('shown', language)}"
    return (
        write_form("/progress", fields, say("narrow", language), "get")
        + _draw(weeks, agency, language)
        + _list_targets(reached, language)
        + _list_weeks(weeks, agency, language)
        + ("" if agency else f"<p>{escape(found)}</p>" + _list_agencies(weeks, owners[:AGENCIES], language))
    )


def _draw(weeks: Sequence[Week], agency: str, language: Language) -> str:
    ends = (weeks[0].monday.isoformat(), weeks[-1].monday.isoformat())
    whose = agency or say("everybody", language)
    rows = []
    for state in COUNTED:
        values, name = tuple(week.count(agency, state) for week in weeks), say_lifecycle(state, language)
        first, last, most = (say_number(one, language) for one in (values[0], values[-1], max(values)))
        said = say("progress.drawn", language).format(name=name, first=first, last=last, most=most, from_week=ends[0], to_week=ends[1])
        rows.append(Row(name, values, (first, last), said))
    title = say("progress.of", language).format(whose=whose, weeks=len(weeks))
    return f"<figure>{draw_rows(rows, ends, title)}<figcaption>{escape(title)}</figcaption></figure>"


def _list_targets(reached: Sequence[Reached], language: Language) -> str:
    if not reached:
        return f"<p>{escape(say('targets.none', language))}</p>"
    head = [say(key, language) for key in ("owner", "target.by", "target", "now", "state")]
    rows = [tuple(map(escape, _say_target(one, language))) for one in reached]
    return write_table(say("targets", language), head, rows)


def _say_target(one: Reached, language: Language) -> tuple[str, ...]:
    target = one.target
    key, goal, now = ("gone.least", target.gone or 0, one.gone) if target.live is None else ("live.most", target.live, one.live)
    said = say(key, language).format(number=say_number(goal, language))
    whose = target.owner or say("everybody", language)
    return (whose, target.by.isoformat(), said, say_number(now, language), say(f"is.{one.state}", language))


def _list_weeks(weeks: Sequence[Week], agency: str, language: Language) -> str:
    head = [say("week", language), *(say_lifecycle(state, language) for state in COUNTED)]
    rows = [
        (week.monday.isoformat(), *(say_number(week.count(agency, state), language) for state in COUNTED))
        for week in reversed(weeks)
    ]  # fmt: skip
    whose = agency or say("everybody", language)
    return write_table(say("progress.of", language).format(whose=whose, weeks=len(weeks)), head, rows)


def _list_agencies(weeks: Sequence[Week], owners: Sequence[str], language: Language) -> str:
    head = [say("owner", language), *(say_lifecycle(state, language) for state in COUNTED)]
    head += [say("live.since", language), say("gone.since", language)]
    return write_table(say("agencies", language), head, [_say_agency(weeks, one, language) for one in owners])


def _say_agency(weeks: Sequence[Week], owner: str, language: Language) -> tuple[str, ...]:
    first, last = weeks[0], weeks[-1]
    gone = [week.count(owner, "merged") + week.count(owner, "retired") for week in (first, last)]
    changes = (last.count(owner, "live") - first.count(owner, "live"), gone[1] - gone[0])
    name = link(f"/progress?agency={owner}&weeks={len(weeks)}", owner)
    return (name, *(say_number(last.count(owner, state), language) for state in COUNTED), *(f"{one:+d}" for one in changes))
