"""The short table at the end of a run, and what a withheld publication says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from omni_identity.cli.run_figures import RunFigures
from omni_identity.cli.screens.set_aside_files import show_set_aside
from omni_identity.cli.terminal import plain_table
from omni_identity.model.checks import CHECK_SPECS
from omni_identity.model.home import Home
from omni_identity.model.visible import visible
from omni_identity.report.held_back import HeldBack, describe_held_back
from omni_identity.report.run_record import TOO_MANY_CHANGES


def show_run(console: Console, figures: RunFigures, seconds: float) -> None:
    """Print what a run did; ``seconds`` is how long the whole command took."""
    table = plain_table("", "")
    files = f"{figures.file_count:,} new file{'' if figures.file_count == 1 else 's'}"
    table.add_row("landed", f"{figures.landed_count:,} rows of {files}")
    table.add_row("quarantined", f"{figures.quarantined_count:,} rows")
    table.add_row("customers", f"{figures.customer_count:,}")
    table.add_row("merged from", f"{figures.record_count:,} records")
    table.add_row("interactions", f"{figures.interaction_count:,}")
    table.add_row("ID events", describe_events(figures.events))
    table.add_row("took", f"{seconds:.1f} s")
    console.print(table)
    show_set_aside(console, figures.set_aside)
    show_held_back(console, figures.held_back)
    if not figures.events:
        new = "No golden ID changed." if figures.file_count else _NOTHING_NEW
        console.print(new, style="green")


_NOTHING_NEW = "Nothing new: same customers, no ID changed."


def show_held_back(console: Console, counts: Iterable[HeldBack]) -> None:
    """Print the top reasons for which rows were held back; nothing without any."""
    for sentence in describe_held_back(counts):
        console.print(Text(visible(sentence), style="yellow"), soft_wrap=True)


def show_published(console: Console, home: Home) -> None:
    """Print where consumers read."""
    console.print(f"Published {home.published_file}", style="green", soft_wrap=True, markup=False)


def show_report(console: Console, report: Path) -> None:
    """Print where the run's pictures are; a run that never came to its checks has none."""
    if report.exists():
        console.print(f"Report    {report}", style="green", soft_wrap=True, markup=False)


def show_warnings(console: Console, warnings: Iterable[tuple[str, str]]) -> None:
    """Print the findings of checks that failed and withhold nothing, given as ``(name, finding)``."""
    for name, finding in warnings:
        words = f"Warning   {name}: {visible(finding)}"
        console.print(Text(words, style="yellow"), soft_wrap=True)


_REVIEW = "If the changes above are right, `omni run --accept-changes` publishes them."
_REVIEW_DELIVERY = (
    "If what was delivered is right, `omni run --accept-changes` publishes it, this once. If not, deliver the right"
    " file and run again: what was withheld is corrected, and weighs nothing."
)


def describe_events(events: Mapping[str, int]) -> str:
    """``created 380, merged 2``; ``none`` without any."""
    return ", ".join(f"{event} {count:,}" for event, count in events.items()) or "none"


def describe_withheld(failed: Iterable[tuple[str, str]]) -> str:
    """The message for failed checks, given as ``(name, finding)``."""
    found = dict(failed)
    review = [_REVIEW] if TOO_MANY_CHANGES in found else []
    if any(CHECK_SPECS[name].can_be_accepted for name in found if name != TOO_MANY_CHANGES):
        review.append(_REVIEW_DELIVERY)
    return "\n".join(
        [
            "Not published: a blocking check failed.",
            *(f"  {name}: {visible(finding)}" for name, finding in found.items()),
            *review,
            "Consumers keep the last publication. Bounds stand in omni.yaml under `checks:`.",
        ]
    )
