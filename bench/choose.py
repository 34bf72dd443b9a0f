"""What choosing costs in process: an exchange over one provider, and over one of 27,000.

The plan is compiled from YAML and CSV as any is. What is timed is an exchange without wire and token, the provider's reply coming at once;
and choosing alone. Keys are drawn at random and made anew, as a call brings them.
"""

from __future__ import annotations

import gc
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gateway.cli.rehearsal import StatedCaller
from gateway.exchange import serve
from gateway.journey.choose import Choice
from gateway.plan.load import read_and_build
from gateway.traffic.tables import index_prefix, index_range
from gateway.values.model import Reply, Request
from gateway.values.route import Exchange, Plan, Row

from .inside import CountingDict, Found

ROWS = (1, 27_000)
CALLS = 100_000
TURNS = 9
SEED = 400
NOW_S = 1_790_000_000.0
_YAML = """
gateway: bench
---
agency: pusat
title: {id: Pusat, en: Centre}
class: ministry
---
service: health/v1
owner: pusat
title: {id: Kesehatan, en: Health}
lifecycle: live
---
purpose: care
title: {id: Perawatan, en: Care}
legal_basis: [scenario]
---
policy: visits
title: {id: Kunjungan, en: Visits}
operations: [health.visit.find]
classes: [public]
grants:
  - callers: [pusat]
    purposes: [care]
    reveals: all
---
table: centres
file: centres.csv
key: code
columns: {code: string, software: string, url: url, owner: agency, since: date, until: optional date}
---
upstream: alpha
per: {table: centres}
auth: {bearer: {token: "${env:TOKEN}"}}
---
route: health.visit.find
title: {id: Cari, en: Find}
call: {method: POST, path: /health/v1/visits/find, body: query@1}
answer: visit@1
effect: read
providers:
  choose: {table: centres, key: body.facility, match: exact}
  any_of:
    - upstream: alpha
      request: {method: POST, path: /cari, schema: alpha/query@1, body: {nomor: body.number, pusat: row.code}}
      response: {from: alpha/visit@1, fields: {number: nomor, facility: pusat}}
---
schema: query@1
version: 1.0.0
type: object
required: [facility, number]
properties: {facility: {type: string, x-class: public}, number: {type: string, x-class: public}}
---
schema: visit@1
version: 1.0.0
type: object
required: [number, facility]
properties: {number: {type: string, x-class: public}, facility: {type: string, x-class: public}}
---
schema: alpha/query@1
version: 1.0.0
type: object
required: [nomor, pusat]
properties: {nomor: {type: string}, pusat: {type: string}}
---
schema: alpha/visit@1
version: 1.0.0
type: object
required: [nomor, pusat]
properties: {nomor: {type: string}, pusat: {type: string}}
"""


class _Desk:
    """Ports that let go of what they are told."""

    def count(self, cell: int, by: float = 1.0) -> None: ...

    def note_defect(self, exchange: Exchange, error: BaseException) -> None: ...


