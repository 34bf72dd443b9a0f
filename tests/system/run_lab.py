"""Runs the supervisor as `jembatan serve` does, over plans with a planted defect."""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import replace

from gateway.cli.serve import add_arguments, read_options, write_ready
from gateway.supervisor import Ready, run_supervisor

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args()
    folders = tuple(arguments.folders)
    options = replace(read_options(arguments, folders), loader="tests.system.planted:load_planted")

    def tell(ready: Ready) -> None:
        write_ready(arguments.ready_file, ready, folders, arguments.state)

    sys.exit(asyncio.run(run_supervisor(options, tell)))
