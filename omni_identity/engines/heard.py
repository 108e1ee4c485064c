"""Lets somebody hear every statement of an engine before it is executed: tests, to compare it with what is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]


class Heard:
    """An engine whose statements can be heard; what it is asked to read or write by name counts as a query."""

    _listener: Listener | None = None

    @contextmanager
    def heard(self, listener: Listener) -> Iterator[None]:
        """Tell ``listener`` every statement inside the block, in our dialect; what it raises stops that one."""
        self._listener = listener
        try:
            yield
        finally:
            self._listener = None

    def _say(self, sql: str) -> None:
        if self._listener is not None:
            self._listener(sql)
