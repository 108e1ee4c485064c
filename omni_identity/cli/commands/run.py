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
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-changes",
        help="Publish even if more customers merge or split than the bounds allow, or deliveries are unusual; every"
        " other check holds.",
    ),
]


def run(
    full_refresh: FullRefreshOption = False,
    dry_run: DryRunOption = False,
    accept_changes: AcceptOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Run the nightly job: land, standardise, link, build profiles, check, publish.

    Files that were landed before are not landed again. Exit code 1: a blocking check withheld
    publication; consumers keep the last one. If it was that too many customers merged or split,
    the largest of these changes are shown, and of an unusual delivery what is unusual;
    --accept-changes publishes them once they were found right, and runs.are_changes_accepted says so.

    [bold]Examples[/bold]

      omni run

      omni run --dry-run --home shop

      omni run --full-refresh

      omni run --accept-changes
    """
    place = open_home(home)

    from omni_identity.cli.night import run_night
    from omni_identity.orchestration.run_options import RunOptions

    asked = RunOptions(full_refresh=full_refresh, dry_run=dry_run, accept_changes=accept_changes)
    run_night(place, asked)
