"""A plan as HTML: tables for any page, and a page that needs nothing else.

Law: whatever an owner wrote is escaped. Must not know: who serves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from .assumptions import Assumptions
from .plan import MergePlan
from .plan_texts import say
from .rows import write_assumptions
from .value import say_reason
from .words import Language, localise, say_number, say_rupiah, say_share

SHOWN = 100  # members and fields of one plan
Name = Callable[[str], str]
"""Give the HTML of an application's id: a link, where there is something to link to."""

_STYLE = (
    "body{font:11pt/1.4 sans-serif;margin:1.5em auto;max-width:70em;color:#111;padding:0 1em}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.15em .6em;border-bottom:1px solid #bbb}td.n{text-align:right}"
    "caption{text-align:left;font-weight:bold;padding:.6em 0}"
)


def write_page(plans: Sequence[MergePlan], assumptions: Assumptions, language: Language = "en") -> str:
    """Give the plans as one page."""
    parts = [f"<h2>{escape(name_plan(plan))}</h2><p>{escape(plan.cluster.id)}</p>{write_tables(plan, language)}" for plan in plans]
    title = say("title", language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>'
        f"<main><h1>{title}</h1>{''.join(parts)}{write_assumed(assumptions, language)}</main></body></html>\n"
    )


def name_plan(plan: MergePlan) -> str:
    """Give what a cluster is about, in the words of its members."""
    return plan.label.id + (f" / {plan.label.en}" if plan.label.en else "")


def write_ranking(plans: Iterable[MergePlan], language: Language, name: Callable[[MergePlan], str]) -> str:
    """Give plans as one table, as they come; `name` is the HTML of a plan's name."""
    rows = []
    for plan in plans:
        saved = plan.savings
        money = (saved.yearly_now, saved.yearly_saved, saved.avoided_new, saved.once, plan.worth)
        counts = (len(plan.members), len(plan.owners))
        rows.append(
            (name(plan), escape(plan.sector), *(say_number(one, language) for one in counts), *(say_rupiah(one, language) for one in money))
        )
    keys = ("function", "sector", "applications", "owners", "now", "saved", "avoided", "once", "worth")
    return _table("title", keys, rows, language)


def write_tables(plan: MergePlan, language: Language, name: Name = escape) -> str:
    """Give one plan as tables; what is empty is left out."""
    citizen = [tuple(map(escape, one)) for one in plan.citizen.supplied]
    stated = [(name(one.old), name(one.new), say("yes" if one.is_stated else "no", language)) for one in plan.successions]
    order = ("place", "application", "owner", "lifecycle", "users", "now", "covered", "days", "left")
    return (
        _table("figures", ("what", "how.much"), _figures(plan, language), language)
        + _table("head", ("live", "to.follow", "stated"), stated, language)
        + _table("record", ("application", "points", "why"), _candidates(plan, language, name), language)
        + _table("schema", ("field", "members", "purity", "written", "types"), _fields(plan, language), language)
        + _table("supplied", ("field", "operation", "its.field"), citizen, language)
        + _table("order", order, _order(plan, language, name), language)
    )


def write_assumed(assumptions: Assumptions, language: Language) -> str:
    """Give what was assumed, and what it means."""
    rows = [
        (escape(key), localise(f"{one['value']:,}", language), escape(one["means"]))
        for key, one in write_assumptions(assumptions, language).items()
    ]
    return _table("assumptions", ("name", "value", "means"), rows, language)


def _figures(plan: MergePlan, language: Language) -> list[tuple[str, ...]]:
    saved, citizen = plan.savings, plan.citizen
    unknown = f" ({say('unknown', language).format(number=saved.unknown)})" if saved.unknown else ""
    payback = "" if saved.payback_months is None else localise(f"{saved.payback_months:.0f}", language)
    facts = (
        ("applications", say_number(len(plan.members), language)), ("owners", say_number(len(plan.owners), language)),
        ("users", say_number(plan.users, language)), ("now", say_rupiah(saved.yearly_now, language) + unknown),
        ("saved", say_rupiah(saved.yearly_saved, language)), ("avoided", say_rupiah(saved.avoided_new, language)),
        ("once", say_rupiah(saved.once, language)), ("worth", say_rupiah(plan.worth, language)), ("payback", payback),
        ("coverage", say_share(plan.canonical.coverage, language)), ("purity", say_share(plan.canonical.purity, language)),
        ("hours", say_number(citizen.hours_a_year, language) if citizen.supplied else ""),
    )  # fmt: skip
    return [(say(key, language), text) for key, text in facts if text]


def _fields(plan: MergePlan, language: Language) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for field in plan.canonical.fields[:SHOWN]:
        names = ", ".join(name for name, _ in field.names[:6])
        conflict = f" ({say('conflict', language)})" if field.has_conflict else ""
        types = ", ".join(f"{kind} {count}" for kind, count in field.types) + conflict
        rows.append((escape(field.name), str(field.support), localise(f"{field.purity:.2f}", language), escape(names), escape(types)))
    return rows


def _order(plan: MergePlan, language: Language, name: Name) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for place, member in enumerate(plan.members[:SHOWN], 1):
        app = member.app
        known = ("?" if app.users is None else say_number(app.users, language),
                 "?" if app.cost_rupiah is None else say_rupiah(app.cost_rupiah, language))  # fmt: skip
        figures = (
            say_share(member.coverage, language),
            localise(f"{member.effort_days:.0f}", language),
            escape(", ".join(member.unmapped)),
        )
        rows.append((str(place), name(app.id), escape(app.owner), escape(app.lifecycle), *known, *figures))
    return rows


def _candidates(plan: MergePlan, language: Language, name: Name) -> list[tuple[str, ...]]:
    return [
        (name(one.app.id), localise(f"{one.points:g}", language), escape("; ".join(say_reason(reason, language) for reason in one.reasons)))
        for one in plan.records
    ]


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], language: Language) -> str:
    """Give a table; its cells are HTML already."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    heads = "".join(f'<th scope="col">{say(key, language)}</th>' for key in head)
    return f"<table><caption>{say(caption, language)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>" if body else ""
