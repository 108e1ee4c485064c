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
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print one JSON object at the end, and nothing else; a log with times goes to standard error.",
    ),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="How long to wait for a home that another run holds; five seconds at least.",
    ),
]


def run(  # noqa: PLR0913  one parameter an option
    full_refresh: FullRefreshOption = False,
    dry_run: DryRunOption = False,
    accept_changes: AcceptOption = False,
    as_json: JsonOption = False,
    wait: WaitOption = 5,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Run the nightly job: land, standardise, link, build profiles, check, publish.

    Files that were landed before are not landed again. Exit code 1: a blocking check withheld
    publication; consumers keep the last one. If it was that too many customers merged or split,
    the largest of these changes are shown, and of an unusual delivery what is unusual;
    --accept-changes publishes them once they were found right, and runs.are_changes_accepted says so.

    --json is for whatever schedules it: run_id, status, exit_code, seconds, counts, failed_checks with
    their severity, destinations and error. Nothing in it is personal data.

    [bold]Examples[/bold]

      omni run

      omni run --dry-run --home shop

      omni run --full-refresh

      omni run --accept-changes

      omni run --json --wait 600
    """
    place = open_home(home)

    from omni_identity.cli.night import run_night
    from omni_identity.cli.unattended_night import run_unattended
    from omni_identity.orchestration.run_options import RunOptions

    asked = RunOptions(
        full_refresh=full_refresh,
        dry_run=dry_run,
        accept_changes=accept_changes,
        wait_seconds=wait,
    )
    (run_unattended if as_json else run_night)(place, asked)
