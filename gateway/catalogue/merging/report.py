"""The one page that a minister reads: how many functions, the largest clusters, the money, what to merge first.

Laws: 1. Every figure of the page is one of the plans' or a count of entries. 2. Both languages say the same. 3. What no entry says is on
the page as unknown. Must not know: where it is printed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...values.model import Json
from ..entry import App
from .assumptions import Assumptions
from .plan import MergePlan, rank_plans
from .report_texts import STYLE, TEXTS
from .rows import summarise_plan, write_assumptions
from .value import PLANNED, RUNNING, sum_costs
from .words import Language, say_number, say_rupiah, say_share

LARGEST, FIRST = 10, 20


@dataclass(frozen=True, slots=True)
class Report:
    """What the page says. Units: Rupiah. Shape: `functions` clusters and entries that stand alone; `largest`, `first` plans."""

    applications: int
    owners: int
    functions: int
    alone: int
    clustered: int
    yearly: int
    without_cost: int
    planned: int
    planned_rupiah: int
    saved_rupiah: int
    avoided_rupiah: int
    once_rupiah: int
    successions: int
    largest: tuple[MergePlan, ...]
    first: tuple[MergePlan, ...]
    assumptions: Assumptions


def make_report(apps: Iterable[App], plans: Sequence[MergePlan], assumptions: Assumptions) -> Report:
    """Sum up the country: clusters whose merging pays are merged, the others are not counted as savings."""
    every = list(apps)
    running = [app for app in every if app.lifecycle in RUNNING]
    planned = [app for app in every if app.lifecycle in PLANNED]
    clustered = sum(len(plan.members) for plan in plans)
    worth = [plan for plan in rank_plans(plans) if plan.worth > 0]
    money = [(plan.savings.yearly_saved, plan.savings.avoided_new, plan.savings.once) for plan in worth]
    saved, avoided, once = map(sum, zip(*money, strict=True)) if money else (0, 0, 0)
    return Report(
        applications=len(every),
        owners=len({app.owner for app in every}),
        functions=len(plans) + len(every) - clustered,
        alone=len(every) - clustered,
        clustered=clustered,
        yearly=sum_costs(running),
        without_cost=sum(app.cost_rupiah is None for app in running),
        planned=len(planned),
        planned_rupiah=sum_costs(planned),
        saved_rupiah=saved,
        avoided_rupiah=avoided,
        once_rupiah=once,
        successions=sum(len(plan.successions) for plan in plans),
        largest=tuple(sorted(plans, key=lambda plan: (-len(plan.members), plan.cluster.id))[:LARGEST]),
        first=tuple(worth[:FIRST]),
        assumptions=assumptions,
    )


_MONEY = ("yearly", "planned_rupiah", "saved_rupiah", "avoided_rupiah", "once_rupiah")
_COUNTS = ("applications", "owners", "functions", "alone", "clustered", "without_cost", "planned", "successions")


def show_report(report: Report, language: Language) -> str:
    """Give the page as text."""
    texts = _fill(report, language)
    lines = [texts["title"].upper(), "", texts["lead"], texts["money"], texts["save"], texts["new"], ""]
    for part, head, rows in _parts(report, texts, language):
        lines += [part, *_table(head, rows), ""]
    return "\n".join([*lines, texts["note"]]) + "\n"


def write_report(report: Report, languages: Sequence[Language] = ("id", "en")) -> str:
    """Give the page as HTML: one printed page a language."""
    pages = "".join(_page(report, language) for language in languages)
    title = html.escape(TEXTS[languages[0]]["title"])
    return (
        f'<!doctype html><html lang="{languages[0]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{pages}</body></html>\n"
    )


def report_rows(report: Report) -> dict[str, Json]:
    """Give the page as JSON."""
    rows: dict[str, Json] = {name: getattr(report, name) for name in (*_COUNTS, *_MONEY)}
    tables = {"largest": [summarise_plan(plan) for plan in report.largest], "first": [summarise_plan(plan) for plan in report.first]}
    return {**rows, **tables, "assumptions": write_assumptions(report.assumptions)}


def _fill(report: Report, language: Language) -> dict[str, str]:
    shown = {name: say_number(getattr(report, name), language) for name in _COUNTS}
    shown |= {name: say_rupiah(getattr(report, name), language) for name in _MONEY}
    shown["clusters"] = say_number(report.functions - report.alone, language)
    shown |= {name: say_share(getattr(report.assumptions, name), language) for name in ("saved_share", "growth_share")}
    shown["day_rupiah"] = say_rupiah(report.assumptions.day_rupiah, language)
    return {name: text.format_map(shown) for name, text in TEXTS[language].items()}


def _parts(report: Report, texts: Mapping[str, str], language: Language) -> list[tuple[str, list[str], list[list[str]]]]:
    largest = [[_name(plan, language), *_figures(plan, language)] for plan in report.largest]
    first = [[_name(plan, language), *_merge(plan, language)] for plan in report.first]
    return [(texts["largest"], texts["columns"].split("|"), largest), (texts["first"], texts["merge"].split("|"), first)]


def _figures(plan: MergePlan, language: Language) -> list[str]:
    counts = [say_number(number, language) for number in (len(plan.members), len(plan.owners))]
    money = [say_rupiah(amount, language) for amount in (plan.savings.yearly_now, plan.savings.yearly_saved)]
    return [*counts, *money, *(say_share(share, language) for share in (plan.canonical.coverage, plan.canonical.purity))]


def _merge(plan: MergePlan, language: Language) -> list[str]:
    saved = plan.savings
    money = [say_rupiah(amount, language) for amount in (saved.yearly_saved, saved.avoided_new, saved.once)]
    return [say_number(len(plan.members), language), *money, plan.records[0].app.id if plan.records else ""]


def _name(plan: MergePlan, language: Language) -> str:
    return (plan.label.en if language == "en" else plan.label.id) or plan.label.id or plan.cluster.id


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    numbered = [["", *head], *([str(place), *row] for place, row in enumerate(rows, 1))]
    widths = [max(map(len, column)) for column in zip(*numbered, strict=True)]
    last = len(widths) - 1
    lines = ([_align(cell, widths[place], place in (1, last)) for place, cell in enumerate(row)] for row in numbered)
    return ["  ".join(cells).rstrip() for cells in lines]


def _align(cell: str, width: int, is_text: bool) -> str:
    return cell.ljust(width) if is_text else cell.rjust(width)


def _page(report: Report, language: Language) -> str:
    texts = {name: html.escape(text) for name, text in _fill(report, language).items()}
    tables = "".join(
        f"<h2>{html.escape(part)}</h2>{_html_table(head, rows)}" for part, head, rows in _parts(report, _fill(report, language), language)
    )
    said = "".join(f"<p>{texts[name]}</p>" for name in ("lead", "money", "save", "new"))
    return f'<section lang="{language}"><h1>{texts["title"]}</h1>{said}{tables}<p>{texts["note"]}</p></section>'


def _html_table(head: list[str], rows: list[list[str]]) -> str:
    heads = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in ["", *head])
    body = "".join(
        f'<tr><td class="n">{place}</td><th scope="row">{html.escape(row[0])}</th>'
        + "".join(f'<td class="n">{html.escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for place, row in enumerate(rows, 1)
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
