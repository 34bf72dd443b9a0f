"""What a bench says: a table for a person, and results.json for the next run to be held to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from .cost import Measured
from .figures import Ratio

RESULTS = Path(__file__).parent / "results.json"
TARGETS = {"passthrough GET": (2.4, 1.8), "passthrough POST": (2.4, 1.8), "full POST": (5.5, 4.2), "gather 10": (12.0, 12.0)}


def read_committed(path: Path = RESULTS) -> dict[str, float]:
    """Give the committed ratios; none where nothing was committed yet."""
    if not path.exists():
        return {}
    return {name: float(each["ratio"]) for name, each in json.loads(path.read_text()).get("exchanges", {}).items() if "ratio" in each}


def describe_commit() -> str:
    """Give the commit that was measured, with `+` where files of the gateway differ from it."""
    root = Path(__file__).parents[1]
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    ).stdout.strip()
    dirty = subprocess.run(
        ["git", "status", "--porcelain", "gateway"], cwd=root, capture_output=True, text=True, check=False
    ).stdout.strip()
    return commit + ("+" if dirty else "")


def describe_exchanges(found: list[Measured], ratios: Mapping[str, Ratio]) -> dict[str, dict[str, object]]:
    """Give the figures of each case as they stand in results.json."""
    rows: dict[str, dict[str, object]] = {}
    for one in found:
        row: dict[str, object] = {
            "cpu_us": round(one.cpu_us, 2),
            "cpu_us_launches": [round(sample.cpu_us, 2) for sample in one.samples],
            "supervisor_us": round(median(sample.supervisor_us for sample in one.samples), 3),
            "rate": round(median(sample.rate for sample in one.samples)),
            "busy": {
                "server": round(median(sample.busy for sample in one.samples), 2),
                "core_of_server": round(median(sample.core_busy for sample in one.samples), 2),
                "load_and_upstream": round(median(sample.load_busy for sample in one.samples), 2),
            },
            "half_load": {
                "rate": round(one.paced_rate), "busy": round(one.paced_busy, 2), "p50_ms": round(one.p50_ms, 2),
                "p99_ms": round(one.p99_ms, 2),
            },
        }  # fmt: skip
        ratio = ratios.get(one.case.name)
        if ratio is not None:
            row["ratio"], row["interval"] = round(ratio.value, 3), [round(ratio.low, 3), round(ratio.high, 3)]
        rows[one.case.name] = row
    return rows


def print_exchanges(found: list[Measured], ratios: Mapping[str, Ratio]) -> None:
    """Print a line a case."""
    print(
        f"\n{'':18}{'CPU µs':>8}{'x peer':>9}{'95 %':>13}{'target':>8}{'rate/s':>9}{'busy':>6}{'core':>6}{'load':>6}"
        "   half load: rate, busy, p50, p99"
    )
    for one in found:
        ratio, targets = ratios.get(one.case.name), TARGETS.get(one.case.name)
        shares = [median(getattr(sample, name) for sample in one.samples) for name in ("busy", "core_busy", "load_busy")]
        print(
            f"{one.case.name:18}{one.cpu_us:8.1f}"
            + (f"{ratio.value:9.2f}{f'{ratio.low:.2f}-{ratio.high:.2f}':>13}" if ratio else " " * 22)
            + (f"{targets[0]:8.1f}" if targets else " " * 8)
            + f"{median(sample.rate for sample in one.samples):9,.0f}"
            + "".join(f"{share:6.0%}" for share in shares)
            + f"   {one.paced_rate:8,.0f}/s {one.paced_busy:4.0%} {one.p50_ms:6.2f} ms {one.p99_ms:6.2f} ms"
        )


def print_found(name: str, found: Mapping[str, object]) -> None:
    """Print what was measured in process."""
    print(f"\n{name}: " + ", ".join(f"{key} {value}" for key, value in found.items()))


def write_results(results: Mapping[str, object], path: Path = RESULTS) -> None:
    """Write the results, to be committed."""
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def merge_results(results: Mapping[str, object], path: Path = RESULTS) -> None:
    """Write some keys of the results, and leave the others as they are."""
    if results:
        write_results({**(json.loads(path.read_text()) if path.exists() else {}), **results}, path)
