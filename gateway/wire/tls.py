"""TLS contexts of both sides, and the reload of our own certificate.

Laws: 1. TLS 1.3, and 1.2 only where a plan allows it in so many words. 2. A peer's name and chain are always checked. 3. A
certificate that cannot be read leaves the one before it serving.
Must not know: connections.
Source: RFC 8446, RFC 9325.
"""

from __future__ import annotations

import ssl

from ..values.model import ServerTls, TlsOptions, Upstream

_TLS12_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


def make_server_context(tls: ServerTls, now_s: float) -> ssl.SSLContext:
    """Make the context that our listeners use. Units: now_s Unix seconds.

    Faults: OSError or ssl.SSLError where the certificate cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    set_versions(context, is_tls12_allowed=tls.tls12_until_s > now_s)
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(tls.cert_file, tls.key_file)
    return context


def reload_certificate(context: ssl.SSLContext, tls: ServerTls) -> None:
    """Take the certificate anew for handshakes from now on.

    Faults: OSError or ssl.SSLError where it cannot be read; the old one then still serves.
    """
    make_server_context(tls, 0.0)  # a pair that does not match fails here, before it touches the one that serves
    context.load_cert_chain(tls.cert_file, tls.key_file)


def make_upstream_context(tls: TlsOptions) -> ssl.SSLContext:
    """Make the context for one upstream: its own CA where it has one, our certificate where it wants one."""
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    set_versions(context, is_tls12_allowed=tls.is_tls12_allowed)
    context.set_alpn_protocols(["http/1.1"])
    if tls.cert_file:
        context.load_cert_chain(tls.cert_file, tls.key_file or None)
    return context


def name_server(upstream: Upstream) -> str:
    """Give the name that the upstream's certificate must hold."""
    return (upstream.tls.server_name if upstream.tls is not None else "") or upstream.host


def set_versions(context: ssl.SSLContext, *, is_tls12_allowed: bool) -> None:
    """Say which versions of TLS are spoken in handshakes from now on."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if is_tls12_allowed else ssl.TLSVersion.TLSv1_3
    if is_tls12_allowed:
        context.set_ciphers(_TLS12_CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
