"""What the system tests speak with: a process of the real command, raw sockets towards it, and its metrics and log read back."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("jembatan")
PATIENCE_S = 60.0
MEMBERS = {"type", "title", "status", "code", "exchange", "whose", "retry"}


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds in another process, which has no event of ours; the bound only keeps a broken test from hanging."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "it never came to hold"
        time.sleep(0.02)


@dataclass
class Answer:
    """A response as a caller read it; `headers` in lower case, `lines` all of them as they came."""

    status: int
    lines: list[tuple[str, str]]
    body: bytes
    is_closed: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = {name.lower(): value for name, value in self.lines}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def fault(self) -> str | None:
        return self.json["code"] if self.headers.get("content-type") == "application/problem+json" else None


class Line:
    """One connection with raw bytes."""

    def __init__(self, base: str, source: str = "") -> None:
        address = urlsplit(base)
        assert address.hostname is not None
        assert address.port is not None
        self.host = f"{address.hostname}:{address.port}"
        self.sock = socket.create_connection((address.hostname, address.port), 30, (source, 0) if source else None)
        self._held = b""

    def send(self, raw: bytes) -> None:
        self.sock.sendall(raw)

    def read(self, method: str = "GET") -> Answer:
        """Read one response."""
        head = self._take(self._find(b"\r\n\r\n") + 4)
        first, *rest = head[:-4].decode("latin-1").split("\r\n")
        lines = [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        answer = Answer(int(first.split(" ")[1]), lines, b"")
        if answer.status >= 200 and method != "HEAD" and answer.status not in (204, 304):
            chunked = "transfer-encoding" in answer.headers
            answer.body = self._read_chunks() if chunked else self._take(int(answer.headers["content-length"]))
        answer.is_closed = answer.headers.get("connection") == "close"
        return answer

    def read_end(self) -> bytes:
        """Read to the end of the connection; a reset ends it too."""
        with contextlib.suppress(ConnectionError):
            while piece := self.sock.recv(65536):
                self._held += piece
        held, self._held = self._held, b""
        return held

    def close(self) -> None:
        self.sock.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _find(self, mark: bytes) -> int:
        while (at := self._held.find(mark)) < 0:
            self._more()
        return at

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            self._more()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _more(self) -> None:
        piece = self.sock.recv(65536)
        assert piece, f"the connection ended in a response: {self._held[:200]!r}"
        self._held += piece

    def _read_chunks(self) -> bytes:
        body = b""
        while size := int(self._take(self._find(b"\r\n") + 2), 16):
            body += self._take(size + 2)[:-2]
        self._take(2)
        return body


def write_request(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


class Served:
    """One running gateway: a real process tree, told to end by SIGTERM."""

    def __init__(self, place: Path, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        self.place = place
        self.log = place / "access.log"
        self.ready_file = place / "ready.json"
        self.errors = place / "errors"
        options = ["--ready-file", self.ready_file, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        options += ["--access-log", self.log, "--state", place / "state"]
        with self.errors.open("wb") as errors, (place / "output").open("wb") as output:
            self.process = subprocess.Popen([*command, *options], cwd=ROOT, env=env, stdout=output, stderr=errors)
        until(lambda: self.ready_file.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.errors.read_text()
        self.ready: dict[str, Any] = json.loads(self.ready_file.read_text())
        self.base: str = self.ready["data_plane"]

    def line(self, source: str = "") -> Line:
        return Line(self.base, source)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | str | None = None, source: str = ""
    ) -> Answer:
        """Send one call on a connection of its own."""
        raw = body.encode() if isinstance(body, str) else body
        with self.line(source) as line:
            line.send(write_request(method, target, line.host, headers or {}, raw))
            return line.read(method)

    def ask_raw(self, raw: bytes) -> Answer:
        with self.line() as line:
            line.send(raw)
            return line.read()

    def get(self, path: str) -> Answer:
        """Ask the management listener."""
        with Line(self.ready["management"]) as line:
            line.send(write_request("GET", path, line.host, {"Connection": "close"}, None))
            return line.read()

    def metrics(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        text = self.get("/metrics").body.decode()
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def metric(self, name: str, **labels: str) -> float:
        """Give the sum of the samples of this name that carry these labels."""
        return sum(value for (found, have), value in self.metrics().items() if found == name and labels.items() <= dict(have).items())

    def count(self, expected: float, name: str, **labels: str) -> None:
        """The samples reach exactly this sum."""
        until(lambda: self.metric(name, **labels) >= expected)
        assert self.metric(name, **labels) == expected

    def log_lines(self, at_least: int = 0) -> list[dict[str, Any]]:
        until(lambda: self.log.read_bytes().count(b"\n") >= at_least)
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def family_tree(self) -> list[int]:
        """Give the process and everything below it."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return found

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def check_headers(answer: Answer) -> None:
    """Every response says where it comes from, which exchange it was, and when; and nothing of what it runs on."""
    headers = answer.headers
    assert headers["jembatan-origin"] in ("gateway", "provider", "cache")
    assert re.fullmatch(r"[0-9a-f]{32}", headers["jembatan-exchange"])
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", headers["traceparent"])
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", headers["date"])
    assert re.fullmatch(r"gateway;dur=\d+\.\d\d, upstream;dur=\d+\.\d\d", headers["server-timing"])
    assert "server" not in headers
    assert "x-powered-by" not in headers
    names = [name.lower() for name, _ in answer.lines]
    assert len(names) == len(set(names)), "a header stands twice"


def check_problem(answer: Answer, whose: str | None = None) -> dict[str, Any]:
    """A refusal is one whole problem."""
    check_headers(answer)
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert problem.keys() >= MEMBERS
    assert problem.keys() <= MEMBERS | {"cure", "errors"}
    assert problem["status"] == answer.status
    assert problem["exchange"] == answer.headers["jembatan-exchange"]
    assert problem["type"] == "urn:jembatan:fault:" + problem["code"].lower().replace("_", "-")
    assert problem["whose"] == whose or whose is None
    for finding in problem.get("errors", ()):
        assert finding.keys() == {"pointer", "part", "keyword", "detail"}
        assert finding["part"] in ("path", "query", "header", "body")
        assert finding["pointer"] == "" or finding["pointer"].startswith("/")
    if answer.status == 401:
        assert answer.headers["www-authenticate"].startswith('Bearer realm="jembatan"')
    return problem


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Give every scalar of a document with the key that it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ((str(key), inner),) if not isinstance(inner, dict | list) else walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from (("", inner),) if not isinstance(inner, dict | list) else walk(inner)
