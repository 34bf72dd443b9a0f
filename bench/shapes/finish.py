"""Finishing a draft by rule: what a person who has the maker's manual would do with each line of it, and how often.

Laws: 1. The rule is one: a guess that says what the manual says is taken, any other is replaced by what the manual says.
2. Each thing that a person did is counted once, by what it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gateway.translate.paths import show_path
from gateway.translate.suggest.assign import Guess, Suggestion
from gateway.values.model import Json

from .make import Application

DONE = (
    ("taken", "sure and right: nothing to do"),
    ("looked at", "right, not sure: read and left as it is"),
    ("meanings", "right but for what codes mean, which the schema does not say: said"),
    ("corrected", "wrong, and said so by TODO: another source or another operator"),
    ("written", "not found: written"),
    ("struck", "guessed where the application has nothing: taken out"),
    ("sure and wrong", "nothing but a proof or a test would find it"),
    ("reasons", "of drops, lacks and assumptions: written"),
)  # fmt: skip


def finish_draft(made: Application, found: Suggestion) -> tuple[Json, list[Json], Counter[str]]:
    """Give the mapping and its code lists as they are in the end, and what was done."""
    done = Counter[str]()
    guesses = {show_path(guess.canonical.path): guess for guess in found.guesses}
    arrays = {show_path(pair.canonical): show_path(pair.agency) for pair in found.arrays}
    for path, form in made.fields.items():
        done[judge_array(arrays.get(path), form) if path == "diagnoses" else judge_field(made, guesses.pop(path, None), form)] += 1
    done["struck"] += len(guesses)
    done["reasons"] += len(made.drops) + len(made.lacks) + ("assume" in str(made.fields))
    return write_mapping(made), write_lists(made), done


def judge_array(guess: str | None, form: Json) -> str:
    """Say what is to be done with a list."""
    return "looked at" if guess == form else "written" if guess is None else "corrected"


def judge_field(made: Application, guess: Guess | None, form: Json) -> str:
    """Say what is to be done with the draft of one field."""
    if guess is None:
        return "written"
    is_same = read_plain(guess.form) == read_plain(form)
    if is_same and read_meanings(guess) != read_truth(made, form):
        return "meanings"
    if guess.is_sure:
        return "taken" if is_same else "sure and wrong"
    return "looked at" if is_same else "corrected"


def read_plain(form: Json) -> Json:
    """Give a form without what its codes mean, and without what only a person can say of an assumption."""
    if isinstance(form, dict):
        kept = {key: value for key, value in form.items() if key not in ("reason", "until")}
        return {key: "" if key == "codes" else sorted(value) if key == "cases" else read_plain(value) for key, value in kept.items()}
    return [read_plain(one) for one in form] if isinstance(form, list) else form


def read_meanings(guess: Guess) -> Mapping[str, str]:
    """Give what a guess says that codes mean."""
    if guess.codes is not None:
        return guess.codes.codes
    cases: Mapping[str, str] = guess.form.get("cases", {}) if isinstance(guess.form, dict) else {}
    return cases


def read_truth(made: Application, form: Json) -> Mapping[str, str]:
    """Give what they mean."""
    if isinstance(form, dict) and "cases" in form:
        cases: Mapping[str, str] = form["cases"]
        return cases
    named = [step["codes"] for step in form.get("via", ()) if "codes" in step] if isinstance(form, dict) else []
    return made.codes[named[0]] if named else {}


def write_mapping(made: Application) -> Json:
    """Give the mapping as a document."""
    fields = {path: name_codes(made, form) for path, form in made.fields.items() if not path.startswith("diagnoses")}
    inner = {path.rpartition(".")[2]: form for path, form in made.fields.items() if "[]" in path}
    fields["diagnoses"] = {"each": made.fields["diagnoses"], "fields": inner}
    drops = {path: {"class": kind, "reason": reason} for path, (kind, reason) in made.drops.items()}
    document = {"mapping": f"{made.id}/visit", "from": f"{made.id}/visit@1", "to": "clinic-visit@1", "fields": fields}
    return {**document, **({"drop": drops} if drops else {}), **({"lack": made.lacks} if made.lacks else {})}


def name_codes(made: Application, form: Json) -> Json:
    """Name the application's own code lists in a form."""
    if not isinstance(form, dict) or "via" not in form:
        return form
    return {**form, "via": [{"codes": f"{made.id}/{step['codes']}@1"} if "codes" in step else step for step in form["via"]]}


def write_lists(made: Application) -> list[Json]:
    """Give the code lists as documents."""
    to = {"sex": "sex@1", "kind": "visit-kind@1"}
    return [{"codelist": f"{made.id}/{key}@1", "to": to[key], "codes": codes, "else": "reject"} for key, codes in made.codes.items()]
