"""Messages and descriptors between processes: whole, in order, each with its own."""

from __future__ import annotations

import os

import hypothesis.strategies as st
from hypothesis import given, settings

from gateway.channel import Channel, make_channels
from gateway.values.model import Json


def read_all(end: Channel) -> tuple[list[tuple[dict[str, Json], list[int]]], bool]:
    end.socket.setblocking(False)
    found: list[tuple[dict[str, Json], list[int]]] = []
    while True:
        messages, goes_on = end.receive()
        found += messages
        if not goes_on or not messages:
            return found, goes_on


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=50), st.integers(0, 3)), max_size=8))
def test_messages_come_in_order_each_with_its_descriptors(sent: list[tuple[str, int]]) -> None:
    ours, theirs = make_channels()
    reader, writer = os.pipe()
    for text, count in sent:
        ours.send({"text": text}, [writer] * count)
    ours.close()
    found, _ = read_all(theirs)
    rest, goes_on = read_all(theirs)
    assert [(m["text"], len(fds)) for m, fds in found + rest] == sent
    assert not goes_on
    inode = os.fstat(writer).st_ino
    for _, fds in found + rest:
        for fd in fds:
            assert os.fstat(fd).st_ino == inode
            os.close(fd)
    theirs.close()
    os.close(reader)
    os.close(writer)


def test_the_end_of_one_end_is_heard_at_the_other() -> None:
    ours, theirs = make_channels()
    theirs.socket.setblocking(False)
    assert theirs.receive() == ([], True)
    ours.close()
    assert theirs.receive() == ([], False)
    theirs.close()
