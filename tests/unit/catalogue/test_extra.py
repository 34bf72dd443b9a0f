"""The numeric libraries are an extra: nothing of the gateway, and no command before it needs them, imports one."""

from __future__ import annotations

import subprocess
import sys

_TRY = """
import sys
import gateway.supervisor, gateway.nursery, gateway.worker, gateway.sandbox, gateway.manage.server, gateway.manage.catalogue_server
from gateway.cli import COMMANDS, load_command
for name in COMMANDS:
    load_command(name)
print(sorted({one.partition(".")[0] for one in sys.modules} & {"numpy", "scipy", "sknetwork", "sparse_dot_topn", "reportlab", "sqlglot"}))
"""


def test_the_gateway_and_its_commands_load_without_the_libraries_of_the_extras() -> None:
    done = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
