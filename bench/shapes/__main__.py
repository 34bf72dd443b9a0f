"""`python -m bench.shapes [--apps N] [--into FOLDER]`: drafts, finishes, proves and runs the mappings of N applications, and counts."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from .finish import DONE
from .run import run_all


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=400)
    parser.add_argument("--into", type=Path, help="an empty folder that keeps the finished federation")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = run_all(arguments.apps, arguments.into or Path(place))
    print_found(found.done, found.apps, found.fields)
    proofs = f"{found.proved} of {found.apps} mappings PROVED"
    print(f"\n{found.shapes} distinct schemas; {proofs}; {found.right} of {found.visits} visits equal to the truth")
    return 0 if found.proved == found.apps == found.shapes and found.right == found.visits else 1


def print_found(done: Counter[str], apps: int, fields: int) -> None:
    """Print what was done, of how many fields, and for each application."""
    print(f"| what became of {fields} fields | times | an application | |\n| --- | --- | --- | --- |")
    for name, said in DONE:
        print(f"| {name} | {done[name]} | {done[name] / apps:.1f} | {said} |")


if __name__ == "__main__":
    raise SystemExit(main())
