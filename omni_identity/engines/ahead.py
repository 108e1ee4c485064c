"""Work ahead: what an iterator gives is made on a thread of its own while the items before are used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Ahead(Iterator[Item], Generic[Item]):
    """The items of a generator, in its order, of which ``most`` are made before they are asked for.

    ``make`` returns the generator; all its work, from the first item to its closing, is done on the
    thread. What it raises is raised where its next item would have come. To be used in a ``with``
    block, or closed: then the thread has ended, whether all items were asked for or not.
    """

    def __init__(self, make: Callable[[], Generator[Item, None, None]], most: int = 1) -> None:
        self._make = make
        self._made = SimpleQueue[tuple[Item] | BaseException]()
        self._room = Semaphore(most)
        self._is_over = False
        # a daemon: should nobody close it, it does not keep the process from ending
        self._thread = Thread(target=self._work, name="ahead", daemon=True)
        self._thread.start()

    def __enter__(self) -> Ahead[Item]:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __next__(self) -> Item:
        if self._is_over:
            raise StopIteration
        made = self._made.get()
        if isinstance(made, tuple):
            self._room.release()
            return made[0]
        self.close()
        raise made

    def close(self) -> None:
        """End the thread, after the item that it is at; harmless when it has ended."""
        self._is_over = True
        self._room.release()
        self._thread.join()
        self._made = SimpleQueue()  # what was made in vain is not kept

    def _work(self) -> None:
        try:
            items = self._make()
            try:
                while self._room.acquire() and not self._is_over:
                    self._made.put((next(items),))
            finally:
                items.close()
        except BaseException as error:  # noqa: BLE001 - the one who asks for the next item raises it
            self._made.put(error)
