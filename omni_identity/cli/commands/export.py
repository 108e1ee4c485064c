"""``omni export``: hands out everything about a person, to read and for machines."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say

TermArgument = Annotated[
    str,
    typer.Argument(
        metavar="TERM",
        help="An e-mail, a phone number, a handle, channel:record_id or a golden ID.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Where to: a folder outside the home that is empty or not there.",
        show_default="exports/x-… here",
        file_okay=False,
    ),
]
ByOption = Annotated[str, typer.Option("--by", metavar="WHO", help="Who hands it out.")]
ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason", metavar="WHY", help="Why; it is kept, so it must not name the person."
    ),
]


def export(  # noqa: PLR0913  a command's arguments are what a user types
    term: TermArgument,
    out: OutOption = None,
    by: ByOption = "",
    reason: ReasonOption = "",
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Write everything about a person to a folder: a page to read, and JSON for machines.

    Profile with the source of every value, every record as delivered and as standardised, consents,
    interactions, messages, household, history, audiences, held-back rows, sources and recipients: what
    an erasure of the person would take out. Of other people nothing is in it. Only the folder's owner
    can read it; nothing of the person is printed. It is written to the access log before.

    [bold]Examples[/bold]

      omni export anna@mail.org --by "privacy office" --reason "request 2026-119"

      omni export G0000000042 --by "privacy office" --reason "request 2026-119" --out request-119
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.export.folder import DATA, PAGE, require_free
    from omni_identity.model.errors import UsageError
    from omni_identity.person_requests.person_export import ExportRequest, export_person

    if not by.strip() or not reason.strip():
        raise UsageError("An export needs TERM, a name (--by) and a reason (--reason).")
    folder = out or Path("exports") / f"x-{secrets.token_hex(6)}"
    require_free(place, folder)
    configuration = load_configuration(place.configuration)
    counts = export_person(place, configuration, ExportRequest(term, by, reason), folder)
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    say(f"Wrote {folder / PAGE} and {folder / DATA}: {said}.", "green")
