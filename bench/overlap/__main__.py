"""`python -m bench.overlap [--data DIR] [--half held-out|dev]`: the table of docs/overlap.md; `--speed N …`: how fast, at which sizes;
`--reference DIR`: clusters that `make catalogue` left there, against the truth beside them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from gateway.catalogue.overlap.clusters import Cluster, find_clusters
from gateway.catalogue.overlap.index import build_index
from gateway.catalogue.overlap.pairs import PairModel, decode_model

from .corpora import DATA, is_held_out, make_background, read_gold, read_lexicon
from .figures import (
    Figure,
    Judge,
    measure_alignment,
    measure_clusters,
    measure_columns,
    measure_evidence,
    measure_gate,
    measure_generic,
    measure_negatives,
    measure_order,
    measure_schemas,
    measure_services,
    measure_summaries,
)  # fmt: skip
from .queries import read_described, read_published
from .speed import measure_speed
from .train import MODEL


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="a folder with the files of corpora/overlap, or others of their shapes")
    parser.add_argument("--half", choices=("held-out", "dev"), default="held-out")
    parser.add_argument("--speed", type=int, nargs="*", metavar="N", help="entries of the synthetic catalogue")
    parser.add_argument("--reference", type=Path, metavar="DIR", help="a folder with clusters.jsonl and truth.jsonl")
    arguments = parser.parse_args()
    if arguments.reference is not None:
        for one in measure_reference(arguments.reference):
            print(f"{one.what:60} {one.value:.3f}  ({one.number:,} entries)")
        return
    model = decode_model(json.loads(MODEL.read_text()))
    if arguments.speed is not None:
        for total in arguments.speed or [27_000]:
            for name, value in measure_speed(total, model).items():
                print(f"{name:36} {value:,.3f}")
        return
    if not arguments.data.is_dir():
        raise SystemExit(f"{arguments.data} is not there: name the published data with --data")
    print("| row | what | figure | 95 % | n | bar |\n| --- | --- | --- | --- | --- | --- |")
    for one in measure_all(arguments.data, arguments.half == "held-out", model):
        print(f"| {one.row} | {one.what} | {one.value:.3f} | {one.low:.3f} to {one.high:.3f} | {one.number} | {one.bar} |", flush=True)


def measure_reference(folder: Path) -> Iterator[Figure]:
    """Measure clusters against a truth by function (`teacher.admin`), and by what the function is about (`teacher`)."""
    rows = [json.loads(line) for line in (folder / "clusters.jsonl").read_text().splitlines()]
    clusters = [Cluster(row["cluster"], tuple(row["apps"]), ()) for row in rows]
    truth = {row["app"]: row["function"] for row in map(json.loads, (folder / "truth.jsonl").read_text().splitlines())}
    yield measure_clusters(clusters, truth, "by function", "")
    yield measure_clusters(clusters, {app: function.partition(".")[0] for app, function in truth.items()}, "by what it is about", "")


def measure_all(data: Path, held_out: bool, model: PairModel) -> Iterator[Figure]:
    """Measure every row that the data bear."""
    published, lexicon = read_published(data), read_lexicon()
    entries = [*published.services, *published.schemas]
    apps = [*(one.app for one in entries), *published.summaries]
    judge = Judge(build_index(apps, lexicon), model)
    yield from measure_services(judge, published, held_out)
    yield from measure_schemas(judge, published, held_out)
    asked = [one for one in published.asked if is_held_out(one.label) == held_out]
    yield from measure_summaries(judge, asked, "applications, Indonesian summary alone", ("", ""))
    described = [one for one in read_described(data) if is_held_out(one.label) == held_out]
    if described:
        yield from measure_summaries(judge, described, "applications, summary and description (ours)", (">= .85", ">= .95"))
    for function, gold in read_gold(data).items():
        if is_held_out(function) == held_out:
            members = [one for one in published.schemas if one.label == function]
            yield from measure_alignment(lexicon, members, gold, function)
            yield from measure_columns(lexicon, members, gold, function)
    yield from measure_gate(judge, published, held_out)
    yield measure_negatives(judge, published)
    yield measure_generic(judge, published, held_out)
    made = make_background(4_000)
    among = Judge(build_index([*(one.app for one in made), *apps], lexicon), model)
    tested = [one.app for one in entries if one.label and is_held_out(one.label) == held_out]
    yield from measure_evidence(among, [*tested, *(one.app for one in made[::20])])
    clusters = find_clusters(among.index, model)
    services = {one.app.id: one.label for one in published.services if is_held_out(one.label) == held_out}
    yield measure_clusters(clusters, services, "clusters of services", ">= .97")
    yield measure_clusters(clusters, {one.app.id: one.truth.function for one in made}, "clusters of synthetic entries", "")
    share = max(len(one.members) for one in clusters) / len(among.index.apps)
    yield Figure("12", "largest cluster, share of all entries", share, share, share, len(among.index.apps), "<= .01")
    yield measure_order([one.app for one in made] + [one.app for one in published.services], lexicon, model)


if __name__ == "__main__":
    main()
