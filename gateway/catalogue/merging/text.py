"""A plan as text for a terminal.

Must not know: terminals.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..entry import App
from .plan import MergePlan
from .value import PLANNED, Member, say_reason
from .words import say_number, say_rupiah, say_share

SHOWN = 20


def show_plan(plan: MergePlan, shown: int = SHOWN) -> str:
    """Give one plan."""
    return "\n".join(_show(plan, shown)) + "\n"


def _show(plan: MergePlan, shown: int) -> Iterator[str]:
    yield f"{plan.cluster.id}: {plan.label.id}" + (f" / {plan.label.en}" if plan.label.en else "")
    yield f"  {len(plan.members)} applications of {len(plan.owners)} owners, {say_number(plan.users, 'en')} users"
    yield from _show_money(plan)
    yield ""
    yield from _show_fields(plan, shown)
    yield ""
    yield "  system of record, proposed:"
    for candidate in plan.records:
        why = "; ".join(f"{say_reason(one, 'en')} +{one.points:g}" for one in candidate.reasons)
        yield f"  {candidate.app.id}  {candidate.points} points: {why}"
    yield ""
    yield "  order of migration (users × cost × coverage ÷ effort):"
    record = plan.records[0].app.id if plan.records else ""
    yield from (_show_member(place, member, record) for place, member in enumerate(plan.members[:shown], 1))
    yield from _left_out(len(plan.members), shown, "applications")
    yield from _show_citizen(plan)
    for one in plan.successions:
        stated = "as it says itself" if one.is_stated else "not said by its owner"
        yield f"  finding: {one.old} is live and {one.new} of the same owner is to follow it ({stated})"


def _show_money(plan: MergePlan) -> Iterator[str]:
    saved = plan.savings
    yearly, less, new, once = (say_rupiah(sum_, "en") for sum_ in (saved.yearly_now, saved.yearly_saved, saved.avoided_new, saved.once))
    unknown = f", {saved.unknown} running ones say no cost" if saved.unknown else ""
    yield f"  yearly cost now {yearly}{unknown}"
    yield f"  saved a year {less}, not built anew {new}, once {once}"


def _show_fields(plan: MergePlan, shown: int) -> Iterator[str]:
    canonical = plan.canonical
    coverage, purity = say_share(canonical.coverage, "en"), say_share(canonical.purity, "en")
    yield f"  candidate schema: {len(canonical.fields)} fields, coverage {coverage} of {canonical.columns} columns, purity {purity}"
    yield "  field                     members  purity  written as"
    for field in canonical.fields[:shown]:
        names = ", ".join(name for name, _ in field.names[:4])
        conflict = " ! " + " or ".join(f"{kind} ({count})" for kind, count in field.types) if field.has_conflict else ""
        yield f"  {field.name:24}  {field.support:7}  {field.purity:6.2f}  {names}{conflict}"
    yield from _left_out(len(canonical.fields), shown, "fields")


def _left_out(number: int, shown: int, what: str) -> Iterator[str]:
    if number > shown:
        yield f"  … and {number - shown} {what} more (--format json shows all)"


def _show_member(place: int, member: Member, record: str) -> str:
    app = member.app
    known = f"{_say(app.users)} users, {_say_cost(app)}" + (" (in part assumed)" if member.is_assumed else "")
    left = f", {len(member.unmapped)} columns without a place" if member.unmapped else ""
    covered = f"covered {say_share(member.coverage, 'en')}, {member.effort_days:.0f} days{left}"
    role = "; stays" if app.id == record else "; not to be built" if app.lifecycle in PLANNED else ""
    return f"  {place:3} {app.id:40} {app.lifecycle:11} {known}; {covered}{role}"


def _say(number: int | None) -> str:
    return "?" if number is None else say_number(number, "en")


def _say_cost(app: App) -> str:
    return "cost ?" if app.cost_rupiah is None else say_rupiah(app.cost_rupiah, "en")


def _show_citizen(plan: MergePlan) -> Iterator[str]:
    citizen = plan.citizen
    if not citizen.supplied:
        return
    yield ""
    hours = say_number(citizen.hours_a_year, "en")
    yield f"  fields that nobody would type again: {len(citizen.supplied)} of {citizen.fields}, {hours} hours a year"
    for name, operation, theirs in citizen.supplied:
        yield f"    {name}: {operation} gives it as {theirs}"
