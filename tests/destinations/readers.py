"""A consumer who reads over and over while something is delivered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def reading(read: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Call ``read`` in a thread until the end; yields a function that waits until it has been through once more.

    What it raises is raised at the end.
    """
    rounds, ended = [0], Event()
    faults: list[BaseException] = []

    def read_on() -> None:
        try:
            while not ended.is_set():
                read()
                rounds[0] += 1
        except BaseException as fault:  # noqa: BLE001 - what ends a thread must end the test
            faults.append(fault)

    reader = Thread(target=read_on)

    def wait() -> None:
        before, deadline = rounds[0], time.monotonic() + 60
        while rounds[0] < before + 2 and reader.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)

    reader.start()
    try:
        yield wait
    finally:
        ended.set()
        reader.join()
    if faults:
        raise faults[0]
