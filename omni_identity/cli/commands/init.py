"""``omni init``: scaffolds a home, from files that are there already or as an example to adapt."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home

FromArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MORE]...",
        help="With --from: more folders, files or archives.",
        show_default=False,
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FOLDER",
        help="Look at the files in a folder (or at a file, a .zip, or a database: env:NAME, the environment variable"
        " with its address) and write a configuration that reads them.",
    ),
]
InPlaceOption = Annotated[
    bool,
    typer.Option(
        "--in-place",
        help="With --from: read the files where they are, instead of copying them into landing/.",
    ),
]
UrlEnvOption = Annotated[
    str | None,
    typer.Option(
        "--url-env",
        metavar="NAME",
        help="With --from postgresql://...: the environment variable from which runs take that address.",
        show_default=False,
    ),
]


def init(  # noqa: PLR0913  a command's arguments are what a user types
    source: FromOption = None,
    more: FromArgument = None,
    in_place: InPlaceOption = False,
    url_env: UrlEnvOption = None,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Scaffold a home: omni.yaml, landing/ for deliveries, judgements/ for verdicts.

    With --from the files of shops, tills, CRMs, mailers and desks are recognised, others mapped by their
    columns and values, and omni.yaml runs as it is; a comment beside each line says how sure it is. The
    files are copied into landing/. What is doubtful is asked at a terminal.

    The tables of a PostgreSQL database are looked at likewise; omni.yaml names the environment variable with
    its address, and runs read from it. env:NAME keeps the password out of the shell's history.

    An omni.yaml that is there already is left alone, and is an error.

    [bold]Examples[/bold]

      omni init --home shop                     a new home in ./shop, with an example to adapt

      omni init --from exports --home shop      a home that reads what is in ./exports

      omni init --from crm.csv orders.zip --home shop

      omni init --from env:SHOP_DSN --home shop

      OMNI_HOME=/srv/omni omni init             the same by environment
    """
    place = open_home(home)
    if source is not None:
        from omni_identity.cli.screens.init import init_from

        init_from(place, [source, *(more or [])], in_place, url_env)
        return
    if more or in_place or url_env:
        raise UsageError("Name the files with --from, as in: omni init --from exports")
    _write_example(place)


def _write_example(place: Home) -> None:
    from omni_identity.cli.home_template import TEMPLATE
    from omni_identity.discovery.beginnings import require_no_configuration

    require_no_configuration(place)
    for folder in (place.landing, place.judgements):
        folder.mkdir(parents=True, exist_ok=True)
    place.configuration.write_text(TEMPLATE, encoding="utf-8")
    say(f"Wrote {place.configuration}", "green")
    say(
        "Next: put a file where its `files:` points, name your columns in its `mapping:`, "
        f"then\n  omni run --home {place.root}\n"
        "With files at hand, `omni init --from FOLDER` does that for you."
    )
