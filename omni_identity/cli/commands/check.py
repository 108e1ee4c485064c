"""``omni check``: what is wrong or doubtful in omni.yaml and a sample of every file, before anything lands."""

from __future__ import annotations

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home


def check(home: HomeOption = None, debug: DebugOption = False) -> None:
    """Read omni.yaml and a sample of every feed's files, and tell all that is wrong or doubtful.

    Missing and renamed columns, values that do not look like what they are mapped to, unknown kinds, unread
    dates and consents, repeated IDs, columns that could be mapped, files that no feed takes. Nothing is
    landed or written, and no value of a person is shown. Exit code 2: something would fail.

    [bold]Examples[/bold]

      omni check

      omni check --home shop
    """
    place = open_home(home)

    from omni_identity.cli.screens.check import show_check

    show_check(place)
