"""``omni desk``: the page for those who decide who is who."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say
from omni_identity.model.errors import UsageError

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
NamesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        envvar="OMNI_DESK_HOSTS",
        help="A further name (host, or host:port) by which it may be called: that of a proxy before it.",
    ),
]
PeopleOption = Annotated[
    Path | None,
    typer.Option(
        "--people",
        metavar="FILE",
        help="Who may come, and as what; without one, on this machine alone, only you.",
        show_default="people.yaml of the home, where there is one",
        dir_okay=False,
    ),
]
NewTokenOption = Annotated[
    str | None,
    typer.Option(
        "--new-token",
        metavar="NAME",
        help="Give somebody a token and a role in the file of people, print it once, and serve nothing.",
        show_default=False,
    ),
]
RoleOption = Annotated[
    str,
    typer.Option(
        "--role", help="Of --new-token: viewer, agent, steward, privacy_officer or operator."
    ),
]


def desk(  # noqa: PLR0913  one parameter an option
    host: HostOption = "127.0.0.1",
    port: PortOption = 3100,
    allow_host: NamesOption = None,
    people: PeopleOption = None,
    new_token: NewTokenOption = None,
    role: RoleOption = "viewer",
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Open the desk of this home in a browser: search, customers, runs; Ctrl-C ends it.

    Without a file of people it listens on this machine alone, and the link that it prints signs you in with every
    role. With one, everybody signs in with a token of their own, or is named by a proxy with a login.

    [bold]Examples[/bold]

      omni desk --home shop

      omni desk --new-token "Anna Kern" --role steward

      omni desk --people /etc/omni/people.yaml --host 10.0.0.7 --allow-host desk.example.org
    """
    place = open_home(home)

    from omni_identity.desk.people import PeopleFile, add_token, local_person, read_people
    from omni_identity.desk.people import new_token as make_token

    file = people or place.root / "people.yaml"
    if new_token is not None:
        token = add_token(file, new_token, role)
        say(
            f"{new_token} is {role.replace('_', ' ')} in {file}. The token, which is shown only now:",
            "green",
        )
        say(token)
        return

    from omni_identity.desk.application import Desk
    from omni_identity.desk.guests import Place
    from omni_identity.desk.serving import serve
    from omni_identity.orchestration.web_guard import is_host, is_loopback
    from omni_identity.stewardship.access_log import system_user

    for name in (wrong for wrong in allow_host or () if not is_host(wrong)):
        raise UsageError(f"--allow-host {name}: must be a host, or host:port")
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    names = tuple(allow_host or ())
    if people is None and not file.exists():
        if not is_loopback(host):
            raise UsageError(
                f"--host {host}: others can reach it, so it needs to know who they are: `omni desk --new-token NAME"
                f" --role ROLE` writes {file}."
            )
        token = make_token()
        only = local_person(system_user(), token)
        serving = Place(lambda: only, host, port, names, is_local=True)
        address = f"{address}/enter?token={quote(token)}"
    else:
        read_people(file)
        serving = Place(PeopleFile(file), host, port, names)
        if not is_loopback(host):
            say(
                f"Tokens and personal data go to {host}:{port} in clear: put a proxy with TLS before it, or leave"
                " --host away and use an SSH tunnel.",
                "yellow",
            )
    say(f"{address}  (Ctrl-C ends it)", "cyan")
    serve(Desk(place, serving))
