"""``omni erase``: takes a person out of everything, and keeps them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import confirm, is_at_terminal, output, say

if TYPE_CHECKING:
    from omni_identity.channels.configuration import Configuration
    from omni_identity.erasure.erasing import Erased
    from omni_identity.model.home import Home

TermArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="TERM",
        help="An e-mail, a phone number, a handle, channel:record_id or a golden ID.",
        show_default=False,
    ),
]
ByOption = Annotated[str, typer.Option("--by", metavar="WHO", help="Who carries it out.")]
ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason", metavar="WHY", help="Why; it is kept, so it must not name the person."
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; scripts have to say it.")]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Complete an erasure that was interrupted.")
]


def erase(  # noqa: PLR0913  a command's arguments are what a user types
    term: TermArgument = None,
    by: ByOption = "",
    reason: ReasonOption = "",
    yes: YesOption = False,
    resume: ResumeOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Erase a person: every record of the customer, in every file and table, and publish anew.

    Shows first whose data would go. Delivered files are rewritten without the person's rows; of the
    person nothing is remembered but keyed hashes, by which rows that are delivered again are kept
    out and counted. It cannot be undone. Killed at any instant, it is completed by --resume or by
    the next run.

    [bold]Examples[/bold]

      omni erase anna@mail.org --by "privacy office" --reason "request 2026-118"

      omni erase G0000000042 --by "privacy office" --reason "request 2026-118" --yes

      omni erase --resume
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.screens.customer import show_customers
    from omni_identity.cli.screens.erasure_target import show_target
    from omni_identity.lookup.published_file import open_published
    from omni_identity.model.errors import UsageError
    from omni_identity.person_requests.erasure_request import (
        Request,
        SeveralFound,
        find_target,
        request_erasure,
    )
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.pipeline.warehouse import finish_erasures

    configuration = load_configuration(place.configuration)
    completed = finish_erasures(place, configuration, utc_now())
    if resume:
        if completed is None:
            say("No erasure is waiting to be completed.")
            return
        _end(place, configuration, completed)
        return
    if not term or not by.strip() or not reason.strip():
        raise UsageError("An erasure needs TERM, a name (--by) and a reason (--reason).")
    try:
        target = find_target(place, configuration, term)
    except SeveralFound as several:
        with open_published(place) as published:
            show_customers(output(), published, several.golden_ids)
        raise
    show_target(output(), place, target)
    if not yes:
        if not is_at_terminal():
            raise UsageError("Nothing was erased: where nobody can be asked, --yes has to say it.")
        if not confirm("Erase this person? It cannot be undone."):
            say("Nothing was erased.")
            return
    request = Request(target.golden_id, target.person, by, reason)
    _end(place, configuration, request_erasure(place, configuration, request))


def _end(home: Home, configuration: Configuration, erased: Erased) -> None:
    """Say what was erased, and publish anew."""
    from omni_identity.channels.fetching.sources import list_sources
    from omni_identity.channels.file_faults import as_sentence
    from omni_identity.cli.night import run_night
    from omni_identity.model.errors import PublicationWithheld
    from omni_identity.person_requests.erasure_request import list_files_left_alone

    say(
        f"Erased: {erased.row_count:,} rows, {erased.file_count:,} delivered files rewritten,"
        f" {erased.verdict_count:,} verdicts removed.",
        "green",
    )
    for file in erased.left:
        say(f"Not rewritten: {file.path}: {as_sentence(file.detail)} {file.advice}", "yellow")
    for source in list_sources(configuration):
        say(f"Not erased at its source, which is its owner's to do: {source}", "yellow")
    named = {file.path for file in erased.left}
    left = [path for path in list_files_left_alone(home, configuration) if path not in named]
    if left:
        say(
            f"Nobody could look into {len(left)} delivered files; look for the person there by hand:",
            "yellow",
        )
        for path in left:
            say(f"  {path}")
    try:
        run_night(home)
    except PublicationWithheld as withheld:
        raise PublicationWithheld(
            f"The person is erased; consumers read the last publication without them.\n{withheld}"
        ) from None
