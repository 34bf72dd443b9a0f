"""From folders to a plan: what `check`, `serve` and every other command begin with.

Laws: a plan that cannot be made is one `PlanRefused` with everything that is wrong, rendered.
Must not know: what is done with the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..values.route import Plan
from .build import Built, build_plan
from .cache import load_rows, save_rows
from .federation import Federation, read_federation
from .render import render_text


class PlanRefused(Exception):
    """A federation does not compile; the text holds all diagnostics."""


def read_and_build(
    folders: Sequence[Path], environment: Mapping[str, str] | None = None, verdicts: Path | None = None
) -> tuple[Federation, Built]:
    """Read and compile, whatever comes of it. `verdicts` is where verdicts on mappings are kept between runs."""
    federation = read_federation(folders)
    kept = {} if verdicts is None else load_rows(verdicts)
    known = set(kept)
    built = build_plan(federation, environment, kept)
    if verdicts is not None and kept.keys() != known:
        save_rows(verdicts, kept)
    return federation, built


def load_plan(folders: Sequence[Path], environment: Mapping[str, str]) -> Plan:
    """Give the plan of some folders, with references to secrets resolved.

    Faults: PlanRefused.
    """
    federation, built = read_and_build(folders, environment)
    if built.plan is None:
        raise PlanRefused(render_text(built.diagnostics, federation.sources))
    return built.plan
