"""``omni demo``: a synthetic retailer, and the nightly job on it."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home

CustomersOption = Annotated[
    int,
    typer.Option(min=40, max=10**8, help="How many persons; each has 2 to 3 records."),
]
SeedOption = Annotated[
    int, typer.Option(min=0, max=2**63, help="The same seed gives the same files.")
]
DaysOption = Annotated[int, typer.Option(min=1, max=3650, help="Days on which channels deliver.")]


def demo(
    customers: CustomersOption = 3000,
    seed: SeedOption = 7,
    days: DaysOption = 5,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Write a synthetic retailer with eight channels into the home and run the nightly job on it.

    The truth (which record is whom) is written to truth/, where the pipeline does not look. A
    former demo is replaced; a home with data of its own is refused.

    [bold]Examples[/bold]

      omni demo

      omni demo --customers 30000 --home big
    """
    place = open_home(home)

    from omni_identity.cli.demo_night import make_demo
    from omni_identity.demo import DemoPlan

    make_demo(place, DemoPlan(customers=customers, seed=seed, days=days))
