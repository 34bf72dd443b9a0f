"""Exchanges for the tests of bindings."""

from __future__ import annotations

from gateway.values.model import Caller, Request
from gateway.values.route import Exchange


class NoPorts:
    """Ports that nobody uses here."""

    def count(self, cell, by=1.0):
        raise AssertionError

    def note_defect(self, exchange, error):
        raise AssertionError


def make_exchange(path=None, query=None, headers=None, body=None, raw=b"", given=None, user="", purpose="pension-payment"):
    """Give an exchange as it stands before place 5."""
    request = Request("POST", "/x", "", given or {}, "127.0.0.1")
    exchange = Exchange(request, "exchange-1", 1700000000.25, NoPorts(), caller=Caller("taspen", "jwt", user), purpose=purpose)
    exchange.path, exchange.query, exchange.headers, exchange.body, exchange.raw = path or {}, query or {}, headers or {}, body, raw
    return exchange
