"""``omni lookup``: one customer, in full, on one screen."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import output, say

TermArgument = Annotated[
    str,
    typer.Argument(
        metavar="TERM",
        help="An e-mail, a phone number in any format, a handle, channel:record_id or a golden ID.",
        show_default=False,
    ),
]


def lookup(term: TermArgument, home: HomeOption = None, debug: DebugOption = False) -> None:
    """Show one customer in full, as last published.

    Several customers behind one term (a shared phone) are listed; nobody found is said, and is
    no error: the exit code is 0.

    [bold]Examples[/bold]

      omni lookup anna@mail.org

      omni lookup "(212) 555-0136"

      omni lookup @anna.k

      omni lookup web:4711

      omni lookup G0000000042       a golden ID, also a retired one
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.customer_screen import show_customer, show_customers
    from omni_identity.cli.customer_search import find_customers
    from omni_identity.cli.published_file import open_published

    with open_published(place) as published:
        found = find_customers(published, load_configuration(place.configuration), term)
        if found.how:
            say(found.how, "yellow")
        if len(found.golden_ids) == 1:
            show_customer(output(), published, found.golden_ids[0])
        elif found.golden_ids:
            show_customers(output(), published, found.golden_ids)
        elif not found.how:
            say("Nobody found.", "yellow")
