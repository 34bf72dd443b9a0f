"""The catalogue's pages: search, an application, a screening, cases; as bodies of HTML.

Laws: those of the markup; no page holds a token. Must not know: requests, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape

from ..catalogue.completeness import score_app
from ..catalogue.entry import OUTCOMES, App
from ..catalogue.gate.case import Case, Round, find_phase
from ..catalogue.gate.deeds import MOMENTS, ON_PROPOSALS, ON_REQUESTS, Event, Proposed, Rows, write_deed
from ..catalogue.gate.letter import name_app, say_outcome, show_evidence
from ..catalogue.gate.letter_texts import Language, say_rupiah
from ..catalogue.gate.people import Person
from ..catalogue.merging.words import say_number
from ..catalogue.paper import write_blocks
from ..catalogue.port import NOTHING, Facets, Found
from ..plan.days import JAKARTA
from .catalogue_markup import Field, link, warn, write_form, write_list, write_table
from .catalogue_texts import say, say_lifecycle

FIELDS_SHOWN = 200
NARROWED = {
    "owner": "owner",
    "sector": "sector",
    "lifecycle": "lifecycle",
    "decided": "decision",
}  # facets of the search, with their labels
DRAFT = ("app", "title_id", "title_en", "description", "function", "budget", "masters", "fields")


def show_search(query: str, facets: Facets, found: Found | None, language: Language) -> str:
    """Give the search, with what was found; what was found can be narrowed by what it is."""
    narrow = [] if found is None else [_write_facet(name, facets.get(name, ""), found, language) for name in NARROWED]
    form = write_form("/", [Field("q", say("search.for", language), query), *narrow], say("search", language), "get")
    if found is None:
        return form
    said = f"{say_number(found.total, language)} {say('found', language)}, {len(found.apps)} {say('shown', language)}"
    rows = [
        (
            link(f"/apps/{app.id}", app.title.id or app.title.en),
            *(escape(one) for one in (app.owner, app.sector, say_lifecycle(app.lifecycle, language))),
            escape("" if app.decided is None else say(app.decided.outcome, language)),
        )
        for app in found.apps
    ]
    head = [say(key, language) for key in ("application", "owner", "sector", "lifecycle", "decision")]
    return form + f'<p role="status">{escape(said)}</p>' + (write_table(say("apps", language), head, rows) if rows else "")


def _write_facet(name: str, chosen: str, found: Found, language: Language) -> Field:
    counts = dict(found.counts.get(name, {}))
    if chosen:
        counts.setdefault(chosen, 0)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    choices = [(value, f"{_say_value(name, value, language)} ({say_number(number, language)})") for value, number in ranked]
    return Field(name, say(NARROWED[name], language), chosen, choices=(("", say("all", language)), *choices))


def _say_value(facet: str, value: str, language: Language) -> str:
    if value == NOTHING:
        return say("not.said", language)
    return say_lifecycle(value, language) if facet == "lifecycle" else say(value, language) if facet == "decided" else value


def show_request_form(app: App, person: Person, language: Language) -> str:
    """Give the form by which another agency asks for an application's data."""
    if not person.may("open") or person.agency == app.owner:
        return ""
    fields = [
        Field("subject", "", app.id, "hidden"), Field("fields", say("fields.form", language), kind="area"),
        Field("reason", say("purpose", language), kind="area", is_needed=True), Field("basis", say("basis.form", language), kind="area"),
    ]  # fmt: skip
    title = escape(say("request", language))
    return f"<section><h2>{title}</h2>{write_form('/requests', fields, say('send', language))}</section>"


