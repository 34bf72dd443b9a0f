"""Applications of which no two are alike, with mappings that were drafted and finished by rule, answer as one operation."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bench.shapes.federation import CALLER, PATH, PURPOSE
from bench.shapes.make import make_application, write_visit
from bench.shapes.run import draw_visits, leave_out, run_all
from gateway.sandbox.identity import AUDIENCE, describe_key, mint_token

from .talk import COMMAND, Served, write_request

KEY = "shapes-key-synthetic"


class Clinics(BaseHTTPRequestHandler):
    """Answers for every application: one visit each, as the application writes it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        made = make_application(int(address.path.split("/")[1].removeprefix("pkm")))
        (visit,) = draw_visits(made, "served", 1)
        is_known = self.headers["x-api-key"] == KEY and parse_qs(address.query) == {"no": [visit["number"]]}
        body = orjson.dumps(write_visit(made, visit)) if is_known else b"{}"
        self.send_response(200 if is_known else 400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def open_clinics() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Clinics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("count", [20, pytest.param(400, marks=pytest.mark.deep)])
def test_every_application_answers_in_one_shape_what_it_holds(count: int, tmp_path: Path) -> None:
    """Through the real process; the truth is the visit that the application wrote its answer from."""
    run_all(count, tmp_path / "country")
    key, wrong = ec.generate_private_key(ec.SECP256R1()), []
    (tmp_path / "country" / "routes" / "idp.jwks.json").write_bytes(orjson.dumps({"keys": [describe_key(key)]}))
    token = mint_token(key, CALLER, "", AUDIENCE, 3600)
    headers = {"authorization": f"Bearer {token}", "jembatan-purpose": PURPOSE, "content-type": "application/json"}
    with open_clinics() as url:
        env = {**os.environ, "SHAPES_URL": url, "SHAPES_KEY": KEY}
        served = Served(tmp_path, [COMMAND, "serve", tmp_path / "country"], env)
        with served.line() as line:
            for made in (make_application(number) for number in range(1, count + 1)):
                (visit,) = draw_visits(made, "served", 1)
                body = json.dumps({"application": made.id, "number": visit["number"]}).encode()
                line.send(write_request("POST", PATH, line.host, headers, body))
                answer = line.read("POST")
                if (answer.status, answer.json) != (200, leave_out(made, visit)):
                    wrong.append((made.id, answer.status, answer.body[:300]))
        assert served.end() == 0
    assert wrong == []
