"""The data plane: listens, counts its connections in and out, drains, takes a new certificate.

Laws: 1. Connections are bounded in all and per peer. 2. A drain stops accepting and lets every connection have one more answer,
which says `Connection: close`: nothing that was sent before we said so is dropped.
Must not know: what an exchange decides.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from time import monotonic, time

from ..values.asks import Consult, Flow, Follow
from ..values.faults import fault
from ..values.model import Bounds, Response, ServerTls
from ..values.route import Exchange, Ports, Watch
from .connection import Connection
from .deadlines import Timer
from .ids import Names
from .lines import DateLine
from .pool import Pools
from .serving import ConsultOf, FetchKeysOf, FollowOf, Shared
from .tls import make_server_context, reload_certificate, set_versions

BACKLOG = 1024
_WEAKENING_LOOK_S = 3600.0


def refuse_deed(_: Consult[object], answer: Callable[[object], None]) -> None:
    """Stand where there are no stores."""
    answer(fault("STORE_UNAVAILABLE", reason="no stores"))


def follow_nothing(_: Follow, answer: Callable[[object], None]) -> None:
    """Stand where no journey writes."""
    answer(False)


class DataPlane:
    """One worker's side towards the callers."""

    def __init__(
        self,
        *,
        bounds: Bounds,
        life: Callable[[Exchange], Flow[Response]],
        ports: Ports,
        watch: Watch,
        pools: Pools,
        fetch_keys: FetchKeysOf,
        consult: ConsultOf = refuse_deed,
        follow: FollowOf = follow_nothing,
    ) -> None:
        self._shared = Shared(bounds, life, ports, watch, pools, fetch_keys, consult, follow, Names(), DateLine(), pools.clock)
        self._bounds = bounds
        self._servers: list[asyncio.Server] = []
        self._connections: set[Connection] = set()
        self._peers: dict[str, int] = {}
        self._tls: tuple[ssl.SSLContext, ServerTls] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._timer = Timer(self._end_drain)
        self.is_draining = False

    @property
    def connections(self) -> int:
        """Count the callers' connections that are open."""
        return len(self._connections)

    async def listen(self, sockets: Sequence[socket.socket], tls: ServerTls | None) -> None:
        """Accept on these sockets, which are bound already.

        Faults: OSError or ssl.SSLError where the certificate cannot be read.
        """
        loop = asyncio.get_running_loop()
        context = None
        if tls is not None:
            context = make_server_context(tls, time())
            self._tls = (context, tls)
            self._end_weakening()
        for sock in sockets:
            server = await loop.create_server(lambda: Connection(self._shared, self), sock=sock, ssl=context, backlog=BACKLOG)
            self._servers.append(server)

    def reload_tls(self) -> None:
        """Take the certificate anew for handshakes from now on.

        Faults: OSError or ssl.SSLError where it cannot be read; the one before then still serves.
        """
        if self._tls is not None:
            reload_certificate(*self._tls)

    def _end_weakening(self) -> None:
        """Speak TLS 1.3 only, once the weakening that allows 1.2 has ended; looked at again until then."""
        assert self._tls is not None
        context, tls = self._tls
        left_s = tls.tls12_until_s - time()
        set_versions(context, is_tls12_allowed=left_s > 0)
        if left_s > 0 and not self.is_draining:
            asyncio.get_running_loop().call_later(min(left_s, _WEAKENING_LOOK_S), self._end_weakening)

    def start_drain(self) -> None:
        """Stop accepting; the next answer on each connection closes it."""
        if self.is_draining:
            return
        self.is_draining = True
        for server in self._servers:
            server.close()
        self._shared.clock.wheel.set_timer(self._timer, monotonic() + self._bounds.drain_s)

    async def wait_drained(self) -> None:
        """Wait until every connection is gone, at most `drain_s` after the drain began."""
        if self._connections:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def close(self) -> None:
        """Close everything at once."""
        self.start_drain()
        self._end_drain()

    def _end_drain(self) -> None:
        for connection in list(self._connections):
            connection.abort()

    # -- House

    def admit(self, connection: Connection, peer: str) -> str:
        """Count a connection in; name the bound that refuses it, or nothing."""
        bounds = self._bounds
        count = self._peers.get(peer, 0)
        if len(self._connections) >= bounds.connections_max:
            return "connections"
        if count >= bounds.connections_per_peer_max:
            return "per_peer"
        self._peers[peer] = count + 1
        self._connections.add(connection)
        self._shared.watch.connections_changed(1)
        return ""

    def dismiss(self, connection: Connection, peer: str) -> None:
        """Count a connection out."""
        self._connections.discard(connection)
        left = self._peers.get(peer, 1) - 1
        if left:
            self._peers[peer] = left
        else:
            self._peers.pop(peer, None)
        self._shared.watch.connections_changed(-1)
        if self._drained is not None and not self._connections and not self._drained.done():
            self._drained.set_result(None)