def show_app(app: App, cases: Sequence[Case], language: Language) -> str:
    """Give one application whole."""
    decided = "" if app.decided is None else f"{app.decided.reason} ({app.decided.by}, {app.decided.until})"
    scored = score_app(app)
    said = app.description.en if language == "en" and app.description.en else app.description.id or app.description.en
    pairs = (
        ("Id", app.id), (say("owner", language), app.owner), (say("description", language), said),
        (say("function", language), app.function),
        (say("sector", language), app.sector), (say("lifecycle", language), say_lifecycle(app.lifecycle, language)),
        (say("users", language), "" if app.users is None else say_number(app.users, language)),
        (say("cost", language), "" if app.cost_rupiah is None else f"{say_rupiah(app.cost_rupiah, language)} ({app.cost_year})"),
        (say("masters", language), ", ".join(app.masters)), (say("decision", language), decided),
        (say("complete", language), f"{scored.score}/100"),
    )  # fmt: skip
    rows = [(escape(one.name), escape(one.type), escape(one.source)) for one in app.fields[:FIELDS_SHOWN]]
    head = [say(key, language) for key in ("field", "type", "source")]
    fields = write_table(say("fields.kept", language), head, rows) if rows else ""
    return write_list(pairs) + fields + (f"<h2>{escape(say('cases', language))}</h2>{_list_links(cases)}" if cases else "")


def _list_links(cases: Iterable[Case]) -> str:
    return "<ul>" + "".join(f"<li>{link(f'/cases/{case.id}', case.id)}</li>" for case in cases) + "</ul>"


def show_screen_form(held: Mapping[str, str], language: Language, wrong: str = "") -> str:
    """Give the form of a proposal."""
    spoken = {
        "app": ("app.id", "text"), "title_id": ("title.id", "text"), "title_en": ("title.en", "text"),
        "description": ("description", "area"),
        "function": ("function", "text"), "budget": ("budget.form", "text"), "masters": ("masters.form", "area"),
        "fields": ("fields.form", "area"),
    }  # fmt: skip
    fields = [
        Field(name, say(key, language), held.get(name, ""), kind, is_needed=name in ("app", "title_id"))
        for name, (key, kind) in spoken.items()
    ]
    alert = warn(say("wrong", language), wrong) if wrong else ""
    return alert + write_form("/screenings", fields, say("screen.do", language))


def show_screening(held: Mapping[str, str], evidence: Rows, person: Person, language: Language) -> str:
    """Give what a screening found; a proposer may open a case with it."""
    strongest = say(evidence["strongest"], language) if evidence["strongest"] else say("no.matches", language)
    pairs = [(say("verdict", language), strongest)]
    if "recommended" in evidence:
        pairs.append((say("recommendation", language), say(evidence["recommended"], language)))
    counts = [(say(word, language), str(number)) for word, number in evidence.get("verdicts", {}).items()]
    more = write_blocks(show_evidence(evidence, language))
    fields = [Field(name, "", held.get(name, ""), "hidden") for name in DRAFT]
    form = write_form("/cases", fields, say("open.case", language)) if person.may("open") else ""
    return write_list([*pairs, *counts]) + form + more


def list_cases(cases: Sequence[Case], day: date, language: Language) -> str:
    """Give the cases as a table."""
    if not cases:
        return f"<p>{escape(say('none', language))}</p>"
    rows = []
    for case in cases:
        last = case.round
        ruling = "" if last is None or last.ruling is None else say_outcome(last.ruling.deed.outcome, _moment(last), language)
        phase = say(find_phase(case, day), language)
        rows.append((link(f"/cases/{case.id}", case.id), escape(case.app), escape(case.subject.agency), escape(phase), escape(ruling)))
    head = [say(key, language) for key in ("case", "application", "agency", "phase", "decision")]
    return write_table(say("cases", language), head, rows)


def _moment(one: Round) -> str:
    return one.screened.moment if one.screened is not None else ""


