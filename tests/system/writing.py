"""The gateway over the lab of journeys that write, in a real process tree, before a provider that counts effects by key.

All data are synthetic.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from gateway.sandbox.identity import describe_key, mint_token
from tests.playbook.writing_lab import CALL, FOLDER

from .talk import COMMAND, Answer, Served

PAIRS = {"/seat/take": "/seat/free", "/decree/issue": "/decree/revoke"}


class Provider(ThreadingHTTPServer):
    """Does each write once a key, and remembers for which journey it was; `mood` says what else it does to a call."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, seed: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.effects: dict[str, tuple[str, str]] = {}  # key → path and number
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.chance = random.Random(seed)
        self.refused = 0.0  # the share of decrees and salaries that are refused
        self.delay_s = 0.0
        self.lost = 0  # how many seats are taken and the answer lost
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def do(self, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.asked[path] += 1
            wait_s = self.chance.uniform(0, self.delay_s)
            is_refused = self.chance.random() < self.refused and path in ("/decree/issue", "/salary/change") and key not in self.effects
        time.sleep(wait_s)
        if path == "/officer":
            return 200, {"name": "ASEP CONTOH", "unit": body["nip"][-3:]}
        if is_refused:
            return 422, {}
        with self.lock:
            number = body.get("number") or f"{path.split('/')[1]}-{len(self.effects)}"
            found = self.effects.setdefault(key, (path, number))
            is_lost, self.lost = path == "/seat/take" and self.lost > 0, max(self.lost - (path == "/seat/take"), 0)
        time.sleep(wait_s)
        return 500 if is_lost else 200, {"number": found[1]}

    def stands(self) -> dict[str, dict[str, int]]:
        """Count what stands, by path and number: a seat or decree that was taken back is gone."""
        found: dict[str, Counter[str]] = {path: Counter() for path in ("/seat/take", "/decree/issue", "/salary/change")}
        for path, number in self.effects.values():
            undone = next((does for does, undoes in PAIRS.items() if undoes == path), None)
            found[undone or path][number] += -1 if undone else 1
        return {path: {number: amount for number, amount in counts.items() if amount} for path, counts in found.items()}


class _Call(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status, document = self.server.do(self.path, body, (self.headers.get("Idempotency-Key") or "").strip('"'))
        raw = json.dumps(document).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
        with contextlib.suppress(OSError):
            self.wfile.write(head + raw)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # whoever asked was killed
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Writing(Served):
    """The gateway, its provider and the key of its identity provider."""

    def __init__(self, place: Path, workers: int = 2, limits: str = "tries: 6", changes: Sequence[tuple[str, str]] = ()) -> None:
        self.provider = Provider()
        self.count_workers = workers
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.folder = place / "federation"
        shutil.copytree(FOLDER, self.folder)
        (self.folder / "routes" / "lab.jwks.json").write_text(json.dumps({"keys": [describe_key(self.key)]}))
        self.change("lab.yaml", "url: http://127.0.0.1:1", f"url: http://127.0.0.1:{self.provider.server_address[1]}")
        self.change("lab.yaml", "keys: {url: https://idp.example/jwks.json}", "keys: {file: lab.jwks.json}")
        for old, new in (("tries: 3", limits), *changes):
            self.change("journey.yaml", old, new)
        super().__init__(place, [COMMAND, "serve", self.folder, "--workers", str(workers)], dict(os.environ))

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / "routes" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def call(self, method: str, path: str, body: Any = None, agency: str = "office", user: str = "budi", **headers: str) -> Answer:
        token = mint_token(self.key, agency, iss="https://idp.example", sub=user)
        named = {"authorization": f"Bearer {token}", "jembatan-purpose": "promotion"}
        named |= {name.replace("_", "-"): text for name, text in headers.items()}
        raw = None if body is None else json.dumps(body)
        return self.ask(method, path, named | ({"content-type": "application/json"} if body is not None else {}), raw)

    def begin(self, key: str, **headers: str) -> Answer:
        return self.call("POST", "/lab/v1/promotions", CALL, idempotency_key=key, **headers)

    def decide(self, id: str, outcome: str = "approved") -> Answer:
        return self.call("POST", f"/lab/v1/promotions/{id}/decision", {"outcome": outcome}, "bkn", "citra")

    def look(self, id: str) -> Any:
        return self.call("GET", f"/lab/v1/promotions/{id}").json

    def workers(self) -> list[int]:
        plan = self.get("/plan").json
        return [worker["pid"] for worker in plan["workers"] if worker["state"] == "ready"]

    def kill_one(self, chance: random.Random) -> bool:
        """Kill a worker, -9, where all are there; say whether they were."""
        pids = self.workers()
        if len(pids) < self.count_workers:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
        return True


@contextmanager
def run_writing(place: Path, **options: Any) -> Iterator[Writing]:
    served = Writing(place, **options)
    try:
        yield served
    finally:
        code = served.end()
        served.provider.shutdown()
        served.provider.server_close()
        assert code == 0, served.errors.read_text()
