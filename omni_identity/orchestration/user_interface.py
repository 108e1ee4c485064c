"""How the Dagster UI of a home is started: the command line and its environment."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omni_identity.model.home import REPOSITORY, Home

MODULE = "omni_identity.definitions"


WEBSERVER = "dagster_webserver"
DAEMON = "dagster._daemon"
GUARDED = "omni_identity.orchestration.guarded_webserver"


def ui_command(
    home: Home, host: str, port: int, names: Sequence[str] = ()
) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the whole environment of the process that serves the UI of ``home``.

    ``names`` are hosts by which it may be called beside ``host`` and those of this machine alone.

    It runs webserver and daemon (schedules, sensors, queue) until it is interrupted, on the home's
    own instance, which is made where there is none.
    """
    # late: they import Dagster and its webserver
    from omni_identity.orchestration.instance import instance_folder
    from omni_identity.orchestration.web_guard import GUARD

    folder = instance_folder(home)
    workspace = REPOSITORY / "workspace.yaml"
    location = ["-w", str(workspace)] if workspace.exists() else ["-m", MODULE]
    arguments = ["dev", *location, "--host", host, "--port", str(port), "--log-level", "warning"]
    environment = {
        **os.environ,
        "OMNI_HOME": str(home.root),
        "DAGSTER_HOME": str(folder),
        GUARD: json.dumps({"host": host, "names": list(names)}),
    }
    return [sys.executable, "-m", __name__, str(folder), *arguments], environment


def start_dagster_in(folder: Path, arguments: Sequence[str]) -> None:
    """Be the ``dagster`` command, started in ``folder``, with the guarded webserver in the place of its own.

    ``dagster dev`` lets a ``.env`` in its working folder overrule the environment, and the
    checkout's names the checkout's instance: another home's UI must not be started there.
    """
    import dagster._cli as dagster_cli
    from dagster._cli import dev as imported

    dev: Any = imported  # a name that it has imported is replaced
    os.chdir(folder)
    open_process = dev.open_ipc_subprocess

    def open_guarded(parts: Sequence[str], **settings: Any) -> Any:
        if WEBSERVER not in parts and DAEMON not in parts:
            raise RuntimeError("this version of Dagster starts its webserver in another way")
        return open_process([GUARDED if part == WEBSERVER else part for part in parts], **settings)

    dev.open_ipc_subprocess = open_guarded
    sys.argv = ["dagster", *arguments]
    dagster_cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    start_dagster_in(Path(sys.argv[1]), sys.argv[2:])
