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
LOG_LEVEL = "warning"
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
    environment = {
        **os.environ,
        "OMNI_HOME": str(home.root),
        "DAGSTER_HOME": str(folder),
        GUARD: json.dumps({"host": host, "names": list(names)}),
    }
    return [sys.executable, "-m", __name__, str(folder), host, str(port)], environment


def serve_in(folder: Path, host: str, port: str) -> None:
    """Start webserver, daemon and code server in ``folder``, and keep them until one ends or is interrupted.

    This is what ``dagster dev`` does, and ``dg dev`` by it: the first warns that it is superseded, the second
    wants a project of its own around the definitions. The guarded webserver takes the place of Dagster's.
    Code servers let a ``.env`` in their working folder overrule the environment, and the checkout's names the
    checkout's instance: another home's UI must not be started there.
    """
    from dagster._cli import dev as imported
    from dagster_shared.cli import WorkspaceOpts

    dev: Any = imported  # a name that it has imported is replaced
    os.chdir(folder)
    open_process = dev.open_ipc_subprocess

    def open_guarded(parts: Sequence[str], **settings: Any) -> Any:
        if WEBSERVER not in parts and DAEMON not in parts:
            raise RuntimeError("this version of Dagster starts its webserver in another way")
        return open_process([GUARDED if part == WEBSERVER else part for part in parts], **settings)

    dev.open_ipc_subprocess = open_guarded
    workspace = REPOSITORY / "workspace.yaml"
    location = (
        WorkspaceOpts(workspace=[str(workspace)])
        if workspace.exists()
        else WorkspaceOpts(module_name=[MODULE])
    )
    dev.dev_command_impl(
        code_server_log_level=LOG_LEVEL,
        log_level=LOG_LEVEL,
        log_format="colored",
        port=port,
        host=host,
        use_legacy_code_server_behavior=False,
        shutdown_pipe=None,
        verbose=False,
        workspace_opts=location,
    )


if __name__ == "__main__":
    serve_in(Path(sys.argv[1]), *sys.argv[2:])
