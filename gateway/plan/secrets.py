"""Values that are only named in YAML: `${env:X}` and `${file:/p}`.

Laws: 1. A secret is a whole scalar. 2. Without `resolve`, nothing is looked up: a stand-in takes its place, so that `check` needs
files only. 3. What is missing is named by its reference, never by a value.
Must not know: what a secret is for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")
FILE_BYTES_MAX = 64 << 10
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
_STAND_INS = {"url": "http://127.0.0.1:1", "text": "stand-in"}


class Unresolved(Exception):
    """A reference that leads nowhere; the text says what is missing."""


class Secrets:
    """Looks references up in an environment and in files; or, where there is no environment, puts stand-ins in their place."""

    def __init__(self, environment: Mapping[str, str] | None, is_sandbox: bool = False) -> None:
        self.environment = environment
        self.is_sandbox = is_sandbox

    @property
    def is_resolving(self) -> bool:
        """Say whether references are looked up."""
        return self.environment is not None

    def knows(self, text: str) -> bool:
        """Say whether what a scalar means is known: it is no reference, or references are looked up."""
        return self.is_resolving or REFERENCE.fullmatch(text) is None

    def resolve(self, text: str, stand_in: str = "text") -> str:
        """Give what a scalar means.

        Faults: Unresolved.
        """
        named = REFERENCE.fullmatch(text)
        if named is None:
            return text
        if self.environment is None:
            return _STAND_INS[stand_in]
        return _read_file(named[2]) if named[1] == "file" else _read_variable(self.environment, named[2])

    def resolve_row(self, folder: str, name: str) -> str:
        """Give the secret of one row: a file of a folder, by a plain name.

        Faults: Unresolved.
        """
        place = self.resolve(folder)
        if self.environment is None:
            return _STAND_INS["text"]
        if _NAME.fullmatch(name) is None:
            raise Unresolved("the name of its secret is no plain name of a file")
        return _read_file(f"{place}/{name}")


def _read_variable(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise Unresolved(f"the environment has no {name}")
    return value


def _read_file(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
        value = raw.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Unresolved(f"the file {path} cannot be read: {type(error).__name__}") from error
    if not value or len(raw) > FILE_BYTES_MAX:
        raise Unresolved(f"the file {path} is empty or too long")
    return value
