"""Says which delivered files could not be taken, why, and what to do: at the end of a run and in ``omni status``."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.file_faults import as_sentence

MOST_FILES = 20
"""Files that are named; the others are counted."""


def show_set_aside(console: Console, files: Iterable[SetAside]) -> None:
    """Print a line for each file; nothing without any."""
    listed = list(files)
    for file in listed[:MOST_FILES]:
        whose = f" ({file.channel} {file.feed})" if file.channel else ""
        what = "Partly taken" if file.is_partly_taken else "Set aside"
        words = f"{what}  {file.path}{whose}: {as_sentence(file.detail)} {file.advice}"
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
        console.print(Text(shown, style="yellow"), soft_wrap=True)
    if len(listed) > MOST_FILES:
        more = f"and {len(listed) - MOST_FILES:,} more; all are in the published quarantined_files"
        console.print(Text(more, style="yellow"), soft_wrap=True)
