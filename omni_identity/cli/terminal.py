"""Where the command prints: results to standard output, errors in red to standard error.

What is printed may quote a channel's values and file names. They pass through :class:`SafeConsole`, which
makes what a terminal would obey visible instead; nothing in ``cli/`` prints in another way.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from omni_identity.model.errors import UsageError
from omni_identity.model.visible import control_spans, has_controls, without_controls

PLAIN_WIDTH = 120
"""Columns where the output is no terminal: a file, a pipe, a CI log."""
LEAST_WIDTH = 40
"""Columns below which a table is drawn no narrower: a terminal breaks its lines by itself."""

_IN_ASCII = {"…": "...", "–": "-", "—": "-", "→": "->", "≠": "!=", "·": "."}


class SafeConsole(Console):
    """A console that prints no control character of a text, reads no markup in it, and outlives its reader."""

    def __init__(
        self, *, stderr: bool = False, width: int | None = None, file: IO[str] | None = None
    ) -> None:
        super().__init__(
            stderr=stderr, width=width, file=file, highlight=False, markup=False, emoji=False
        )
        if self.width < LEAST_WIDTH:
            self.width = LEAST_WIDTH

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as ever, texts without what a terminal would obey."""
        if isinstance(renderable, Text):
            renderable = _safe_text(renderable)
        for segment in super().render(renderable, options):
            if segment.control is None and has_controls(segment.text):
                segment = Segment(without_controls(segment.text), segment.style)
            yield segment

    def on_broken_pipe(self) -> None:
        """Go on in silence: a run does not stop because nobody reads its lines any more."""
        _to_nowhere()


def _safe_text(text: Text) -> Text:
    """The same text with every hostile character visible; styles stay where they are."""
    places = [place for span in control_spans(text.plain) for place in span]
    if not places:
        return text
    safe = text.blank_copy()
    for part in text.divide(places):
        if has_controls(part.plain):
            safe.append(without_controls(part.plain), part.style)
        else:
            safe.append_text(part)
    return safe


def prepare_streams() -> None:
    """Make the three streams of this process fit to be used, whatever it was started with.

    Closed ones read nothing and write nowhere; what an encoding lacks is written as ``\\u20ac``.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    codecs.register_error("omni", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="omni")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    written = (
        _IN_ASCII.get(letter) or letter.encode("ascii", "backslashreplace").decode()
        for letter in lacking
    )
    return "".join(written), error.end


def _to_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def output() -> Console:
    """A console on standard output as it is now (tests replace it)."""
    return SafeConsole(width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def is_at_terminal() -> bool:
    """Whether somebody can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def print_error(message: str) -> None:
    """Print one message in red to standard error, unbroken, so that it can be searched for."""
    SafeConsole(stderr=True).print(Text(message, style="bold red"), soft_wrap=True)


def say(message: str, style: str = "", end: str = "\n") -> None:
    """Print a sentence to standard output, without reading markup in it and without breaking it."""
    output().print(Text(message, style=style), soft_wrap=True, end=end)


def confirm(question: str) -> bool:
    """Ask for yes or no; no is what an empty answer means. ``UsageError`` where the answers end."""
    while True:
        say(f"{question} [y/N]: ", end="")
        answer = sys.stdin.readline()
        if not answer:
            raise UsageError("Nothing was done: there was no answer. --yes says it beforehand.")
        word = answer.strip().lower()
        if word in ("y", "yes"):
            return True
        if word in ("", "n", "no"):
            return False


def plain_table(*headings: str, title: str | None = None) -> Table:
    """An empty table in the house style; headings that begin with ``#`` are right-aligned."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.show_header = any(headings)
    for heading in headings:
        right = heading.startswith("#")
        # IDs are copied from here: better broken over two lines than cut short
        justify: JustifyMethod = "right" if right else "left"
        table.add_column(heading.removeprefix("#"), justify=justify, overflow="fold")
    return table
