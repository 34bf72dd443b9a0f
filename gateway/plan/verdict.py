"""What a whole check found, kept by the content of the federation and the version of everything that checks.

Laws: 1. Only a federation without errors has a verdict that is kept: who must mend gets everything anew. 2. A verdict is found by every
file's name and content, so an old one is never wrong, only unused. 3. What was cut, altered or made by another checker is not used.
Must not know: how the federation was compiled.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from ..values.model import Expiry, Json
from .build import Built
from .diagnose import Diagnostic, Related
from .entries import read_entry, write_entry
from .federation import Federation
from .marks import Mark

_LIBRARIES = ("PyYAML", "orjson", "jsonschema-rs", "PyJWT")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's end without the plan: every diagnostic, the number of series, and what ends when."""

    diagnostics: tuple[Diagnostic, ...]
    series: int
    expiries: tuple[Expiry, ...]


def judge(built: Built) -> Verdict:
    """Give what a compilation found."""
    return Verdict(built.diagnostics, built.series, built.plan.expiries if built.plan is not None else ())


def recall_verdict(folder: Path, federation: Federation) -> Verdict | None:
    """Give the verdict on a federation that was checked before; None where it was not, or where it may not be used."""
    kept = read_entry(_path(folder, federation), whole_version())
    if not isinstance(kept, dict) or kept.get("key") != _key(federation) or federation.diagnostics:
        return None
    found = tuple(_read_diagnostic(each) for each in kept["diagnostics"])
    return Verdict(found, kept["series"], tuple(Expiry(**each) for each in kept["expiries"]))


def keep_verdict(folder: Path, federation: Federation, verdict: Verdict) -> None:
    """Keep a verdict without errors."""
    if federation.diagnostics or any(each.severity == "error" for each in verdict.diagnostics):
        return
    value = {
        "key": _key(federation),
        "diagnostics": [asdict(each) for each in verdict.diagnostics],
        "series": verdict.series,
        "expiries": [asdict(each) for each in verdict.expiries],
    }
    write_entry(_path(folder, federation), whole_version(), value)


@lru_cache(maxsize=1)
def whole_version() -> str:
    """Give a digest of everything that a verdict depends on: the code of all rooms, the libraries, the interpreter."""
    total = hashlib.sha256(" ".join((sys.version, *(f"{name}={version(name)}" for name in _LIBRARIES))).encode())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _path(folder: Path, federation: Federation) -> Path:
    name = hashlib.sha256("\0".join(os.path.realpath(one) for one in federation.folders).encode()).hexdigest()[:32]
    return folder / f"{name}.verdict"


def _key(federation: Federation) -> str:
    total = hashlib.sha256("\0".join(str(folder) for folder in federation.folders).encode())
    for name, digest in federation.digests.items():
        total.update(f"\n{name}\0{digest}".encode())
    return total.hexdigest()


def _read_diagnostic(kept: Json) -> Diagnostic:
    related = tuple(Related(each["message"], Mark(**each["mark"])) for each in kept["related"])
    return Diagnostic(**{**kept, "mark": Mark(**kept["mark"]), "related": related})
