"""Whom the bounds of one peer are counted for."""

from __future__ import annotations

import pytest

from gateway.wire.ids import name_peer


@pytest.mark.parametrize(
    ("host", "peer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
    ],
)
def test_a_site_is_one_peer_however_many_addresses_it_has(host: str, peer: str) -> None:
    assert name_peer(host) == peer
