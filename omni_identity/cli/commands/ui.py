"""``omni ui``: the Dagster UI on the same assets."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say
from omni_identity.model.errors import UsageError

HostOption = Annotated[str, typer.Option(help="Address to listen on; it has no login of its own.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]

NamesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        envvar="OMNI_UI_HOSTS",
        help="A further name (host, or host:port) by which it may be called: a proxy's with a login.",
    ),
]


def ui(
    host: HostOption = "127.0.0.1",
    port: PortOption = 3000,
    allow_host: NamesOption = None,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Open the Dagster UI on the assets of this home; Ctrl-C ends it.

    It takes nothing from other web pages, and is called by this machine's own names only, by --host and by
    --allow-host. The schedule and the sensor run only while it is open, and only once they are switched on in it.

    [bold]Examples[/bold]

      omni ui

      omni ui --port 8080 --home shop
    """
    place = open_home(home)

    import os

    from omni_identity.orchestration.user_interface import ui_command
    from omni_identity.orchestration.web_guard import is_host, is_loopback

    for name in (wrong for wrong in allow_host or () if not is_host(wrong)):
        raise UsageError(f"--allow-host {name}: must be a host, or host:port")
    if not is_loopback(host):
        say(
            f"Everybody who can reach {host}:{port} can start runs, accept changes and read errors: the"
            " UI has no login of its own. Safer: leave --host away, and use an SSH tunnel, or a proxy with"
            " a login and its name as --allow-host.",
            "yellow",
        )
    say(f"http://{host}:{port}  (Ctrl-C ends it)", "cyan")
    command, environment = ui_command(place, host, port, allow_host or ())
    os.execve(command[0], command, environment)
