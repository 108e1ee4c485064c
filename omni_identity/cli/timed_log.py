"""A console for logs: what is printed there goes to standard error, each line behind the time at which it was said."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timezone

from rich.console import Console

from omni_identity.cli.terminal import PLAIN_WIDTH, SafeConsole


class TimedStream(io.TextIOBase):
    """Writes whole lines to another stream, each behind the time in UTC, as ISO 8601 writes it.

    Lines that say nothing are left out: where there are times, nobody looks for paragraphs.
    """

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._begun = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream behind it."""
        return self._stream.encoding or "utf-8"

    def write(self, text: str) -> int:
        """Pass on the lines that are whole by now; what is left waits for its end."""
        *lines, self._begun = (self._begun + text).split("\n")
        now = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
        self._stream.write("".join(f"{now} {line.rstrip()}\n" for line in lines if line.strip()))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind it."""
        self._stream.flush()


def timed_log() -> Console:
    """A console whose lines have times, on standard error as it is now (tests replace it)."""
    return SafeConsole(file=TimedStream(sys.stderr), width=PLAIN_WIDTH)  # type: ignore[arg-type]
