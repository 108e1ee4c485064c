"""Work ahead: same items, same order, errors in their place, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator

import pytest

from omni_identity.engines.ahead import Ahead

Numbers = Generator[int, None, None]


def counting(up_to: int, made: list[int]) -> Callable[[], Numbers]:
    def make() -> Numbers:
        try:
            for number in range(up_to):
                made.append(number)
                yield number
        finally:
            made.append(-1)

    return make


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.mark.parametrize("most", [1, 2, 50])
def test_items_come_in_their_order(most: int) -> None:
    made: list[int] = []
    with Ahead(counting(20, made), most) as items:
        assert list(items) == list(range(20))
        assert list(items) == []
    assert made == [*range(20), -1]
    assert not threads()


def test_no_more_are_made_than_may_wait() -> None:
    made: list[int] = []
    with Ahead(counting(20, made), 2) as items:
        assert next(items) == 0
        while len(made) < 3:  # the one that was taken, and two that wait
            pass
        assert not threading.Event().wait(0.05)
        assert made == [0, 1, 2]


def test_the_work_is_done_on_another_thread() -> None:
    def make() -> Numbers:
        yield threading.get_ident()

    with Ahead(make) as items:
        assert next(items) != threading.get_ident()


def test_an_error_comes_after_the_items_before_it() -> None:
    def make() -> Numbers:
        yield 1
        yield 2
        raise KeyError("three")

    with Ahead(make, 5) as items:
        assert [next(items), next(items)] == [1, 2]
        with pytest.raises(KeyError, match="three"):
            next(items)
        assert not threads()
        assert list(items) == []


def test_an_error_on_the_way_to_the_generator_is_raised_too() -> None:
    def make() -> Numbers:
        raise OSError("gone")

    with Ahead(make) as items, pytest.raises(OSError, match="gone"):
        next(items)


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_leaving_early_closes_the_generator_and_ends_the_thread(taken: int) -> None:
    made: list[int] = []

    def interrupted() -> None:
        with Ahead(counting(1000, made), 2) as items:
            for _ in range(taken):
                next(items)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not threads()
    assert made == [] or made[-1] == -1
    assert len(made) <= taken + 4


def test_closing_twice_is_harmless() -> None:
    items = Ahead(counting(3, []))
    items.close()
    items.close()
    assert list(items) == []
