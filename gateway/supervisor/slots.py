"""A slot: the listening sockets of one worker, kept by the supervisor so that what waits in them outlives the worker.

Law: the sockets of all slots share one address, each with an accept queue of its own.
Must not know: plans, processes.
"""

from __future__ import annotations

import asyncio
import socket

from .generation import Worker
from .options import Address

_BACKLOG = 1024
_LIVED_WELL_S = 10.0
_BACKOFF_S = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Slot:
    """One place for a worker."""

    def __init__(self, index: int, listener: socket.socket) -> None:
        """Begin empty."""
        self.index = index
        self.listener = listener
        self.worker: Worker | None = None
        self.lock = asyncio.Lock()  # one at a time puts a worker in
        self._deaths = 0  # in a row, each soon after its start

    def note_death(self, lived_s: float) -> None:
        """Remember how long its worker lived before it died unasked."""
        self._deaths = 0 if lived_s >= _LIVED_WELL_S else self._deaths + 1

    @property
    def backoff_s(self) -> float:
        """Say how long to wait before the next start."""
        return _BACKOFF_S[min(self._deaths, len(_BACKOFF_S) - 1)]


def open_slots(address: Address, count: int) -> list[Slot]:
    """Open the sockets of all slots on one address.

    Faults: OSError, naming the address, where it cannot be had, or another process listens there already.
    """
    try:
        return _open_all(address, count)
    except OSError as error:
        raise OSError(error.errno, f"{address.host}:{address.port}: {error.strerror}") from error


def _open_all(address: Address, count: int) -> list[Slot]:
    family, _, _, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:  # SO_REUSEPORT would share the port with a stranger in silence
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)
    slots: list[Slot] = []
    try:
        for index in range(count):
            listener = socket.socket(family, socket.SOCK_STREAM)
            slots.append(Slot(index, listener))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(place)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
            place = listener.getsockname()  # port 0 was given a number: the other slots share it
    except OSError:
        close_slots(slots)
        raise
    return slots


def close_slots(slots: list[Slot]) -> None:
    """Close the sockets; what waits in them is reset."""
    for slot in slots:
        slot.listener.close()
