"""Writes what a platform engineer is handed: the table of the services, their owners, and what each software's maker publishes."""

from __future__ import annotations

from pathlib import Path

from .contracts import DESCRIPTIONS, write_contract
from .families import Family, read_families
from .manual import list_samples, write_manual
from .register import read_register, write_owners, write_rows


def write_shelf(seeds: Path, folder: Path) -> None:
    """Write `services.csv`, `owners.csv`, and a folder a software with its manual, contract and samples."""
    families = read_families(seeds)
    services = read_register(seeds, families)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "services.csv").write_text(write_rows(services.values()), encoding="utf-8")
    (folder / "owners.csv").write_text(write_owners(services.values()), encoding="utf-8")
    for family in families.values():
        _write_family(family, folder / family.id)


def _write_family(family: Family, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "manual.md").write_text(write_manual(family), encoding="utf-8")
    contract = write_contract(family).replace("@ADDRESS@", "https://pemasang.example" + family.path)
    (folder / DESCRIPTIONS[family.speaks][0]).write_text(contract, encoding="utf-8")
    kind = "json" if family.speaks == "json" else "xml"
    for place, sample in enumerate(list_samples(family)):
        (folder / f"sample-{place + 1}.{kind}").write_bytes(sample)
