"""`python -m bench`: measure, print, compare with the committed figures, write them.

Exit: 0 fine, 1 a ratio is worse than the committed one, 3 usage.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from .catalogue import measure_catalogue
from .choose import measure_choose
from .cost import CASES, LAUNCHES, Case, compare_cases, measure_cases
from .figures import find_disturbed, find_worse
from .inside import measure_check, measure_match, measure_scrape
from .many import measure_many
from .prove import measure_prove
from .report import describe_commit, describe_exchanges, merge_results, print_exchanges, print_found, read_committed, write_results
from .servers import describe_machine, open_site
from .translate import measure_translate

INSIDE: Mapping[str, Callable[[], dict[str, object]]] = {
    "match": measure_match, "scrape": measure_scrape, "check": measure_check, "translate": measure_translate, "prove": measure_prove,
    "choose": measure_choose, "many": measure_many, "catalogue": measure_catalogue,
}  # fmt: skip
ALONE = ("translate", "prove", "choose", "many", "catalogue")  # each stands in results.json by itself, so that measuring it alone is kept
QUICK_LAUNCHES = 3


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    names = [case.name for case in CASES if case.against]
    parser = argparse.ArgumentParser(prog="python -m bench", description="What an exchange costs, against nginx in the same run.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_LAUNCHES} launches; results.json is left as it is")
    parser.add_argument(
        "--only", action="append", choices=[*names, *INSIDE], help=f"measure this alone; of results.json only {', '.join(ALONE)} is written"
    )
    parser.add_argument("--accept", action="store_true", help="write results.json whatever was found")
    return parser.parse_args()


def choose_cases(only: list[str] | None) -> list[Case]:
    """Give the cases that were asked for, each with the one that it is measured against."""
    if only is None:
        return list(CASES)
    chosen = [case for case in CASES if case.name in only]
    needed = {case.against for case in chosen}
    return [case for case in CASES if case in chosen or case.name in needed]


def main() -> int:
    """Measure what was asked for; give the exit code."""
    arguments = read_arguments()
    results: dict[str, object] = {"machine": describe_machine(), "commit": describe_commit()}
    worse: list[str] = []
    disturbed: list[str] = []
    cases = choose_cases(arguments.only)
    if cases:
        with tempfile.TemporaryDirectory(prefix="jembatan-bench-") as place, open_site(Path(place)) as site:
            found = measure_cases(site, cases, QUICK_LAUNCHES if arguments.quick else LAUNCHES, say)
        ratios = compare_cases(found)
        print_exchanges(found, ratios)
        results["exchanges"] = describe_exchanges(found, ratios)
        worse = find_worse(ratios, read_committed())
        disturbed = find_disturbed({one.case.name: one.shares for one in found})
    for name, measure in INSIDE.items():
        if arguments.only is None or name in arguments.only:
            inside = measure()
            print_found(name, inside)
            results[name] = inside
    if arguments.only is not None and not arguments.quick:
        kept = {name: results[name] for name in ALONE if name in results}
        merge_results({name: {"commit": results["commit"], **found} for name, found in kept.items() if isinstance(found, dict)})
    for line in worse:
        print(f"WORSE than committed: {line}")
    if disturbed:
        print(f"others were at work on the server's core (its own share is given): {'; '.join(disturbed)}")
    is_whole = not arguments.quick and arguments.only is None
    if is_whole and (arguments.accept or not (worse or disturbed)):
        write_results(results)
    return 1 if worse else 0


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
