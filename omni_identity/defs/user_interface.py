"""How the Dagster UI of a home is started: the command line and its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from omni_identity.model.home import REPOSITORY, Home

MODULE = "omni_identity.definitions"


def ui_command(home: Home, host: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the whole environment of the process that serves the UI of ``home``.

    It runs webserver and daemon (schedules, sensors, queue) until it is interrupted, on the home's
    own instance, which is made where there is none.
    """
    from omni_identity.defs.instance import instance_folder  # late: it imports Dagster

    folder = instance_folder(home)
    workspace = REPOSITORY / "workspace.yaml"
    location = ["-w", str(workspace)] if workspace.exists() else ["-m", MODULE]
    arguments = ["dev", *location, "--host", host, "--port", str(port), "--log-level", "warning"]
    environment = {
        **os.environ,
        "OMNI_HOME": str(home.root),
        "DAGSTER_HOME": str(folder),
    }
    return [sys.executable, "-m", __name__, str(folder), *arguments], environment


def start_dagster_in(folder: Path, arguments: Sequence[str]) -> None:
    """Become the ``dagster`` command, started in ``folder``; does not return.

    ``dagster dev`` lets a ``.env`` in its working folder overrule the environment, and the
    checkout's names the checkout's instance: another home's UI must not be started there.
    """
    os.chdir(folder)
    os.execv(sys.executable, [sys.executable, "-m", "dagster", *arguments])


if __name__ == "__main__":
    start_dagster_in(Path(sys.argv[1]), sys.argv[2:])
