"""Runs a supervisor over a stub plan: writes what `Ready` holds as one JSON line to standard output."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from gateway.supervisor import Ready, SupervisorOptions, run_supervisor


def tell(ready: Ready) -> None:
    sys.stdout.write(json.dumps(asdict(ready)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    options = SupervisorOptions(
        (folder,),
        loader="tests.system.stub_plan:load_plan",
        is_watching="--watch" in sys.argv,
        access_log=str(folder.parent / "access.log"),
        still_s=2.0 if "--impatient" in sys.argv else 20.0,
    )
    sys.exit(asyncio.run(run_supervisor(options, tell)))
