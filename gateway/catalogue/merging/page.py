"""A plan as a page of HTML that needs nothing else.

Law: whatever an owner wrote is escaped. Must not know: who serves it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from .assumptions import Assumptions
from .plan import MergePlan
from .rows import write_assumptions
from .words import say_number, say_rupiah, say_share

_STYLE = (
    "body{font:11pt/1.4 sans-serif;margin:1.5em auto;max-width:70em;color:#111;padding:0 1em}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.15em .6em;border-bottom:1px solid #bbb}td.n{text-align:right}"
    "caption{text-align:left;font-weight:bold;padding:.6em 0}"
)


def write_page(plans: Sequence[MergePlan], assumptions: Assumptions) -> str:
    """Give the plans as one page."""
    body = "".join(_write_plan(plan) for plan in plans)
    assumed = [(name, str(one["value"]), one["means"]) for name, one in write_assumptions(assumptions).items()]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Merge plan</title><style>{_STYLE}</style></head><body>'
        f"<main><h1>Merge plan</h1>{body}{_table('Assumptions', ('name', 'value', 'means'), assumed)}</main></body></html>\n"
    )


def _write_plan(plan: MergePlan) -> str:
    saved = plan.savings
    facts = [
        ("applications", say_number(len(plan.members), "en")),
        ("owners", say_number(len(plan.owners), "en")),
        ("users", say_number(plan.users, "en")),
        ("cost a year", f"{say_rupiah(saved.yearly_now, 'en')} ({saved.unknown} unknown)"),
        ("saved a year", say_rupiah(saved.yearly_saved, "en")),
        ("not built", say_rupiah(saved.avoided_new, "en")),
        ("once", say_rupiah(saved.once, "en")),
        ("coverage", say_share(plan.canonical.coverage, "en")),
        ("purity", say_share(plan.canonical.purity, "en")),
    ]
    label = html.escape(plan.label.id + (f" / {plan.label.en}" if plan.label.en else ""))
    stated = [(one.old, one.new, "yes" if one.is_stated else "no") for one in plan.successions]
    return (
        f"<h2>{label}</h2><p>{html.escape(plan.cluster.id)}</p>"
        + _table("Figures", ("what", "how much"), facts)
        + _table("Candidate schema", ("field", "members", "purity", "written as", "types"), _fields(plan))
        + _table("System of record, proposed", ("application", "points", "why"), _candidates(plan))
        + _table("Order of migration", ("", "application", "lifecycle", "covered", "days", "columns without a place"), _order(plan))
        + _table("Fields that nobody types again", ("field", "operation", "its field"), plan.citizen.supplied)
        + _table("New head, new app", ("live", "to follow", "said by its owner"), stated)
    )


def _fields(plan: MergePlan) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for field in plan.canonical.fields:
        names = ", ".join(name for name, _ in field.names[:6])
        types = ", ".join(f"{kind} {count}" for kind, count in field.types) + (" (conflict)" if field.has_conflict else "")
        rows.append((field.name, str(field.support), f"{field.purity:.2f}", names, types))
    return rows


def _order(plan: MergePlan) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for place, member in enumerate(plan.members, 1):
        figures = (say_share(member.coverage, "en"), f"{member.effort_days:.0f}", ", ".join(member.unmapped))
        rows.append((str(place), member.app.id, member.app.lifecycle, *figures))
    return rows


def _candidates(plan: MergePlan) -> list[tuple[str, ...]]:
    return [(one.app.id, f"{one.points:g}", "; ".join(reason for reason, _ in one.reasons)) for one in plan.records]


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    heads = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
    return f"<table><caption>{html.escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>" if body else ""
