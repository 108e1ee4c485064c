"""What this call of ``omni`` was asked for, as error handling has to know it when a command fails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from omni_identity.model.home import Home, find_home


@dataclass
class Invocation:
    """The home at work, once a command has named it, and whether tracebacks are wanted."""

    home: Home | None = None
    debug: bool = False


invocation = Invocation()
"""The one call this process was started for."""


def open_home(named: Path | None) -> Home:
    """Return the home of this call: ``named``, or ``OMNI_HOME``, or the checkout's ``data/``."""
    invocation.home = find_home(named)
    return invocation.home


def _wants_debug(value: bool) -> bool:
    invocation.debug = value
    return value


AccessByOption = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="WHO",
        help="Who looks, for the access log.",
        show_default="the system's user",
    ),
]
AccessReasonOption = Annotated[
    str,
    typer.Option(
        "--reason", metavar="WHY", help="Why, for the access log; it must not name a person."
    ),
]
HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help="The home folder of the deployment.",
        show_default="OMNI_HOME, else data/",
        file_okay=False,
    ),
]
DebugOption = Annotated[
    bool,
    typer.Option(
        "--debug",
        callback=_wants_debug,
        help="Show tracebacks; they may quote personal data.",
    ),
]
