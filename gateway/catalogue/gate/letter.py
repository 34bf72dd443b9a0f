"""The letter of recommendation: a decision as a paper to sign, with its evidence.

Laws: 1. A letter is made of the case alone: the same events give the same letter, in either language. 2. Its number is the case's with the
round. 3. Its fingerprint is over the events up to the decision: who changes one, changes it.
Must not know: how it is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import orjson

from ...plan.days import find_day
from ...values.model import Json
from ..paper import Block, Heading, Paper, Paragraph, Table
from .case import Case, Round
from .deeds import Decided, Event, Proposed, Requested, Rows, write_deed
from .letter_texts import OVERRIDES, Language, say, say_rupiah

FIELDS_SHOWN = 10


class Undecided(ValueError):
    """There is no decision to write a letter on."""


def number_letter(case: Case, round_: int) -> str:
    """Give a letter's number. Shape: `round_` from 1."""
    return f"{case.id}/{round_}"


def fingerprint(events: Iterable[Event], rulings: int) -> str:
    """Give the fingerprint of a case up to its decision of a number."""
    total, seen = hashlib.sha256(), 0
    for event in events:
        stamp: list[Json] = [event.case, event.place, event.who, event.role, event.when.isoformat(), *write_deed(event.deed)]
        total.update(orjson.dumps(stamp, option=orjson.OPT_SORT_KEYS) + b"\n")
        seen += isinstance(event.deed, Decided)
        if seen == rulings:
            break
    return total.hexdigest()


def write_letter(case: Case, events: Iterable[Event], language: Language, round_: int = 0) -> Paper:
    """Write the letter on a round's decision; 0 = the last round that has one.

    Faults: Undecided.
    """
    decided = [at for at, one in enumerate(case.rounds, 1) if one.ruling is not None]
    at = round_ or (decided[-1] if decided else 0)
    if at not in decided:
        raise Undecided(f"{case.id} has no decision" + (f" in round {round_}" if round_ else ""))
    one = case.rounds[at - 1]
    trace = fingerprint(events, decided.index(at) + 1)
    blocks: tuple[Block, ...] = (
        _head(case, one, at, language),
        Heading(say("decision", language)),
        _ruling(case, one, language),
        *_evidence(one, language),
        *_answers(one, language),
        Heading(say("signature", language)),
        *_signature(one, language),
        Paragraph(f"{say('trace', language)}: SHA-256 {trace}"),
    )
    return Paper(f"{say('title', language)} {number_letter(case, at)}", language, blocks)


def _rows(pairs: Sequence[tuple[str, str]], language: Language) -> Table:
    return Table((say("what", language), say("said", language)), tuple(pairs))


def _head(case: Case, one: Round, at: int, language: Language) -> Block:
    assert one.ruling is not None
    subject = case.subject
    pairs = [
        (say("number", language), number_letter(case, at)),
        (say("date", language), find_day(one.ruling.stamp.when).isoformat()),
        (say("agency", language), subject.agency),
    ]
    if isinstance(subject, Requested):
        basis = "; ".join(subject.legal_basis) or say("not.said", language)
        pairs += [
            (say("subject", language), f"{say('request', language)}: {subject.subject}"),
            (say("provider", language), subject.provider),
            (say("fields", language), ", ".join(subject.fields) or say("not.said", language)),
            (say("purpose", language), subject.purpose),
            (say("legal.basis", language), basis),
        ]
    elif one.screened is not None:
        pairs += [(say("subject", language), f"{name_app(subject.app, language)} ({case.app})")]
        pairs += [(say("moment", language), say(one.screened.moment, language))]
    return _rows(pairs, language)


def name_app(app: Rows, language: Language) -> str:
    """Give the title of an application in a language, else in the other."""
    title = app.get("title") or {}
    return str(title.get(language) or title.get("id") or title.get("en") or app["app"])


def say_outcome(outcome: str, moment: str, language: Language) -> str:
    """Give a decision in words; building, before retiring, means to keep."""
    return say("build.retiring" if (outcome, moment) == ("build", "retiring") else outcome, language)


def _ruling(case: Case, one: Round, language: Language) -> Block:
    assert one.ruling is not None
    deed, subject = one.ruling.deed, case.subject
    moment = one.screened.moment if one.screened else ""
    pairs = [(say("decision", language), say_outcome(deed.outcome, moment, language))]
    if one.screened is not None:
        pairs += [(say("recommendation", language), say_outcome(one.screened.recommended, moment, language))]
    pairs += [(say("applications", language), ", ".join(deed.apps))] if deed.apps else []
    pairs += [(say("reason", language), deed.reason), (say("until", language), deed.until)]
    if isinstance(subject, Proposed):
        pairs += [(say("budget", language), say_rupiah(subject.budget_rupiah, language))]
        pairs += [(say("avoided", language), say_rupiah(deed.avoided_rupiah, language))]
    said = "; ".join(_override(one, moment, language) for one in deed.overrides)
    pairs += [(say("overrides", language), said)] if said else []
    return _rows(pairs, language)


