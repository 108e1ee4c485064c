"""Draws what was held back: by reason with its mend, row by row, and what else of the deliveries did not land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from omni_identity.channels.feeds import Feed
from omni_identity.channels.reason_codes import REASONS, reason_for
from omni_identity.cli.screens.set_aside_files import show_set_aside
from omni_identity.cli.terminal import plain_table
from omni_identity.model.errors import UsageError, nearest
from omni_identity.model.home import Home
from omni_identity.model.visible import visible
from omni_identity.report.concerned_columns import concerned_columns, read_feeds
from omni_identity.report.held_back import HeldBack
from omni_identity.report.held_back_rows import (
    HeldBackRow,
    Wanted,
    count_held_back,
    count_passed_over,
    count_unread_values,
    details_of,
    list_held_back,
    read_set_aside,
    spread_of,
)
from omni_identity.report.run_source import Source, open_source

Feeds = Mapping[tuple[str, str], Feed]


@dataclass(frozen=True)
class Listing:
    """How rows are listed: at most so many, and whether with what stands in them, which is personal."""

    limit: int
    with_values: bool = False


def show_quarantine(console: Console, home: Home, wanted: Wanted, listing: Listing) -> None:
    """Print what of a home's deliveries was held back; the rows themselves where only some are wanted.

    Raises ``UsageError`` when nothing ever ran in the home, and for a channel or reason that does not exist.
    """
    feeds = read_feeds(home.configuration)
    with open_source(home) as source:
        counts = count_held_back(source, with_files=True)
        _check_wanted(wanted, feeds, counts)
        console.print(f"Read   {source.name}", soft_wrap=True)
        counts = [
            held
            for held in counts
            if wanted.channel in (None, held.channel)
            and wanted.reason_code in (None, held.reason_code)
        ]
        if counts:
            _show_counts(console, source, wanted, counts)
            _show_mends(console, source, wanted, counts, feeds)
            if listing.with_values or not wanted.is_all:
                _show_rows(console, list_held_back(source, wanted, listing.limit), feeds, listing)
                _show_rest(console, _rows(counts) - listing.limit, listing)
            else:
                console.print("--channel or --reason lists the rows themselves.")
        files = [
            file
            for file in read_set_aside(source)
            if wanted.channel in (None, file.channel)
            and wanted.reason_code in (None, file.reason_code)
        ]
        if files:
            console.print()
            show_set_aside(console, files)
        if not counts and not files:
            console.print("Nothing is held back.", style="green")
        if wanted.reason_code is None:
            _show_passed_over(console, source, wanted.channel)
            _show_unread_values(console, source, wanted.channel, feeds)


def _check_wanted(wanted: Wanted, feeds: Feeds, counts: Sequence[HeldBack]) -> None:
    channels = sorted({channel for channel, _ in feeds} | {held.channel for held in counts})
    if wanted.channel is not None and channels and wanted.channel not in channels:
        raise UsageError(
            f"--channel: there is no such channel; there are {', '.join(channels)}."
            f"{nearest(wanted.channel, channels)}"
        )
    reasons = sorted({*REASONS, *(held.reason_code for held in counts)})
    if wanted.reason_code is not None and wanted.reason_code not in reasons:
        raise UsageError(
            f"--reason: there is no such reason; there are {', '.join(reasons)}."
            f"{nearest(wanted.reason_code, reasons)}"
        )


def _rows(counts: Sequence[HeldBack]) -> int:
    return sum(held.row_count for held in counts)


def _show_counts(
    console: Console, source: Source, wanted: Wanted, counts: Sequence[HeldBack]
) -> None:
    spread = spread_of(source, wanted)
    headings = ["feed", "reason", "#rows", "#of", "#files"]
    if source.is_warehouse:
        headings.append("newest delivery (UTC)")
    table = plain_table(*headings, title=f"Rows held back ({_rows(counts):,})")
    for held in counts:
        where = spread[held.channel, held.feed, held.reason_code]
        newest = where.newest_at
        table.add_row(
            visible(f"{held.channel}/{held.feed}"),
            visible(held.reason_code),
            f"{held.row_count:,}",
            "" if held.landed_count is None else f"{held.landed_count:,}",
            f"{where.file_count:,}",
            *([f"{newest:%Y-%m-%d %H:%M}" if newest else ""] if source.is_warehouse else []),
        )
    console.print()
    console.print(table)
    console.print()


def _show_mends(
    console: Console, source: Source, wanted: Wanted, counts: Sequence[HeldBack], feeds: Feeds
) -> None:
    """Each reason once: what it means, how to mend it, and in which columns it is."""
    columns: dict[str, dict[str, None]] = {}
    for channel, feed, code, detail in details_of(source, wanted):
        for column in concerned_columns(feeds.get((channel, feed)), code, detail):
            columns.setdefault(code, {})[f"{channel}/{feed} {visible(column)}"] = None
    for code in dict.fromkeys(held.reason_code for held in counts):
        reason = reason_for(code)
        title = Text.assemble((visible(code), "bold"), f"  {reason.meaning}")
        console.print(title, soft_wrap=True)
        if columns.get(code):
            console.print(Text(f"  Columns: {', '.join(columns[code])}"), soft_wrap=True)
        console.print(Text(f"  {reason.mend}", style="green"), soft_wrap=True)
    console.print(_AGAIN, soft_wrap=True)
    console.print()


_AGAIN = (
    "Where omni.yaml was the cause, the next run reads these files again by what it says then. A file that is"
    " delivered again is read anew; rows of the delivery before stay counted here."
)


def _show_rows(
    console: Console, rows: Sequence[HeldBackRow], feeds: Feeds, listing: Listing
) -> None:
    """A row each, in a table; with what stands in them, over two lines."""
    table = plain_table("feed", "file", "#row", "reason", "columns", "why", title="Rows")
    for row in rows:
        columns = concerned_columns(feeds.get((row.channel, row.feed)), row.reason_code, row.detail)
        where = "whole" if row.row_number is None else str(row.row_number)
        cells = (
            f"{row.channel}/{row.feed}",
            row.file,
            where,
            row.reason_code,
            ", ".join(columns),
            row.detail,
        )
        if listing.with_values:
            console.print(Text(visible("  ".join(filter(None, cells))), "bold"), soft_wrap=True)
            console.print(Text(f"  {visible(row.values)}"), soft_wrap=True)
        else:
            table.add_row(*(Text(visible(cell)) for cell in cells))
    if not listing.with_values:
        console.print(table)


def _show_rest(console: Console, rest: int, listing: Listing) -> None:
    if rest > 0:
        console.print(f"... and {rest:,} more: --limit", style="dim")
    if not listing.with_values:
        console.print("What stands in them is shown with --show-values.", style="dim")


def _show_passed_over(console: Console, source: Source, channel: str | None) -> None:
    """In a line each, the rows that are none of their feed's."""
    counted = count_passed_over(source, channel)
    if counted:
        console.print()
        console.print("Passed over, as omni.yaml says", style="bold")
    for name, feed, what, number in counted:
        console.print(Text(visible(f"{name}/{feed}: {number:,} {what}")), soft_wrap=True)


def _show_unread_values(
    console: Console, source: Source, channel: str | None, feeds: Feeds
) -> None:
    """In a line each, the attributes of which values could not be read in rows that were taken."""
    counted = count_unread_values(source, channel)
    if counted:
        console.print()
        console.print(
            "Values that could not be read; their rows were taken without them", style="bold"
        )
    for name, feed, attribute, number in counted:
        columns = concerned_columns(feeds.get((name, feed)), "", attribute)
        of = f" (column {', '.join(columns)})" if columns else ""
        console.print(
            Text(visible(f"{name}/{feed}: {number:,} of {attribute}{of}")), soft_wrap=True
        )
