"""Bytes that are refused: each with its status, each closes, none reaches the provider."""

from __future__ import annotations

import pytest

from gateway.values.model import Bounds

from .rig import Rig, run_plane

OK = b"GET / HTTP/1.1\r\nHost: g\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: g\r\n"

REFUSED: dict[str, tuple[bytes, int]] = {
    "both CL and TE": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "both TE and CL": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "two equal CL": (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
    "two differing CL": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    "CL with plus": (POST + b"Content-Length: +5\r\n\r\nhello", 400),
    "CL with minus": (POST + b"Content-Length: -5\r\n\r\nhello", 400),
    "CL as list": (POST + b"Content-Length: 5, 5\r\n\r\nhello", 400),
    "CL empty": (POST + b"Content-Length: \r\n\r\n", 400),
    "CL hexadecimal": (POST + b"Content-Length: 0x5\r\n\r\nhello", 400),
    "CL overflow": (POST + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
    "CL of nineteen digits": (POST + b"Content-Length: 1000000000000000000\r\n\r\n", 400),
    "two TE chunked": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "TE gzip": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "TE xchunked": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "TE gzip, chunked": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    "TE chunked, identity": (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    "TE empty": (POST + b"Transfer-Encoding: \r\n\r\n0\r\n\r\n", 400),
    "TE with a vertical tab": (POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
    "TE in HTTP/1.0": (b"POST / HTTP/1.0\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "space before colon": (b"GET / HTTP/1.1\r\nHost: g\r\nX : 1\r\n\r\n", 400),
    "space before the colon of TE": (POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    "obs-fold": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\r\n 2\r\n\r\n", 400),
    "obs-fold with tab": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\r\n\t2\r\n\r\n", 400),
    "bare LF ends": (b"GET / HTTP/1.1\nHost: g\n\n", 400),
    "bare LF in a header": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\nY: 2\r\n\r\n", 400),
    "bare CR in a header": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\rY: 2\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\x002\r\n\r\n", 400),
    "DEL in a header": (b"GET / HTTP/1.1\r\nHost: g\r\nX: 1\x7f2\r\n\r\n", 400),
    "no colon": (b"GET / HTTP/1.1\r\nHost: g\r\nX\r\n\r\n", 400),
    "empty name": (b"GET / HTTP/1.1\r\nHost: g\r\n: 1\r\n\r\n", 400),
    "name that is no token": (b"GET / HTTP/1.1\r\nHost: g\r\nX(: 1\r\n\r\n", 400),
    "header that begins with a space": (b"GET / HTTP/1.1\r\n Host: g\r\n\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: g\r\nHost: g\r\n\r\n", 400),
    "two Hosts in HTTP/1.0": (b"GET / HTTP/1.0\r\nHost: g\r\nHost: h\r\n\r\n", 400),
    "Host with a path": (b"GET / HTTP/1.1\r\nHost: g/a\r\n\r\n", 400),
    "Host with userinfo": (b"GET / HTTP/1.1\r\nHost: a@g\r\n\r\n", 400),
    "Host empty": (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "absolute-form of another host": (b"GET http://h/ HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "absolute-form without a path": (b"GET http://g?a=b HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "absolute-form of another scheme": (b"GET ftp://g/ HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "asterisk-form": (b"OPTIONS * HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "authority-form": (b"CONNECT g:80 HTTP/1.1\r\nHost: g:80\r\n\r\n", 501),
    "HTTP/1.9": (b"GET / HTTP/1.9\r\nHost: g\r\n\r\n", 400),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\nHost: g\r\n\r\n", 400),
    "HTTP/0.9 with version": (b"GET / HTTP/0.9\r\nHost: g\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "hello of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "unknown method": (b"FOO / HTTP/1.1\r\nHost: g\r\n\r\n", 501),
    "known elsewhere": (b"PROPFIND / HTTP/1.1\r\nHost: g\r\n\r\n", 501),
    "method that is no word": (b"GE_T / HTTP/1.1\r\nHost: g\r\n\r\n", 501),
    "method in lower case": (b"get / HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "two spaces in the request line": (b"GET  / HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "space after the version": (b"GET / HTTP/1.1 \r\nHost: g\r\n\r\n", 400),
    "tab in the request line": (b"GET\t/ HTTP/1.1\r\nHost: g\r\n\r\n", 501),
    "control in the path": (b"GET /\x01 HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "non-ASCII in the path": (b"GET /\xc3\xa9 HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "non-ASCII in the query": (b"GET /?\xc3\xa9 HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "fragment": (b"GET /a#b HTTP/1.1\r\nHost: g\r\n\r\n", 400),
    "other expectation": (POST + b"Expect: 200-ok\r\nContent-Length: 5\r\n\r\n", 417),
    "repeated Authorization": (b"GET / HTTP/1.1\r\nHost: g\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 400),
    "repeated purpose": (b"GET / HTTP/1.1\r\nHost: g\r\nJembatan-Purpose: a\r\nJembatan-Purpose: b\r\n\r\n", 400),
    "repeated Content-Type": (POST + b"Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 0\r\n\r\n", 400),
    "empty lines before a request": (b"\r\n\r\n" + OK, 400),
}
PATHS = (
    b"//", b"/a//b", b"/./a", b"/a/.", b"/a/..", b"/../a", b"/a/../b", b"/a%2fb", b"/a%2Fb", b"/a%5cb", b"/a%5Cb", b"/a\\b",
    b"/a;b", b"/a;b=c/d", b"/%2e%2e/a", b"/%2E/a", b"/a%2", b"/a%", b"/a%zz", b"/%61", b"/%41", b"/%30", b"/%7e", b"/%7E",
    b"/%2d", b"/%5f", b"/%5F", b"/%00", b"/%0a", b"/%0D", b"/%7f", b'/a"b', b"/a<b", b"/a|b", b"/a^b", b"/a{b", b"/?a%2",
    b"/?a\\b", b"/?a%gg",
)  # fmt: skip
CHUNKS: dict[str, bytes] = {
    "bad size": b"zz\r\nhello\r\n0\r\n\r\n",
    "negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "size with a space": b"5 \r\nhello\r\n0\r\n\r\n",
    "size with a leading space": b" 5\r\nhello\r\n0\r\n\r\n",
    "size of sixteen digits": b"1000000000000000\r\nhello\r\n0\r\n\r\n",
    "bare LF after the size": b"5\nhello\r\n0\r\n\r\n",
    "bare LF after an extension": b"5;a\nhello\r\n0\r\n\r\n",
    "bare CR in an extension": b"5;a\rb\r\nhello\r\n0\r\n\r\n",
    "no CRLF after a chunk": b"5\r\nhello0\r\n\r\n",
    "LF after a chunk": b"5\r\nhello\n0\r\n\r\n",
    "extension without a name": b"5;\r\nhello\r\n0\r\n\r\n",
    "extension too long": b"5;" + b"a" * 600 + b"\r\nhello\r\n0\r\n\r\n",
    "extensions too many": (b"1;" + b"a" * 400 + b"\r\nx\r\n") * 60 + b"0\r\n\r\n",
    "trailer with a space": b"5\r\nhello\r\n0\r\nX : 1\r\n\r\n",
    "trailer with bare LF": b"5\r\nhello\r\n0\r\nX: 1\n\r\n",
    "trailer too large": b"5\r\nhello\r\n0\r\n" + b"X: " + b"a" * 9000 + b"\r\n\r\n",
    "empty size": b"5\r\nhello\r\n\r\n",
}


async def refuse(rig: Rig, raw: bytes, status: int) -> bytes:
    peer = await rig.connect()
    peer.send(raw + OK)
    got = await peer.read_end()
    await peer.close()
    assert got.startswith(b"HTTP/1.1 %d " % status), got[:200]
    assert got.count(b"Jembatan-Exchange: ") == 1, "it answered what followed the refused bytes"
    assert b"\r\nConnection: close\r\n" in got
    assert b"application/problem+json" in got
    assert rig.desk.attempts == []
    return got


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_ambiguous_is_refused_and_closed(name: str) -> None:
    raw, status = REFUSED[name]
    async with run_plane() as rig:
        await refuse(rig, raw, status)
        assert len(rig.desk.refused) == 1
        assert rig.desk.ended == []


async def test_a_path_that_is_not_canonical_is_refused() -> None:
    async with run_plane() as rig:
        for path in PATHS:
            await refuse(rig, b"GET %b HTTP/1.1\r\nHost: g\r\n\r\n" % path, 400)
        assert len(rig.desk.refused) == len(PATHS)


@pytest.mark.parametrize("name", CHUNKS)
async def test_a_body_with_bad_chunks_is_refused(name: str) -> None:
    async with run_plane() as rig:
        await refuse(rig, POST + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS[name], 400)
        assert [how for _, how in rig.desk.ended] == ["sent"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\nHost: g\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: g\r\nX: " + b"a" * 600 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: g\r\n" + b"X: a\r\n" * 20 + b"\r\n", 431),
        (b"GET /" + b"a" * 100_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000, 431),
    ],
)
async def test_a_head_over_its_bounds_is_refused(raw: bytes, status: int) -> None:
    async with run_plane(bounds=Bounds(request_line_bytes_max=200, header_bytes_max=400, header_count_max=16)) as rig:
        peer = await rig.connect()
        peer.send(raw)
        assert (await peer.read()).status == status
        assert await peer.read_end() == b""
        await peer.close()


async def test_a_refusal_says_what_is_wrong_in_problem_json() -> None:
    async with run_plane() as rig:
        got = await refuse(rig, REFUSED["no Host"][0], 400)
        assert b'"code":"MALFORMED_REQUEST"' in got
        assert b"Jembatan-Origin: gateway\r\n" in got
        assert b"Traceback" not in got
