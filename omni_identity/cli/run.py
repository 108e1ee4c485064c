"""``omni run``: the nightly job, in this process."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home

FullRefreshOption = Annotated[
    bool,
    typer.Option(
        "--full-refresh",
        help="Recompute everything from the landed rows and the record ledger.",
    ),
]
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", help="Do everything but publish; show how identities would change."),
]


def run(
    full_refresh: FullRefreshOption = False,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Run the nightly job: land, standardise, link, build profiles, check, publish.

    Files that were landed before are not landed again. Exit code 1: a blocking check withheld
    publication; consumers keep the last one.

    [bold]Examples[/bold]

      omni run

      omni run --dry-run --home shop

      omni run --full-refresh
    """
    place = open_home(home)

    from omni_identity.cli.night import run_night

    run_night(place, full_refresh=full_refresh, dry_run=dry_run)
