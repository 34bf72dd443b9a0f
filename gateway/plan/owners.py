"""Whose is what: the service of a path, the owner of an operation, the agencies that a folder speaks for.

Laws: 1. An operation belongs to the owner of its service. 2. A folder speaks for the agencies that stand in it; an overlay also for those
whose document in the first folder names it (`overlay:`).
Must not know: what follows from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath

from .federation import Federation


def service_of(path: str) -> str:
    """Give the id of the service that a path belongs to: its first two segments."""
    return "/".join(path.split("/")[1:3])


def owners_of(federation: Federation) -> Mapping[str, str]:
    """Give the agency that owns each operation."""
    services = federation.of("service")
    owners = {}
    for name, route in federation.operations.items():
        service = services.get(service_of(route.value["call"]["path"]))
        if service is not None:
            owners[name] = str(service.value["owner"])
    return owners


def name_folder(federation: Federation, home: int) -> str:
    """Give the name that a folder goes by: the last part of its path."""
    return PurePath(os.path.abspath(federation.folders[home])).name  # noqa: PTH100 - a link keeps the name it was given by


def is_own(federation: Federation, home: int, agency: str) -> bool:
    """Say whether a folder speaks for an agency; for an unknown one, which is noted as such, every folder does."""
    document = federation.of("agency").get(agency)
    if document is None:
        return True
    where = federation.home_of(document)
    return where == home or (where == 0 and document.value.get("overlay") == name_folder(federation, home))
