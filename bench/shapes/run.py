"""The whole way of some applications: schemas and samples, drafts, finished mappings, proofs, visits.

Laws: 1. What is proved and run is the finished YAML in a folder, read as any federation is. 2. The truth of a visit is what it was written
from.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from gateway.cli.mapping_suggest import read_glossary
from gateway.plan.federation import read_federation
from gateway.plan.notes import Notes
from gateway.plan.shelf import Shelf, fill_shelf
from gateway.translate.paths import read_shape
from gateway.translate.prove.mapping import make_prover
from gateway.translate.suggest.assign import Suggestion, suggest_mapping
from gateway.translate.suggest.values import Lists
from gateway.values.model import Json

from .federation import write_routes
from .finish import finish_draft
from .make import Application, make_application, make_visit, write_schema, write_visit

SAMPLES, VISITS = 20, 10
CANONICAL = """
schema: clinic-visit@1
version: 1.0.0
title: Visit
type: object
required: [number, facility, patient, visited_on, kind, diagnoses]
properties:
  number: {type: string, minLength: 1, maxLength: 20, title: Number of the visit, x-class: public}
  facility: {type: string, pattern: "^P[0-9]{10}$", title: Code of the health facility, x-class: public}
  patient:
    type: object
    title: Patient
    required: [nik, name, birth_date, sex, village]
    properties:
      nik: {type: string, format: nik, title: NIK, x-class: personal}
      name: {type: string, minLength: 1, maxLength: 100, title: Full name, x-class: personal}
      birth_date: {type: string, format: date, title: Date of birth, x-class: personal}
      sex: {type: string, enum: [male, female], title: Sex, description: A code of sex@1, x-class: personal}
      phone: {type: string, format: phone, title: Telephone, x-class: personal}
      street: {type: string, minLength: 1, maxLength: 120, title: Street, x-class: personal}
      village: {type: string, pattern: "^[0-9]{10}$", title: Region code of the village, x-class: personal}
  visited_on: {type: string, format: date, title: Date of the visit, x-class: personal}
  kind: {type: string, enum: [outpatient, inpatient, emergency], description: A code of visit-kind@1, x-class: personal}
  insured: {type: boolean, title: Whether an insurance pays, x-class: personal}
  cost: {type: integer, minimum: 0, title: Cost in rupiah, x-class: personal}
  diagnoses:
    type: array
    title: Diagnoses
    maxItems: 20
    items:
      type: object
      required: [code, primary]
      properties:
        code: {type: string, pattern: "^[A-Z][0-9]{2}$", title: ICD code, x-class: sensitive}
        primary: {type: boolean, title: Main diagnosis, x-class: sensitive}
---
codelist: sex@1
codes: {male: {id: Laki-laki, en: Male}, female: {id: Perempuan, en: Female}}
---
codelist: visit-kind@1
codes:
  outpatient: {id: Rawat jalan, en: Outpatient}
  inpatient: {id: Rawat inap, en: Inpatient}
  emergency: {id: Gawat darurat, en: Emergency}
"""


@dataclass
class Found:
    """What came out."""

    apps: int
    shapes: int = 0
    fields: int = 0
    proved: int = 0
    right: int = 0
    visits: int = 0
    done: Counter[str] = field(default_factory=Counter)


def run_all(count: int, folder: Path) -> Found:
    """Draft, finish, prove and run; the folder holds the finished federation."""
    applications = [make_application(number) for number in range(1, count + 1)]
    found = Found(count, shapes=len({json.dumps(write_schema(one), sort_keys=True) for one in applications}))
    write_folder(folder, {one.id: [name_schema(one)] for one in applications})
    shelf, drafted = read_shelf(folder), {}
    lists_known = read_lists(shelf)
    for one in applications:
        mapping, lists, done = finish_draft(one, draft(shelf, one, lists_known))
        drafted[one.id] = [name_schema(one), mapping, *lists]
        found.done += done
        found.fields += len(one.fields)
    write_folder(folder, drafted)
    write_routes(folder, applications)
    _judge(applications, read_shelf(folder), found)
    return found


def _judge(applications: Sequence[Application], shelf: Shelf, found: Found) -> None:
    """Prove the finished mappings, and run them over visits."""
    prover = make_prover(shelf.registry)
    for one in applications:
        compiled = shelf.mappings[f"{one.id}/visit"]
        verdict = prover.prove_direction(compiled, "to_canonical")
        found.proved += verdict is not None and verdict.word == "PROVED"
        run = compiled.to_canonical.run
        visits = draw_visits(one, "visits", VISITS)
        found.right += sum(run is not None and run(write_visit(one, visit)) == leave_out(one, visit) for visit in visits)
        found.visits += len(visits)


def read_lists(shelf: Shelf) -> Lists:
    """Give the canonical code lists with their texts, and the words that are built in."""
    canonical = {name: made.codes for name, made in shelf.codelists.items() if not made.to}
    codes = {name: {code: [said.title_id, said.title_en] for code, said in each.items()} for name, each in canonical.items()}
    return Lists(codes, read_glossary())


def draft(shelf: Shelf, one: Application, lists: Lists) -> Suggestion:
    """Give what `mapping suggest` gives for an application, with samples."""
    documents = shelf.registry.documents
    samples = [write_visit(one, visit) for visit in draw_visits(one, "samples", SAMPLES)]
    shapes = [read_shape(documents[name], documents) for name in (f"{one.id}/visit@1", "clinic-visit@1")]
    return suggest_mapping(shapes[0], shapes[1], samples, lists.glossary, lists)


def draw_visits(one: Application, purpose: str, count: int) -> list[Json]:
    """Draw visits of an application."""
    draw = random.Random(f"{one.id} {purpose}")
    return [make_visit(draw) for _ in range(count)]


def leave_out(one: Application, visit: Json) -> Json:
    """Give what is true of a visit as far as the application tells it."""
    truth = copy.deepcopy(visit)
    for path in one.lacks:
        *names, last = path.split(".")
        node = truth
        for name in names:
            node = node[name]
        node.pop(last, None)
    return truth


def name_schema(one: Application) -> Json:
    """Give the schema of an application as a document."""
    return {"schema": f"{one.id}/visit@1", "version": "1.0.0", **write_schema(one)}


def write_folder(folder: Path, documents: dict[str, Sequence[Json]]) -> None:
    """Write a federation that has schemas and mappings only."""
    for name in ("routes", "policies", "schemas"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "schemas" / "canonical.yaml").write_text(CANONICAL, encoding="utf-8")
    for name, each in documents.items():
        (folder / "schemas" / f"{name}.yaml").write_text(
            yaml.safe_dump_all(each, sort_keys=False, width=140, allow_unicode=True), encoding="utf-8"
        )


def read_shelf(folder: Path) -> Shelf:
    """Read it as any federation is read."""
    notes = Notes()
    shelf = fill_shelf(read_federation((folder,)), notes)
    assert not notes.diagnostics, notes.diagnostics[:3]
    return shelf
