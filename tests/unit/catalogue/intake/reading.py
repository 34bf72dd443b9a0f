"""Read bytes as the readers do, and sort what comes out."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from gateway.catalogue.intake.draft import Draft, Hints, Understood
from gateway.catalogue.intake.findings import Finding
from gateway.catalogue.intake.formats import read_file


@dataclass
class Outcome:
    drafts: list[Draft] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    columns: list[Understood] = field(default_factory=list)

    @property
    def ids(self) -> list[object]:
        return [draft.rows["app"] for draft in self.drafts]

    @property
    def errors(self) -> list[str]:
        return [each.show() for each in self.findings if each.weight == "error"]


def read(name: str, raw: bytes, hints: Hints | None = None) -> Outcome:
    made = Outcome()
    for each in read_file(name, io.BytesIO(raw), hints or Hints()):
        if isinstance(each, Draft):
            made.drafts.append(each)
        elif isinstance(each, Finding):
            made.findings.append(each)
        else:
            made.columns.append(each)
    return made
