"""What a proof costs: many mappings checked with the real command, cold and again, and one mapping of twenty rules in a process of its own.

Laws: the generated mappings differ in their bounds, patterns and forms of dates, so that few languages are known from the mapping before.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from gateway.plan.federation import read_federation
from gateway.plan.notes import Notes
from gateway.plan.shelf import Shelf, fill_shelf
from gateway.translate.scope import DIRECTIONS

from .generate import write_federation
from .inside import Found, run_check

MAPPINGS = 1_000
LAUNCHES = 5
LAUNCH_S = 60


def measure_prove(mappings: int = MAPPINGS) -> Found:
    """Check a federation with as many mappings, each used both ways; prove one mapping in fresh processes."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "federation"
        write_federation(place, mappings, 2 * mappings, is_varied=True)
        cold, again = run_check(place), run_check(place)
    one = [_launch() for _ in range(LAUNCHES)]
    return {
        "mappings": mappings, "cold_cpu_s": cold[0], "cold_peak_mb": cold[1], "again_cpu_s": again[0],
        "rules": one[0]["rules"], "first_ms": round(median(each["first_ms"] for each in one), 1),
        "next_ms": round(median(each["next_ms"] for each in one), 1),
        "targets": {"cold_cpu_s": 60, "again_cpu_s": 3, "next_ms": 50},
    }  # fmt: skip


def _launch() -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "bench.prove"], capture_output=True, text=True, timeout=LAUNCH_S, check=True)
    return {str(name): float(value) for name, value in json.loads(done.stdout).items()}


def time_proofs() -> dict[str, float]:
    """Give the CPU of proving mappings of twenty rules, both ways: the first one of the process, and the median of those after it."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "federation"
        write_federation(place, 20, 40, is_varied=True)
        shelf = fill_shelf(read_federation([place]), Notes())
    spent = [_time_proof(shelf, name) for name in shelf.mappings]
    rules = len(next(iter(shelf.mappings.values())).lines)
    return {"rules": rules, "first_ms": spent[0], "next_ms": median(spent[1:])}


def _time_proof(shelf: Shelf, name: str) -> float:
    began = time.process_time()
    for way in DIRECTIONS:
        verdict = shelf.proofs.prover.prove_direction(shelf.mappings[name], way)
        if verdict is None or verdict.word != "PROVED":
            raise SystemExit(f"{name} {way} is not proved: {verdict}")
    return (time.process_time() - began) * 1e3


if __name__ == "__main__":
    print(json.dumps(time_proofs()))
