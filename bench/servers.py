"""The servers of a bench: the upstream that costs little, nginx as the peer, and the gateway through its real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.sandbox.identity import describe_key, mint_token

from .load import Call
from .processes import choose_cores, find_program, list_descendants, run_pinned, take_port, wait_file, wait_listening
from .slow import BODY

HERE = Path(__file__).parent
FEDERATION = HERE / "federation"
ISSUER = "https://idp.bench.example"
BODY_BYTES = 1024
DOCUMENT = json.dumps({"document": "contoh", "text": "x" * (BODY_BYTES - 34)}, separators=(",", ":"))

_COMMON = """
daemon off; worker_processes 1; pid {place}/nginx.pid; error_log {place}/error.log warn;
events {{ worker_connections 2048; accept_mutex off; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; default_type application/json;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
"""
_UPSTREAM = """
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 '{document}'; }}
    location = /ws/kepesertaan {{ return 200 '{answer}'; }}
    location /tunda/ {{ return 200 '{person}'; }}
  }}
}}
"""
_PROXY = """
  upstream behind {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under test: where it answers, and the process that supervises those that serve."""

    url: str
    supervisor: int

    def list_serving(self) -> list[int]:
        """Give the processes that serve, as they are now."""
        return list_descendants(self.supervisor)


@dataclass(frozen=True, slots=True)
class Site:
    """What all launches share: a place for files, the cores, the upstream's port, the federation, a token, the calls."""

    place: Path
    core: str
    other_cores: str
    upstream: int
    federation: Path
    calls: Mapping[str, Call] = field(default_factory=dict)
    slow: int = 0  # the port of what stands behind the many; 0 = the upstream, which answers at once


@contextmanager
def run_nginx(name: str, cores: str, place: Path, text: str, port: int) -> Iterator[Server]:
    """Run an nginx with this configuration until the block ends."""
    own = place / name
    own.mkdir(exist_ok=True, mode=0o755)
    (own / "nginx.conf").write_text(_COMMON.format(place=own) + text)
    log = own / "out.log"
    with run_pinned(
        cores, [find_program("nginx"), "-e", str(own / "error.log"), "-p", str(own), "-c", str(own / "nginx.conf")], log
    ) as process:
        wait_listening(port, process, log)
        yield Server(f"http://127.0.0.1:{port}", process.pid)


@contextmanager
def open_site(place: Path) -> Iterator[Site]:
    """Run the upstream and write the federation with a fresh key until the block ends."""
    place.chmod(0o755)  # the worker of an nginx that root starts is another user
    core, other_cores = choose_cores()
    upstream = take_port()
    example = read_example()
    key = ec.generate_private_key(ec.SECP256R1())
    federation = place / "federation"
    shutil.copytree(FEDERATION, federation)
    (federation / "routes" / "keys.json").write_text(json.dumps({"keys": [describe_key(key)]}))
    token = mint_token(key, "taspen", iss=ISSUER)
    text = _UPSTREAM.format(
        port=upstream, document=DOCUMENT, answer=json.dumps(example["provider"]["body"], separators=(",", ":")), person=BODY.decode()
    )
    with run_nginx("upstream", other_cores, place, text, upstream):
        yield Site(
            place, core, other_cores, upstream, federation, make_calls(token, json.dumps(example["send"]["body"], separators=(",", ":")))
        )


def read_example() -> dict[str, dict[str, object]]:
    """Give the example of the full call, as the federation has it."""
    for document in yaml.safe_load_all((FEDERATION / "routes" / "bench.yaml").read_text()):
        if document.get("route") == "bench.enrolment.record":
            return dict(document["examples"][0])
    raise SystemExit("the bench's federation has no bench.enrolment.record")


def make_calls(token: str, enrolment: str) -> dict[str, Call]:
    """Give the calls; each is sent to the gateway and, where a peer is measured, to the peer, byte for byte the same."""
    headers = (("Authorization", f"Bearer {token}"), ("Jembatan-Purpose", "pension-payment"), ("Accept", "application/json"))
    typed = (*headers, ("Content-Type", "application/json"))
    return {
        "pass-get": Call("GET", "/bench/v1/documents/current", headers),
        "pass-post": Call("POST", "/bench/v1/documents", typed, DOCUMENT),
        "full-post": Call("POST", "/bench/v1/enrolments", typed, enrolment),
        "gather-10": Call("POST", "/bench/v1/persons/gather", typed, '{"number":"117"}'),
        "journey-14": Call("POST", "/bench/v1/journeys", typed, '{"number":"117"}'),
    }


@contextmanager
def run_peer(site: Site) -> Iterator[Server]:
    """Run nginx as a plain proxy, one worker, connections to the upstream kept."""
    port = take_port()
    with run_nginx("peer", site.core, site.place, _PROXY.format(upstream=site.upstream, port=port), port) as server:
        yield server


@contextmanager
def run_gateway(site: Site) -> Iterator[Server]:
    """Run `jembatan serve` with one worker; metrics and access log are on."""
    ready, access = site.place / "ready.json", site.place / "access.log"
    for path in (ready, access):
        path.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).parent / "jembatan"), "serve", str(site.federation), "--workers", "1", "--listen", "127.0.0.1:0",
        "--management", "127.0.0.1:0", "--ready-file", str(ready), "--access-log", str(access), "--state", str(site.place / "state"),
    ]  # fmt: skip
    environment = {
        "BENCH_UPSTREAM": f"http://127.0.0.1:{site.upstream}", "BENCH_SLOW": f"http://127.0.0.1:{site.slow or site.upstream}",
        "BENCH_USER": "contoh", "BENCH_PASSWORD": "rahasia-contoh",
    }  # fmt: skip
    log = site.place / "gateway.log"
    with run_pinned(site.core, command, log, environment) as process:
        told = json.loads(wait_file(ready, process, log))
        yield Server(told["data_plane"], process.pid)


def describe_machine() -> dict[str, object]:
    """Give what a reader needs to know of the machine, and nothing that names it."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), ""
    )
    versions = subprocess.run([find_program("nginx"), "-v"], capture_output=True, text=True, check=False).stderr.strip()
    return {
        "cpu": model, "cores": len(os.sched_getaffinity(0)), "kernel": os.uname().release.split("-")[0],
        "python": sys.version.split()[0], "load_average": round(os.getloadavg()[0], 1), "nginx": versions.rpartition("/")[2],
    }  # fmt: skip