def _override(text: str, moment: str, language: Language) -> str:
    """Give what a decision goes against in words: the laws write it as they name it."""
    for begin, key in OVERRIDES.items():
        if text.startswith(begin):
            rest = text.removeprefix(begin)
            return say(key, language).format(what=say_outcome(rest, moment, language) if key == "over.recommendation" else rest)
    return text


def _evidence(one: Round, language: Language) -> list[Block]:
    if one.screened is None:
        return []
    evidence = one.screened.evidence
    return [Heading(say("evidence", language)), *show_evidence(evidence, language)]


def show_evidence(evidence: Rows, language: Language) -> list[Block]:
    """Give what a screening found, as blocks."""
    blocks: list[Block] = []
    if evidence.get("unsaid"):
        what = ", ".join(say(f"unsaid.{key}", language) for key in evidence["unsaid"])
        blocks.append(Paragraph(say("unsaid", language).format(what=what)))
    blocks += _matches(evidence, language)
    if evidence.get("supplied"):
        services = tuple((row["field"], row["operation"], row["their_field"]) for row in evidence["supplied"])
        head = tuple(say(key, language) for key in ("field", "service", "their.field"))
        blocks += [Heading(say("supplied", language)), Table(head, services)]
    if evidence.get("masters"):
        rows = tuple((row["master"], row["app"]) for row in evidence["masters"])
        blocks += [Heading(say("masters", language)), Table((say("master", language), say("application", language)), rows)]
    for key in ("adds", "drops", "replaces", "dependants"):
        if evidence.get(key):
            blocks += [Heading(say(key, language)), Paragraph(", ".join(evidence[key]))]
    return blocks


def _matches(evidence: Rows, language: Language) -> list[Block]:
    """Give what is alike and what it lacks; nothing where that is not told."""
    if not evidence.get("matches"):
        return [Paragraph(say("no.matches", language))] if "matches" in evidence else []
    head = tuple(say(key, language) for key in ("application", "owner", "verdict", "probability", "coverage", "fields", "missing"))
    blocks: list[Block] = [Table(head, tuple(_match(row, language) for row in evidence["matches"]))]
    lacking = tuple((one["app"], ", ".join(one["lacks"])) for one in evidence.get("extend") or () if one["lacks"])
    if lacking:
        blocks += [Heading(say("lacking", language)), Table((say("application", language), say("field", language)), lacking)]
    return blocks


def _match(row: Rows, language: Language) -> tuple[str, ...]:
    fields = row.get("fields") or []
    shown = "; ".join(f"{one['mine']} = {one['theirs']}" for one in fields[:FIELDS_SHOWN])
    coverage = row.get("coverage") or {}
    mine, theirs = (coverage.get(side) or {"cited": 0, "fields": 0} for side in ("mine", "theirs"))
    return (
        f"{row['title']} ({row['app']})", str(row["owner"]), say(row["verdict"], language), f"{row['probability']:.2f}",
        f"{mine['cited']}/{mine['fields']}; {theirs['cited']}/{theirs['fields']}",
        shown + (f" (+{len(fields) - FIELDS_SHOWN})" if len(fields) > FIELDS_SHOWN else ""),
        ", ".join(say(f"missing.{part}", language) for part in row.get("missing") or ()),
    )  # fmt: skip


def _answers(one: Round, language: Language) -> list[Block]:
    if not one.asked:
        return []
    rows = []
    for agency, due in one.asked.items():
        answer = one.answers.get(agency)
        said = say("none.yet", language) if answer is None else say(answer.deed.stance, language)
        came = "" if answer is None else find_day(answer.stamp.when).isoformat()
        came += f" ({say('late', language)})" if came > due else ""
        rows.append((agency, due, came, said, "" if answer is None else answer.deed.reason))
    head = tuple(say(key, language) for key in ("owner", "due", "came", "answer", "reason"))
    return [Heading(say("answers", language)), Table(head, tuple(rows))]


def _signature(one: Round, language: Language) -> list[Block]:
    assert one.ruling is not None
    stamp = one.ruling.stamp
    return [
        _rows(
            [
                (say("signed.by", language), stamp.who),
                (say("role", language), say(f"role.{stamp.role}", language)),
                (say("place", language), ""),
            ],
            language,
        ),
        Paragraph(f"{say('sign.here', language)}: ______________________________"),
    ]
