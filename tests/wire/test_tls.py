"""Our own listener under TLS: versions, one message a write, a certificate that is taken anew."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from gateway.values.model import ServerTls
from gateway.wire.tls import make_server_context, set_versions

from .rig import run_plane

GET = b"GET /a HTTP/1.1\r\nHost: g\r\n\r\n"


def write_certificate(authority: trustme.CA, folder: Path) -> None:
    issued = authority.issue_cert("gateway.example")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))


def trust(authority: trustme.CA, maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    context.maximum_version = maximum
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def test_calls_are_answered_under_tls_13_and_the_certificate_is_reloaded(tmp_path: Path) -> None:
    first, second = trustme.CA(), trustme.CA()
    write_certificate(first, tmp_path)
    tls = ServerTls(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    async with run_plane(tls=tls) as rig:
        old = await rig.connect(ssl=trust(first), server_hostname="gateway.example")
        assert old.writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        assert old.writer.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1"
        old.send(GET * 3)
        assert [(await old.read()).body for _ in range(3)] == [b"GET /a|"] * 3
        write_certificate(second, tmp_path)
        rig.plane.reload_tls()
        new = await rig.connect(ssl=trust(second), server_hostname="gateway.example")
        for peer in (new, old):
            peer.send(GET)
            assert (await peer.read()).status == 200
        (tmp_path / "key.pem").write_text("broken")
        with pytest.raises(ssl.SSLError):
            rig.plane.reload_tls()
        again = await rig.connect(ssl=trust(second), server_hostname="gateway.example")
        again.send(GET + b"BAD\r\n\r\n")
        assert (await again.read()).status == 200
        assert (await again.read()).status in (400, 501)
        assert await again.read_end() == b""


@pytest.mark.parametrize(("until_s", "is_allowed"), [(0.0, False), (1.0, False), (4e9, True)])
async def test_tls_12_only_while_a_weakening_allows_it(tmp_path: Path, until_s: float, is_allowed: bool) -> None:
    authority = trustme.CA()
    write_certificate(authority, tmp_path)
    tls = ServerTls(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"), until_s)
    async with run_plane(tls=tls) as rig:
        asked = rig.connect(ssl=trust(authority, ssl.TLSVersion.TLSv1_2), server_hostname="gateway.example")
        if is_allowed:
            peer = await asked
            peer.send(GET)
            assert (await peer.read()).status == 200
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asked
        await asyncio.sleep(0)


def test_versions_change_on_a_context_that_serves(tmp_path: Path) -> None:
    authority = trustme.CA()
    write_certificate(authority, tmp_path)
    context = make_server_context(ServerTls(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"), 2.0), 1.0)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    set_versions(context, is_tls12_allowed=False)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_3
