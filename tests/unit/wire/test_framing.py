"""Bodies cut out of bytes: llhttp as the oracle for chunks, any split."""

from __future__ import annotations

import itertools

import httptools
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.wire.framing import CHUNKED, BadFraming, Framing

PARTS = st.sampled_from(
    [
        b"0",
        b"1",
        b"a",
        b"5\r\nhello\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b";",
        b";x=1",
        b';x="y"',
        b" ",
        b"0\r\n\r\n",
        b"T: 1\r\n",
        b"z",
        b"2\r\nab\r\n",
    ]
)


class Oracle:
    def __init__(self) -> None:
        self.body = b""
        self.is_whole = False

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.is_whole = True


def ask_llhttp(raw: bytes) -> tuple[bytes, bool] | None:
    oracle = Oracle()
    parser = httptools.HttpRequestParser(oracle)
    try:
        parser.feed_data(b"POST / HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + raw)
    except httptools.HttpParserError:
        return (oracle.body, True) if oracle.is_whole else None
    return oracle.body, oracle.is_whole


def cut(pieces: list[bytes]) -> tuple[bytes, bool, bytes] | None:
    framing = Framing(CHUNKED)
    body, rest = b"", b""
    for piece in pieces:
        if framing.is_whole:
            rest += piece
            continue
        try:
            got, rest = framing.cut_body(piece)
        except BadFraming:
            return None
        body += got
    return body, framing.is_whole, rest


@given(st.lists(PARTS, max_size=8).map(b"".join))
@example(b"5\r\nhello\r\n0\r\n\r\nGET")
@example(b"3 \r\nfoo\r\n")
def test_we_are_never_laxer_than_llhttp_and_agree_where_both_take_it(raw: bytes) -> None:
    ours, theirs = cut([raw]), ask_llhttp(raw)
    if ours is not None and ours[1]:
        assert theirs is not None
        assert (ours[0], True) == theirs
    if theirs is not None and theirs[1] and b"T" not in raw:
        assert ours is None or ours[1]


@given(st.lists(PARTS, max_size=8).map(b"".join), st.lists(st.integers(0, 60), max_size=6))
def test_what_is_cut_does_not_depend_on_how_it_was_split(raw: bytes, cuts: list[int]) -> None:
    at = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    pieces = [raw[a:b] for a, b in itertools.pairwise(at)]
    by_byte = [raw[n : n + 1] for n in range(len(raw))]
    assert cut([raw] if raw else []) == cut(pieces) == cut(by_byte)


@given(st.binary(max_size=50), st.integers(0, 50), st.binary(max_size=10), st.integers(1, 20))
def test_a_body_by_length_ends_where_it_says(body: bytes, at: int, after: bytes, length: int) -> None:
    raw = body + after
    framing = Framing(length)
    first, rest = framing.cut_body(raw[:at])
    second = b""
    if not framing.is_whole:
        second, rest = framing.cut_body(raw[at:])
        assert first + second == raw[:length]
        assert framing.is_whole is (len(raw) >= length)
        assert rest == raw[length:]
