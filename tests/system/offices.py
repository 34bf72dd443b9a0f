"""The reference federation before its simulated agencies, each started by its own command, and what was done there, counted by key.

All data are synthetic.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.sandbox.identity import AUDIENCE, load_key, mint_token
from gateway.sandbox.places import find_reference

from .talk import COMMAND, Answer, Line, Served, until, write_request

PARTS = ("routes", "schemas", "policies")


class Offices(Served):
    """The gateway, and the sandbox behind it."""

    def __init__(self, place: Path, env: Mapping[str, str], changes: Mapping[str, tuple[str, str]]) -> None:
        self.sandbox_state, self.control = place / "sandbox", env["SANDBOX_URL"]
        folder = copy_reference(place / "federation", changes) if changes else find_reference()
        self.env = env
        super().__init__(place, [COMMAND, "serve", folder], {**os.environ, **env})

    def call(self, method: str, path: str, body: Any = None, by: str = "", purpose: str = "", key: str = "") -> Answer:
        """Call as an agency's official: `by` is `agency/user`."""
        agency, _, user = by.partition("/")
        token = mint_token(load_key(self.sandbox_state), agency, user, AUDIENCE, 3600)
        headers = {"authorization": f"Bearer {token}", "jembatan-purpose": purpose} | (
            {"idempotency-key": key, "prefer": "wait=30"} if key else {}
        )
        raw = None if body is None else json.dumps(body)
        return self.ask(method, path, headers | ({} if raw is None else {"content-type": "application/json"}), raw)

    def control_sandbox(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the sandbox's own control path."""
        headers = {} if body is None else {"content-type": "application/json"}
        with Line(self.control) as line:
            line.send(write_request(method, path, line.host, headers, None if body is None else json.dumps(body).encode()))
            answer = line.read()
        assert answer.status < 300, answer.body
        return answer.json if answer.body else None

    def effects(self) -> list[dict[str, Any]]:
        """Give all that was done at the agencies."""
        found: list[dict[str, Any]] = self.control_sandbox("GET", "/_sandbox/effects")
        return found


class Watched:
    """What is done at the agencies from a moment on; what happens there is this test's alone."""

    def __init__(self, offices: Offices) -> None:
        self.offices = offices
        self.before = count_effects(offices.effects())

    def done(self) -> dict[str, int]:
        """Count what was done since, by agency and deed; no key did it twice."""
        effects = self.offices.effects()
        assert [each for each in effects if each["times"] != 1 or not each["key"]] == []
        return dict(count_effects(effects) - self.before)


def count_effects(effects: list[dict[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in effects:
        found[f"{each['agency']}: {each['did']}"] += each["times"]
    return found


def copy_reference(folder: Path, changes: Mapping[str, tuple[str, str]]) -> Path:
    """Copy the reference federation with some texts changed, by file."""
    for part in PARTS:
        shutil.copytree(find_reference() / part, folder / part)
    for name, (old, new) in changes.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@contextmanager
def run_offices(place: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Offices]:
    """Start the sandbox and the gateway, and end both."""
    told = place / "sandbox.json"
    sandbox = subprocess.Popen([COMMAND, "sandbox", "--ready-file", told, "--state", place / "sandbox"])
    try:
        until(lambda: told.exists() or sandbox.poll() is not None)
        offices = Offices(place, json.loads(told.read_text()), changes or {})
        try:
            yield offices
        finally:
            code = offices.end()
        assert code == 0, offices.errors.read_text()
    finally:
        sandbox.terminate()
        assert sandbox.wait() == 0
