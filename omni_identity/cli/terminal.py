"""Where the command prints: results to standard output, errors in red to standard error."""

from __future__ import annotations

import sys

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 120
"""Columns where the output is no terminal: a file, a pipe, a CI log."""


def output() -> Console:
    """A console on standard output as it is now (tests replace it)."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def is_at_terminal() -> bool:
    """Whether somebody can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def print_error(message: str) -> None:
    """Print one message in red to standard error, unbroken, so that it can be searched for."""
    console = Console(stderr=True, highlight=False)
    console.print(Text(message, style="bold red"), soft_wrap=True)


def say(message: str, style: str = "") -> None:
    """Print a sentence to standard output, without reading markup in it and without breaking it."""
    output().print(Text(message, style=style), soft_wrap=True)


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
