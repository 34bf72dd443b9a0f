"""The lab: a small federation in a real process tree, before a provider of raw sockets whose answers the tests choose by a word."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric import ec

from gateway.sandbox.identity import describe_key, mint_token

from .talk import Answer, Served, until

FEDERATION = Path(__file__).with_name("federation")
API_KEY = "north-key-synthetic"
CREDENTIAL = "lab-credential-synthetic"
CURSOR_KEY = "lab-cursor-key-synthetic-0123456789"
SHELF = [f"buku {number}" for number in range(23)]
HOLD_S = 30.0


def write_answer(body: bytes, status: str = "200 OK", media: str = "application/json", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


FINE = b'{"teks":"ya","jenis":"P"}'
# What the provider does when it is asked `GET /do/WORD`; what does not end in a whole answer closes the connection.
DEEDS: dict[str, bytes] = {
    "fine": write_answer(FINE),
    "hold": write_answer(FINE),
    "other": write_answer(b'{"teks":"lain"}'),
    "busy": write_answer(b"{}", "503 Busy", more="Retry-After: 7\r\n"),
    "busy-long": write_answer(b"{}", "429 Busy", more="Retry-After: 99999\r\n"),
    "redirect": write_answer(b"{}", "302 Found", more="Location: http://127.0.0.1:1/secret\r\n"),
    "html": write_answer(b"<h1>galat pribadi 3215014502930002</h1>", media="text/html"),
    "no-json": write_answer(b"}{ 3215014502930002"),
    "breaks": write_answer(b'{"teks":3215014502930002}'),
    "empty": write_answer(b""),
    "strange-code": write_answer(b'{"teks":"ya","jenis":"Z"}'),
    "large": write_answer(b'{"teks":"%b"}' % (b"x" * 9000)),
    "garbage": b"\x00\x01 this is no HTTP\r\n\r\n",
    "truncated": b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"teks"',
    "gone": b"",
    "bad-chunk": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n",
    "both-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "surplus": write_answer(FINE) + write_answer(b'{"teks":"smuggled"}'),
    "split-header": write_answer(FINE, more="X-A: b\r\n c\r\n"),
    "cookie": write_answer(FINE, more="Set-Cookie: a=b\r\nServer: backend/1.2.3\r\nX-Powered-By: PHP/5\r\n"),
    "verdict-fine": write_answer(b'{"kode":"00","data":{"teks":"ya"}}'),
    "verdict-14": write_answer(b'{"kode":"14","pesan":"tidak ada 3215014502930002"}'),
    "verdict-77": write_answer(b'{"kode":"77","pesan":"tutup"}'),
    "verdict-else": write_answer(b'{"kode":"99","pesan":"rusak"}'),
    "verdict-none": write_answer(b'{"data":{"teks":"ya"}}'),
    **{str(status): write_answer(b"{}", f"{status} X") for status in (400, 401, 403, 404, 409, 410, 412, 415, 418, 422, 428, 500, 503)},
}  # fmt: skip
CLOSING = frozenset(("garbage", "truncated", "gone", "bad-chunk", "both-lengths", "mutated"))


def write_shelf(target: str) -> bytes:
    """Give a page of the shelf; the word `cara` makes it a wrong one."""
    asked = dict(parse_qsl(target.partition("?")[2]))
    size, how = int(asked["jml"]), asked.get("cara", "")
    begin = (int(asked["hal"]) - 1) * size
    rows = [{"teks": text} for text in SHELF[begin : begin + size]]
    given: dict[str, Any] = {"rak": rows, "jumlah": len(SHELF)}
    given |= {
        "": {}, "more": {"rak": [*rows, {"teks": "x"}]}, "short": {"rak": rows[1:]}, "total": {"jumlah": 1}, "no-total": {"jumlah": None},
        "single": {"rak": {"teks": "satu"}, "jumlah": 1}, "none": {"rak": None, "jumlah": 0}, "text": {"rak": "3215014502930002"},
        "breaks": {"rak": [rows[0], {"teks": 3215014502930002}, *rows[2:]]},
    }[how]  # fmt: skip
    return write_answer(json.dumps(given).encode())


class Provider(socketserver.ThreadingTCPServer):
    """Answers by `DEEDS`, echoes bodies, holds `hold` until `gate` is set, and keeps the bytes of every call."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.calls: list[tuple[bytes, bytes]] = []
        self.lost: list[bytes] = []  # first lines of calls whose connection ended before the answer, or in their body
        self.gate = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that ends is no error here."""


class Conversation(socketserver.StreamRequestHandler):
    """One connection of the gateway's."""

    server: Provider

    def handle(self) -> None:
        while self.serve_one():
            pass

    def serve_one(self) -> bool:
        head = self.read_head()
        if head is None:
            return False
        first = head.split(b"\r\n")[0]
        body = self.read_body(head)
        if body is None:
            self.server.lost.append(first)
            return False
        self.server.calls.append((head, body))
        target = first.split(b" ")[1]
        word = target.removeprefix(b"/do/").decode()
        if (word == "hold" or b"tahan" in body) and not self.hold():
            self.server.lost.append(first)
            return False
        self.wfile.write(self.choose(target, word, head, body))
        self.wfile.flush()
        return word not in CLOSING

    def choose(self, target: bytes, word: str, head: bytes, body: bytes) -> bytes:
        if word in DEEDS:
            return DEEDS[word]
        if target.startswith(b"/shelf?"):
            return write_shelf(target.decode())
        if target == b"/echo":
            media = re.search(rb"(?i)\r\ncontent-type: ([^\r]*)", head)
            return write_answer(body or b"{}", media=media[1].decode() if media else "application/json")
        return write_answer(json.dumps({"target": target.decode("latin-1")}).encode())

    def hold(self) -> bool:
        """Wait for the gate; say whether the gateway is still there then."""
        end_s = time.monotonic() + HOLD_S
        self.connection.settimeout(0.02)
        while not self.server.gate.is_set() and time.monotonic() < end_s:
            with contextlib.suppress(TimeoutError):
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return False
        self.connection.settimeout(None)
        return True

    def read_head(self) -> bytes | None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(65536)
            if not line:
                return None
            head += line
        return head

    def read_body(self, head: bytes) -> bytes | None:
        low = head.lower()
        if b"\r\ntransfer-encoding: chunked" in low:
            return self.read_chunks()
        found = re.search(rb"\r\ncontent-length: *(\d+)", low)
        size = int(found[1]) if found else 0
        body = self.rfile.read(size)
        return body if len(body) == size else None

    def read_chunks(self) -> bytes | None:
        body = b""
        while True:
            line = self.rfile.readline(1024)
            if not line.endswith(b"\r\n"):
                return None
            size = int(line, 16)
            piece = self.rfile.read(size + 2)
            if len(piece) < size + 2:
                return None
            if not size:
                return body
            body += piece[:-2]


