"""``omni init``: scaffolds a home."""

from __future__ import annotations

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say
from omni_identity.model.errors import UsageError


def init(home: HomeOption = None, debug: DebugOption = False) -> None:
    """Scaffold a home: a commented omni.yaml to adapt, landing/ for deliveries, judgements/ for verdicts.

    An omni.yaml that is there already is left alone, and is an error.

    [bold]Examples[/bold]

      omni init --home shop          a new home in ./shop

      OMNI_HOME=/srv/omni omni init  the same by environment
    """
    from omni_identity.cli.home_template import TEMPLATE

    place = open_home(home)
    if place.configuration.exists():
        raise UsageError(
            f"{place.configuration} exists already and was left as it is. "
            "Name another folder with --home, or move the file away first."
        )
    for folder in (place.landing, place.judgements):
        folder.mkdir(parents=True, exist_ok=True)
    place.configuration.write_text(TEMPLATE, encoding="utf-8")
    say(f"Wrote {place.configuration}", "green")
    say(
        "Next: put a file where its `files:` points, name your columns in its `mapping:`, "
        f"then\n  omni run --home {place.root}"
    )
