"""Cells: the numbers of all series of one worker, as float64 in memory that the supervisor owns.

Laws: 1. A count costs one addition, no lock, no allocation that outlives it: one worker writes a block, others only read it.
2. The block outlives its worker. 3. A histogram's cells are one per bucket, one for +Inf, then the sum.
Must not know: names, labels, who scrapes.
"""

from __future__ import annotations

import mmap
import os
from bisect import bisect_left
from collections.abc import Sequence

_CELL_BYTES = 8


def open_block(size: int) -> int:
    """Make a zeroed block of `size` cells and give its file descriptor, to be shared with a worker."""
    fd = os.memfd_create("jembatan-cells", os.MFD_CLOEXEC)
    os.ftruncate(fd, max(size, 1) * _CELL_BYTES)
    return fd


class Cells:
    """The cells of one block, mapped into this process."""

    __slots__ = ("_map", "view")

    def __init__(self, fd: int) -> None:
        """Map a block that `open_block` made; the descriptor may be closed afterwards."""
        self._map = mmap.mmap(fd, 0, flags=mmap.MAP_SHARED)
        self.view: memoryview[float] = memoryview(self._map).cast("d")

    def count(self, cell: int, by: float = 1.0) -> None:
        """Add to a counter or a gauge."""
        self.view[cell] += by

    def observe(self, offset: int, bounds: tuple[float, ...], value: float) -> None:
        """Put one value into the histogram that begins at `offset`."""
        view = self.view
        view[offset + bisect_left(bounds, value)] += 1.0
        view[offset + len(bounds) + 1] += value

    def read_all(self) -> Sequence[float]:
        """Give every cell as it is now."""
        return self.view.tolist()

    def close(self) -> None:
        """Unmap the block."""
        self.view.release()
        self._map.close()
