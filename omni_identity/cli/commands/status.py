"""``omni status``: last runs, freshness, model, counts."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import output

RunsOption = Annotated[
    int, typer.Option("--runs", min=1, max=100_000, help="How many runs to show.")
]


def status(runs: RunsOption = 5, home: HomeOption = None, debug: DebugOption = False) -> None:
    """Show the last runs, how fresh each channel is, the model in use, and the counts.

    Reads the warehouse; while a run is at work there, the published file instead, and says so.

    [bold]Examples[/bold]

      omni status

      omni status --runs 30 --home shop
    """
    place = open_home(home)

    from omni_identity.cli.screens.status import show_status

    show_status(output(), place, runs)
