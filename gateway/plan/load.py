"""From folders to a plan: what `check`, `serve` and every other command begin with.

Laws: a plan that cannot be made is one `PlanRefused` with everything that is wrong, rendered.
Must not know: what is done with the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..values.route import Plan
from .build import Built, build_plan
from .entries import read_entry, write_entry
from .federation import Federation, read_federation
from .proofs import prover_version
from .render import render_text
from .verdict import Verdict, judge, keep_verdict, recall_verdict


class PlanRefused(Exception):
    """A federation does not compile; the text holds all diagnostics."""


def read_and_build(folders: Sequence[Path], environment: Mapping[str, str] | None = None) -> tuple[Federation, Built]:
    """Read and compile, whatever comes of it."""
    federation = read_federation(folders)
    return federation, build_plan(federation, environment)


def check_federation(
    folders: Sequence[Path], environment: Mapping[str, str] | None = None, cache_dir: Path | None = None
) -> tuple[Federation, Verdict]:
    """Read and check; with a cache, what was checked before is not compiled again. Secrets are looked up anew every time."""
    federation = read_federation(folders, cache_dir)
    is_kept = cache_dir is not None and environment is None
    verdict = recall_verdict(cache_dir, federation) if cache_dir is not None and is_kept else None
    if verdict is None:
        verdict = judge(_build_with_proofs(federation, environment, cache_dir))
        if cache_dir is not None and is_kept:
            keep_verdict(cache_dir, federation, verdict)
    return federation, verdict


def _build_with_proofs(federation: Federation, environment: Mapping[str, str] | None, cache_dir: Path | None) -> Built:
    """Compile; what was proved of a mapping before, and nothing that it hangs on has changed, is not proved again."""
    if cache_dir is None:
        return build_plan(federation, environment)
    place = cache_dir / "proofs"
    rows = read_entry(place, prover_version())
    kept = rows if isinstance(rows, dict) else {}
    known = set(kept)
    built = build_plan(federation, environment, kept)
    if kept.keys() != known:
        write_entry(place, prover_version(), kept)
    return built


def load_plan(folders: Sequence[Path], environment: Mapping[str, str]) -> Plan:
    """Give the plan of some folders, with references to secrets resolved.

    Faults: PlanRefused.
    """
    federation, built = read_and_build(folders, environment)
    if built.plan is None:
        raise PlanRefused(render_text(built.diagnostics, federation.sources))
    return built.plan
