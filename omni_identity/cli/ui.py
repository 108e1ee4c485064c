"""``omni ui``: the Dagster UI on the same assets."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say

HostOption = Annotated[str, typer.Option(help="Address to listen on; it has no login of its own.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]


def ui(
    host: HostOption = "127.0.0.1",
    port: PortOption = 3000,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Open the Dagster UI on the assets of this home; Ctrl-C ends it.

    The schedule and the sensor run only while it is open, and only once they are switched on in it.

    [bold]Examples[/bold]

      omni ui

      omni ui --port 8080 --home shop
    """
    place = open_home(home)

    import os

    from omni_identity.defs.user_interface import ui_command

    say(f"http://{host}:{port}  (Ctrl-C ends it)", "cyan")
    command, environment = ui_command(place, host, port)
    os.execve(command[0], command, environment)
