"""The caller's side: messages in, answers out, in order."""

from __future__ import annotations

from .rig import run_plane

GET = b"GET /a/b?c=1 HTTP/1.1\r\nHost: gateway\r\n\r\n"


async def test_a_call_is_passed_and_answered() -> None:
    async with run_plane() as rig:
        answer = await rig.ask(GET)
        assert (answer.status, answer.body) == (200, b"GET /a/b?c=1|")
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        exchange, how = rig.desk.ended[0]
        assert (how, exchange.status, exchange.origin, exchange.bytes_out) == ("sent", 200, "provider", 13)
        assert rig.desk.attempts == ["answered"]


async def test_a_body_is_passed_whole() -> None:
    async with run_plane() as rig:
        answer = await rig.ask(b"POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nhello")
        assert (answer.status, answer.body) == (200, b"POST /a|hello")
