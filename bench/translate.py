"""What a translation costs: the generated function against the same work by hand, and against expression engines of PyPI.

Fresh processes, in turns; the engines in a venv of their own (`scripts/install-peers`), without which they are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from .figures import bootstrap_ratio
from .translate_work import compile_get, make_document

LAUNCHES = 9
LAUNCH_S = 60
PEERS = Path(__file__).parents[1] / ".venv" / "peers" / "bin" / "python"
TARGETS = {"by hand": 2.0, "fastest engine": 0.2}


def measure_translate() -> dict[str, object]:
    """Measure in launches that take turns; give medians and ratios."""
    document = make_document()
    given = json.dumps({"document": document, "expected": compile_get()(document)})
    samples: dict[str, list[float]] = {}
    for _ in range(LAUNCHES):
        commands = [[sys.executable, "-m", "bench.translate_work"]]
        commands += [[str(PEERS), str(Path(__file__).parent / "translate_peers.py")]] if PEERS.exists() else []
        for command in commands:
            for name, spent in _launch(command, given).items():
                samples.setdefault(name, []).append(spent)
    us = {name: round(median(each), 2) for name, each in samples.items()}
    found: dict[str, object] = {"document_bytes": len(json.dumps(document, separators=(",", ":"))), "us": us}
    engines = [name for name in us if name not in ("generated", "by hand")]
    against = {"by hand": "by hand"} | ({"fastest engine": min(engines, key=us.__getitem__)} if engines else {})
    for word, name in against.items():
        ratio = bootstrap_ratio(samples["generated"], samples[name])
        found[word] = {
            "name": name, "ratio": round(ratio.value, 3), "interval": [round(ratio.low, 3), round(ratio.high, 3)],
            "target": TARGETS[word],
        }  # fmt: skip
    return found | {"xml": _measure_xml()}


def _measure_xml() -> dict[str, object]:
    """Measure the same household in XML, read and written, beside what the parser alone costs."""
    launches = [_launch([sys.executable, "-m", "bench.xml_work"], "") for _ in range(LAUNCHES)]
    us = {name: round(median(each[name] for each in launches), 2) for name in launches[0]}
    parsed = [each["parse alone"] for each in launches]
    ratios = {name: bootstrap_ratio([each[name] for each in launches], parsed) for name in ("decode", "encode")}
    against = {name: {"ratio": round(one.value, 3), "interval": [round(one.low, 3), round(one.high, 3)]} for name, one in ratios.items()}
    return {"us": us, "against parse alone": against}


def _launch(command: list[str], given: str) -> dict[str, float]:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=LAUNCH_S, check=False, cwd=Path(__file__).parents[1]
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return {str(name): float(spent) for name, spent in json.loads(done.stdout).items()}