class Lab(Served):
    """The gateway over the lab's federation, its provider, and the key of its identity provider."""

    def __init__(self, place: Path) -> None:
        self.provider = Provider()
        self.key = ec.generate_private_key(ec.SECP256R1())
        folder = place / "federation"
        shutil.copytree(FEDERATION, folder)
        (folder / "routes" / "lab.jwks.json").write_text(json.dumps({"keys": [describe_key(self.key)]}))
        url = f"http://127.0.0.1:{self.provider.port}"
        self._closed = socket.socket()  # bound and never listening: whoever connects is refused, and nobody else gets the port
        self._closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{self._closed.getsockname()[1]}"
        env = {
            **os.environ,
            "LAB_URL": url,
            "LAB_TOKEN": CREDENTIAL,
            "LAB_CURSOR_KEY": CURSOR_KEY,
            "NOWHERE_URL": nowhere,
            "DARK_URL": f"{nowhere}/jwks.json",
        }
        super().__init__(place, [sys.executable, "-m", "tests.system.run_lab", folder], env)
        self.north = {"authorization": f"Bearer {self.mint('north')}", "jembatan-purpose": "testing"}

    def mint(self, agency: str, **claims: object) -> str:
        return mint_token(self.key, agency, iss=claims.pop("iss", "https://idp.lab.example"), **claims)  # type: ignore[arg-type]

    def call(self, how: str, path: str = "/lab/v1/ask", **headers: str) -> Answer:
        """Ask the provider to answer so."""
        return self.post(path, json.dumps({"how": how}), **headers)

    def post(self, path: str, body: str | bytes, method: str = "POST", **headers: str) -> Answer:
        given = {**self.north, "content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.ask(method, path, {name: text for name, text in given.items() if text}, body)

    def write(self, document: object) -> Answer:
        return self.post("/lab/v1/ask", json.dumps(document), "PUT")

    def check_sound(self) -> None:
        """Whatever came: no connection is left, every outcome was foreseen, and only what was planted was a defect."""
        until(lambda: self.metric("jembatan_connections", state="open") == 0)
        until(
            lambda: (
                self.metric("jembatan_responses_total")
                == sum(line["event"] == "exchange" and line["route"] != "" for line in self.log_lines())
            )
        )
        assert self.metric("jembatan_responses_total", fault="_other") == 0
        assert self.metric("jembatan_upstream_attempts_total", outcome="_other") == 0
        assert self.metric("jembatan_defects_total") == self.metric("jembatan_responses_total", fault="INTERNAL")
        assert self.metric("jembatan_responses_total", fault="INTERNAL") == self.metric("jembatan_responses_total", route="lab.planted")
        assert self.metric("jembatan_log_lines_dropped_total") == 0

    def close(self) -> None:
        self.provider.gate.set()
        self.check_sound()
        code = self.end()
        self.provider.shutdown()
        self.provider.server_close()
        self._closed.close()
        assert code == 0
        assert self.errors.read_text() == ""


@contextmanager
def run_lab(place: Path) -> Iterator[Lab]:
    lab = Lab(place)
    try:
        yield lab
    finally:
        lab.close()


def check_shape(head: bytes, body: bytes) -> None:
    """The provider got one call with the segments, query names and header names of its route, and no others."""
    first, *lines = head[:-4].split(b"\r\n")
    method, target, version = first.split(b" ")
    path, _, query = target.partition(b"?")
    assert (method, version, body) == (b"GET", b"HTTP/1.1", b"")
    assert path.split(b"/")[1::2] == [b"things", b"end"]
    assert len(path.split(b"/")) == 4
    assert [pair.split(b"=")[0] for pair in query.split(b"&")] in ([b""], [b"cari"])
    names = [line.split(b":")[0].lower() for line in lines]
    assert sorted(set(names) - {b"x-catatan"}) == [b"authorization", b"host", b"traceparent"]
    assert len(names) == len(set(names))
