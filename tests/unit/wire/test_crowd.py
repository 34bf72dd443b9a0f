"""The pools of a family share a bound: who is idle gives way, who waits is served in order."""

from __future__ import annotations

from gateway.wire.crowd import Crowd


class Pool:
    """A pool in small: connections idle and in use, and calls that wait."""

    def __init__(self, name: str, crowd: Crowd, log: list[str]) -> None:
        self.name, self.crowd, self.log = name, crowd, log
        self.idle = 0
        self.waiting = 0

    def open(self) -> bool:
        if not self.crowd.make_room():
            self.waiting += 1
            self.crowd.wait(self)
            return False
        self.crowd.enter()
        self.log.append(f"{self.name} opens")
        return True

    def rest(self) -> None:
        self.idle += 1
        self.crowd.rest(self)

    def give_way(self) -> bool:
        if not self.idle:
            return False
        self.idle -= 1
        self.log.append(f"{self.name} gives way")
        self.crowd.leave()
        return True

    def serve_waiting(self) -> None:
        while self.waiting and self.crowd.make_room():
            self.waiting -= 1
            self.crowd.enter()
            self.log.append(f"{self.name} opens")
        if self.waiting:
            self.crowd.wait(self)


def test_beyond_the_bound_the_pool_idle_longest_gives_way() -> None:
    log: list[str] = []
    crowd = Crowd(2)
    one, other, third = (Pool(name, crowd, log) for name in ("one", "other", "third"))
    assert one.open()
    one.rest()
    assert other.open()
    other.rest()
    assert third.open()
    assert log == ["one opens", "other opens", "one gives way", "third opens"]


def test_where_nobody_is_idle_pools_wait_and_the_next_place_is_the_firsts() -> None:
    log: list[str] = []
    crowd = Crowd(1)
    one, other, third = (Pool(name, crowd, log) for name in ("one", "other", "third"))
    assert one.open()
    assert not other.open()
    assert not third.open()
    assert crowd.is_wanted
    crowd.leave()
    assert log == ["one opens", "other opens"]
    crowd.leave()
    assert log == ["one opens", "other opens", "third opens"]
    assert not crowd.is_wanted


def test_a_pool_that_quit_neither_gives_way_nor_is_served() -> None:
    log: list[str] = []
    crowd = Crowd(1)
    one, other = Pool("one", crowd, log), Pool("other", crowd, log)
    assert one.open()
    assert not other.open()
    crowd.quit(other)
    crowd.leave()
    assert log == ["one opens"]
