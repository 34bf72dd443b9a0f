"""The catalogue of a whole country: how long 27,000 entries take to come in from each form, to be read, found and handed out."""

from __future__ import annotations

import csv
import io
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import openpyxl
import orjson

from gateway.catalogue.form import write_app
from gateway.catalogue.handout import write_rows
from gateway.cli import main
from gateway.sandbox.applications.make import TOTAL, make_catalogue
from gateway.sandbox.applications.tables import read_tables
from gateway.sandbox.places import find_reference
from gateway.stores.sqlite_catalogue import SqliteCatalogue

WORDS = ("pegawai", "puskesmas antrian", "data", "sistem informasi", "pajak daerah", "zzz", "kependudukan nik")
ROUNDS = 30
Found = dict[str, object]


def measure_catalogue() -> Found:
    """Import, read, search and export; seconds of wall time, and the largest size of the process."""
    with tempfile.TemporaryDirectory(prefix="jembatan-bench-") as place:
        folder = Path(place)
        write_files(folder)
        found: Found = {"entries": TOTAL}
        for form in ("jsonl", "csv", "xlsx"):
            found[f"import_{form}_s"] = take(
                lambda form=form: ask("import", str(folder / f"apps.{form}"), "--store", str(folder / f"{form}.db"))
            )
        store = folder / "jsonl.db"
        found["import_again_s"] = take(lambda: ask("import", str(folder / "apps.csv"), "--store", str(store)))
        found["file_mb"] = round(store.stat().st_size / 1e6, 1)
        with SqliteCatalogue(store) as catalogue:
            found["read_all_s"] = take(lambda: sum(1 for _ in catalogue.entries()))
            times = sorted(1000 * take(lambda words=words: catalogue.search(words)) for words in WORDS for _ in range(ROUNDS))
        found["search_p50_ms"], found["search_max_ms"] = round(statistics.median(times), 2), round(times[-1], 2)
        for form in ("csv", "turtle"):
            found[f"export_{form}_s"] = take(
                lambda form=form: ask("export", "--as", form, "--out", str(folder / "out"), "--store", str(store))
            )
        found["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return found


def write_files(folder: Path) -> None:
    """Write the reference catalogue in the forms that come in."""
    apps = [made.app for made in make_catalogue(read_tables(find_reference() / "seeds" / "catalogue"), TOTAL)]
    with (folder / "apps.jsonl").open("wb") as lines:
        lines.writelines(orjson.dumps(write_app(app), option=orjson.OPT_APPEND_NEWLINE) for app in apps)
    with (folder / "apps.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows(write_rows(apps))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Daftar")
    for row in write_rows(apps):
        sheet.append(row)
    book.save(folder / "apps.xlsx")


def ask(*words: str) -> None:
    """Run a subcommand of the catalogue; what it prints is of no interest here."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main(["catalogue", *words])
    if code != 0:
        raise RuntimeError(printed.getvalue()[-2_000:])


def take(work: Callable[[], object]) -> float:
    """Measure seconds."""
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 4)
