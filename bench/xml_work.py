"""XML both ways: one message of an agency read by its schema and written again, beside what the parser alone costs.

Run as `python -m bench.xml_work` it measures in turns, and prints JSON: microseconds a message.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from gateway.schema.registry import Registry
from gateway.translate.xml.decode import compile_decoder
from gateway.translate.xml.encode import compile_writer
from gateway.translate.xml.grammar import make_grammar
from gateway.translate.xml.parse import parse_xml

from .translate_work import AGENCY, make_document

ROUNDS, CALLS = 15, 200
NAME = "bench/household@1"


def make_works() -> dict[str, Callable[[], Any]]:
    """Give what is measured: the household of the translation bench, as an agency would send it in XML."""
    schema = {**AGENCY, "xml": {"name": "KELUARGA"}}
    members = schema["properties"]["ANGGOTA"]
    schema["properties"] = {**schema["properties"], "ANGGOTA": {**members, "items": {**members["items"], "xml": {"name": "ORANG"}}}}
    registry = Registry({NAME: schema})
    write = compile_writer(make_grammar(registry.documents, NAME))
    read = compile_decoder(registry, NAME)
    document = make_document()
    raw = write(document).encode()
    if read(raw) != (document, 0):
        raise SystemExit("what was written is not read again")
    return {"parse alone": lambda: parse_xml(raw), "decode": lambda: read(raw), "encode": lambda: write(document).encode()}


def measure() -> dict[str, float]:
    """Give the median of the rounds of each work."""
    works = make_works()
    spent: dict[str, list[float]] = {name: [] for name in works}
    gc.disable()
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = time.process_time()
            for _ in range(CALLS):
                work()
            spent[name].append((time.process_time() - begin) / CALLS * 1e6)
        gc.collect()
    return {name: median(each) for name, each in spent.items()}


if __name__ == "__main__":
    print(json.dumps(measure()))