def make_plan(rows: int) -> tuple[Plan, float]:
    """Compile a route over so many providers; give the plan, and the CPU seconds of reading and compiling all."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for part in ("routes", "schemas", "policies"):
            (place / part).mkdir()
        (place / "routes" / "all.yaml").write_text(_YAML, encoding="utf-8")
        lines = [f"{_code(n)},alpha,http://127.0.0.1:{1024 + n},pusat,2024-01-01,\n" for n in range(rows)]
        (place / "routes" / "centres.csv").write_text("code,software,url,owner,since,until\n" + "".join(lines), encoding="utf-8")
        began = time.process_time()
        plan = read_and_build([place])[1].plan
        spent = time.process_time() - began
    if plan is None or not isinstance(plan.routes[0].supply, Choice):
        raise SystemExit("the federation of the bench does not compile")
    return plan, spent


def _code(number: int) -> str:
    return f"P{number:010}"


_HEAD = {b"content-type": b"application/json", b"jembatan-purpose": b"care"}
_REQUEST = Request("POST", "/health/v1/visits/find", "", _HEAD, "bench", (), True)
_REPLY = Reply(200, {b"content-type": b"application/json"}, b'{"nomor":"7","pusat":"P0000000001"}')


def time_exchange(plan: Plan | None, numbers: Sequence[int], desk: _Desk) -> float:
    """Give the CPU seconds of these calls from head to response, the reply coming at once; without a plan, of making the calls alone."""
    began = time.process_time()
    door = StatedCaller("pusat")
    for number in numbers:
        x = Exchange(_REQUEST, "0" * 32, NOW_S, desk)
        raw = b'{"facility":"%b","number":"7"}' % _code(number).encode()
        if plan is None:
            continue
        flow = serve(plan, door, x)
        next(flow)
        flow.send(raw)
        with suppress(StopIteration):
            flow.send(_REPLY)
    return time.process_time() - began


def time_choosing(choice: Choice | None, numbers: Sequence[int], desk: _Desk) -> float:
    """Give the CPU seconds of choosing alone; without a choice, of making the calls alone."""
    began = time.process_time()
    for number in numbers:
        x = Exchange(_REQUEST, "0" * 32, NOW_S, desk)
        x.body = {"facility": _code(number), "number": "7"}
        if choice is not None:
            choice.choose(x)
    return time.process_time() - began


def count_reads(rows: int) -> dict[str, float]:
    """Give how often a table of so many rows is read to find one, the worst of some keys."""
    draw = random.Random(SEED)
    picked = [draw.randrange(rows) for _ in range(50)]
    prefix = index_prefix([(f"{n // 1000:02}.{n // 30 % 34:02}.{n % 30:02}.{n:05}", Row(str(n), {}, None, n)) for n in range(rows)])
    prefix.rows = CountingDict(prefix.rows)
    CountingDict.reads = 0
    for n in picked:
        prefix.find(f"{n // 1000:02}.{n // 30 % 34:02}.{n % 30:02}.{n:05}.1")
    by_prefix = CountingDict.reads / len(picked)
    ranges = index_range([(n * 10, n * 10 + 7, Row(str(n), {}, None, n)) for n in range(rows)])
    return {"exact": 1, "prefix": by_prefix, "range_at_most": len(ranges.starts).bit_length()}


def measure_choose() -> Found:
    """Choose among one and among 27,000, in turns: whole exchanges, and choosing alone; give the medians and the medians of the ratios."""
    plans = {rows: make_plan(rows) for rows in ROWS}
    gc.collect()
    gc.freeze()
    draw = random.Random(SEED)
    desk = _Desk()
    us: dict[str, dict[int, list[float]]] = {"exchange": {rows: [] for rows in ROWS}, "choose": {rows: [] for rows in ROWS}}
    for _ in range(TURNS):
        for rows, (plan, _) in plans.items():
            numbers = [draw.randrange(rows) for _ in range(CALLS // TURNS)]
            supply = plan.routes[0].supply
            assert isinstance(supply, Choice)
            us["exchange"][rows].append(time_exchange(plan, numbers, desk) - time_exchange(None, numbers, desk))
            us["choose"][rows].append(time_choosing(supply, numbers, desk) - time_choosing(None, numbers, desk))
    gc.unfreeze()
    few, many = ROWS
    scale = TURNS / CALLS * 1e6
    return {
        "rows": many,
        "load_cpu_s": round(plans[many][1], 3),
        **{f"{name}_us": {str(rows): round(_median(spent) * scale, 3) for rows, spent in found.items()} for name, found in us.items()},
        **{f"ratio_{name}": round(_median([b / a for a, b in zip(found[few], found[many], strict=True)]), 3) for name, found in us.items()},
        "table_reads": {str(rows): count_reads(rows) for rows in ROWS},
    }


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
