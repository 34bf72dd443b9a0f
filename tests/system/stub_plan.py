"""A loader of tiny plans for tests of processes: one route, GET /ping, over one upstream; `plan.json` says the rest."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.values.asks import CallUpstream, Flow
from gateway.values.cells import register_route_cells
from gateway.values.faults import refuse
from gateway.values.meters import Layout
from gateway.values.model import Bounds, Caller, GatewayOptions, Listener, Request, Upstream
from gateway.values.route import Exchange, Match, Plan, Ports, Route


class PlanRefused(Exception):
    pass


class Anyone:
    def recall_caller(self, request: Request, now_s: float) -> Caller | None:
        return Caller("stub", "api_key")

    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]:
        raise refuse("CREDENTIAL_MISSING")
        yield


def load_plan(folders: Sequence[Path], env: Mapping[str, str]) -> Plan:
    wanted = json.loads((folders[0] / "plan.json").read_text())
    if "refuse" in wanted:
        raise PlanRefused(wanted["refuse"])
    if "compile_for_s" in wanted:
        (folders[0].parent / "compiling").touch()
        time.sleep(wanted["compile_for_s"])
    layout = Layout()
    for extra in wanted.get("extra_routes", []):
        register_route_cells(layout, extra, [("provider", 200, "")], [])
    upstream = Upstream("stub.upstream", 0, "127.0.0.1", wanted["upstream"], head=b"Host: stub\r\n")
    outcomes = [("provider", 200, ""), ("provider", 502, "PROVIDER_UNREACHABLE"), ("provider", 502, "PROVIDER_TRUNCATED")]

    def inward(x: Exchange) -> None:
        x.call = CallUpstream(upstream, "read", b"GET", b"/ping", b"", None)

    def judge(x: Exchange) -> None:
        assert x.reply is not None
        x.out = x.reply.body
        x.out_headers = ((b"content-type", b"application/json"),)

    route = Route(
        "ping", 0, "GET", "/ping", "read", (), upstream, 0, 5.0, media_types=(), inward=(inward,), judge=(judge,),
        cells=register_route_cells(layout, "ping", outcomes, ["stub"]),
    )  # fmt: skip

    def match(method: str, path: str) -> Match:
        if path != "/ping":
            raise refuse("NO_ROUTE")
        return route, ()

    def make_identify(ports: Ports) -> Anyone:
        if wanted.get("stillborn"):
            raise RuntimeError("this plan's workers die at birth")
        return Anyone()

    gateway = GatewayOptions(
        data_plane=Listener("127.0.0.1", wanted.get("port", 0)),
        management=Listener("127.0.0.1", 0),
        bounds=Bounds(grace_s=wanted.get("grace_s", 0.0), drain_s=wanted.get("drain_s", 10.0)),
        workers=wanted.get("workers", 2),
        loop=wanted.get("loop", "uvloop"),
    )
    return Plan(wanted["hash"], gateway, match, make_identify, (route,), (upstream,), layout)
