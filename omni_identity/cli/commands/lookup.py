"""``omni lookup``: one customer, in full, on one screen."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import (
    AccessByOption,
    AccessReasonOption,
    DebugOption,
    HomeOption,
    open_home,
)
from omni_identity.cli.terminal import output, say

TermArgument = Annotated[
    str,
    typer.Argument(
        metavar="TERM",
        help="An e-mail, a phone number in any format, a handle, channel:record_id or a golden ID; the number of an"
        " order, a ticket or an interaction; a name, a postcode or both.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    int,
    typer.Option(
        "--limit", min=1, max=10_000, help="How many of several customers to list at most."
    ),
]


def lookup(  # noqa: PLR0913  a command's arguments are what a user types
    term: TermArgument,
    limit: LimitOption = 10,
    by: AccessByOption = "",
    reason: AccessReasonOption = "",
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Show one customer in full, as last published.

    What names a person exactly is tried first, then numbers of orders, tickets, carts, conversations and
    interactions, then names and postcodes: words in any order, without regard to case and accents, each the
    beginning of a word. Several customers behind one term are listed to choose from; nobody found is
    said, and is no error: the exit code is 0. Who is shown, to whom and why, is written to the access log
    (access/ in the home) before.

    [bold]Examples[/bold]

      omni lookup anna@mail.org

      omni lookup "(212) 555-0136"

      omni lookup @anna.k --reason "ticket 4711"

      omni lookup web:4711

      omni lookup G0000000042       a golden ID, also a retired one

      omni lookup 100234            an order or a ticket; web:100234 for one channel's

      omni lookup "muller jur 10115"
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.screens.customer import show_customer, show_customers
    from omni_identity.lookup.any_search import look_up
    from omni_identity.lookup.published_file import open_published
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.stewardship.access_log import Access, log_access

    with open_published(place) as published:
        found = look_up(published, load_configuration(place.configuration), term, limit)
        log_access(place, Access(utc_now(), "lookup", found.golden_ids, term, by, reason))
        if found.how:
            say(found.how, "yellow")
        if len(found.golden_ids) == 1:
            show_customer(output(), published, found.golden_ids[0])
        elif found.golden_ids:
            show_customers(output(), published, found.golden_ids, found.more, limit)
        elif not found.how:
            say("Nobody found.", "yellow")
