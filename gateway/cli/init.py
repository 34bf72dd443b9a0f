"""`jembatan init`: a new federation, empty or a copy of the reference."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from ..sandbox.places import find_reference
from .frame import FINE, PARTS, UsageError, say
from .schema import write_schemas

HELP = "Begin a federation: an empty one that checks, or a copy of the reference federation."
EXAMPLE = "  jembatan init country/\n  jembatan init country/ --copy"

_MODELINE = "# yaml-language-server: $schema=../.jembatan/schema/file.json\n"
_FILES = {
    "routes/gateway.yaml": _MODELINE
    + """# Where this gateway listens. Every key: docs/reference/yaml.md, or your editor.
gateway: country
listen: 127.0.0.1:8080
management: 127.0.0.1:9090
workers: 2
---
# Who vouches for callers. `keys` is a JWKS, by URL or as a file beside this one.
issuer: national-idp
iss: https://idp.example
audiences: [https://jembatan.example]
algorithms: [ES256]
keys: {url: https://idp.example/jwks.json}
claims: {agency: agency, user: sub}
""",
    "routes/agencies.yaml": _MODELINE
    + """# Every organisation of the federation, and how it proves itself when it calls.
agency: example-agency
title: {id: Instansi contoh, en: An example agency}
class: ministry
contact: {office: Pusat Data, email: integrasi@example-agency.example}
identity:
  - {jwt: {issuer: national-idp, claims: {agency: example-agency}}}
""",
    "schemas/README.md": "Canonical schemas, agencies' schemas, mappings and code lists stand here.\n",
    "policies/README.md": "Purposes and policies stand here: without a grant, nobody has access.\n",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--copy", action="store_true", help="copy the reference federation")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; nothing that stands there is touched."""
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.copy:
        for part in (*PARTS, "overlays"):
            shutil.copytree(find_reference() / part, folder / part)
    else:
        for name, text in _FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    write_schemas(folder / ".jembatan" / "schema")
    say(f"began {folder}: next, jembatan check {folder}")
    return FINE
