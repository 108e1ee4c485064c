"""``omni quarantine``: what was held back, why, and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import output

ChannelOption = Annotated[
    str | None,
    typer.Option("--channel", metavar="C", help="Only this channel; lists the rows themselves."),
]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", metavar="R", help="Only this reason code; lists the rows themselves."),
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=1, max=1_000_000, help="How many rows to list at most.")
]
ValuesOption = Annotated[
    bool,
    typer.Option(
        "--show-values", help="List the rows as they were delivered; they are personal data."
    ),
]


def quarantine(  # noqa: PLR0913  a command's arguments are what a user types
    channel: ChannelOption = None,
    reason: ReasonOption = None,
    limit: LimitOption = 20,
    show_values: ValuesOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Show which rows and files were held back, by reason, what the reason means and how to mend it.

    With --channel or --reason each row too: file, number of the row (the header is not counted), columns
    concerned. What stands in the rows is shown with --show-values only. Counted is everything that has
    landed so far. Reads the warehouse, also after a run that was withheld; while a run is at work there,
    the published file instead, and says so.

    [bold]Examples[/bold]

      omni quarantine

      omni quarantine --channel web

      omni quarantine --channel web --reason missing_kind --limit 100 --show-values
    """
    place = open_home(home)

    from omni_identity.cli.screens.quarantine import Listing, show_quarantine
    from omni_identity.report.held_back_rows import Wanted

    show_quarantine(output(), place, Wanted(channel, reason), Listing(limit, show_values))