def show_case(case: Case, events: Iterable[Event], person: Person, day: date, language: Language) -> str:
    """Give a case: where it stands, what this person may do, the evidence, the history."""
    last, subject = case.round, case.subject
    is_proposal = isinstance(subject, Proposed)
    pairs = [
        (say("application", language), f"{name_app(subject.app, language)} ({case.app})" if isinstance(subject, Proposed) else case.app),
        (say("agency", language), subject.agency), (say("phase", language), say(find_phase(case, day), language)),
        (say("budget", language), say_rupiah(subject.budget_rupiah, language) if isinstance(subject, Proposed) else ""),
    ]  # fmt: skip
    body = ""
    if last is not None:
        waits = ", ".join(f"{one} ({last.asked[one]})" for one in last.waits_for()) if last.ruling is None else ""
        pairs += [(say("moment", language), say(_moment(last), language)), (say("waits.for", language), waits)]
        body = (
            f"<h2>{escape(say('evidence', language))}</h2>{write_blocks(show_evidence(last.screened.evidence, language))}"
            if last.screened
            else ""
        )
    letters = _list_letters(case, language)
    return write_list(pairs) + letters + _acts(case, person, is_proposal, language) + body + _history(events, language)


def _list_letters(case: Case, language: Language) -> str:
    rulings = [(at, one) for at, one in enumerate(case.rounds, 1) if one.ruling is not None]
    name = escape(say("letter", language))
    links = [
        f"<li>{name} {case.id}/{at}: "
        + ", ".join(link(f"/cases/{case.id}/letter{end}?round={at}&letter={one}", f"{one} {kind}")
                    for one in ("id", "en") for end, kind in (("", "HTML"), (".pdf", "PDF")))
        + "</li>"
        for at, _ in rulings
    ]  # fmt: skip
    return f"<ul>{''.join(links)}</ul>" if links else ""


def _acts(case: Case, person: Person, is_proposal: bool, language: Language) -> str:
    """Give the forms of what this person may do now."""
    last = case.round
    if case.withdrawn:
        return ""
    if case.opened.who == person.id and (last is None or last.ruling is None):
        return _act(case, "withdraw", [_reason(language)], language)
    if last is not None and last.ruling is None:
        return _answering(case, last, person, is_proposal, language) + _deciding(case, last, person, is_proposal, language)
    if not is_proposal or not person.may("screen"):
        return ""
    moments = [(one, say(one, language)) for one in MOMENTS]
    fields = [Field("moment", say("moment", language), choices=moments), Field("fields", say("more.fields", language), kind="area")]
    return _act(case, "screen", fields, language)


def _reason(language: Language) -> Field:
    return Field("reason", say("reason", language), kind="area", is_needed=True)


def _answering(case: Case, last: Round, person: Person, is_proposal: bool, language: Language) -> str:
    if not person.may("answer") or person.agency not in last.waits_for():
        return ""
    choices = [(one, say(one, language)) for one in (ON_PROPOSALS if is_proposal else ON_REQUESTS)]
    return _act(case, "answer", [Field("stance", say("answer", language), choices=choices), _reason(language)], language)


def _deciding(case: Case, last: Round, person: Person, is_proposal: bool, language: Language) -> str:
    if not person.may("decide"):
        return ""
    outcomes = [(one, say_outcome(one, _moment(last), language)) for one in (OUTCOMES if is_proposal else ("connect",))]
    fields = [Field("outcome", say("decision", language), choices=outcomes), Field("apps", say("with", language), kind="area")]
    return _act(case, "decide", [*fields, _reason(language), Field("until", say("until.form", language))], language)


def _act(case: Case, name: str, fields: Sequence[Field], language: Language) -> str:
    title = say(f"to.{name}", language)
    return f"<section><h2>{escape(title)}</h2>{write_form(f'/cases/{case.id}/{name}', fields, say('send', language))}</section>"


def _history(events: Iterable[Event], language: Language) -> str:
    rows = []
    for event in events:
        kind, body = write_deed(event.deed)
        words = [say(str(body[key]), language) for key in ("moment", "stance", "outcome") if body.get(key)]
        text = ", ".join([*(str(body[key]) for key in ("agency", "reason") if body.get(key)), *words])
        when = event.when.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M WIB")
        stamp = (when, f"{event.who} ({say(f'role.{event.role}', language)})", say(kind, language), text)
        rows.append(tuple(escape(one) for one in stamp))
    head = [say(key, language) for key in ("when", "who", "did", "what")]
    return write_table(say("history", language), head, rows)
