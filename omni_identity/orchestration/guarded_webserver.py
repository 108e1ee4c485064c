"""Dagster's webserver behind our guard: run as a module, it takes the webserver's arguments."""

from __future__ import annotations

import json
import os
from typing import Any

import dagster_webserver.app
import dagster_webserver.cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from omni_identity.orchestration.web_guard import GUARD, WebGuard


class GuardedWebserver(DagsterWebserver[Any, Any]):
    """Dagster's webserver, each of whose requests passes the guard first."""

    def build_middleware(self) -> list[Middleware]:
        """The guard, then Dagster's own."""
        known = json.loads(os.environ[GUARD])
        guard = Middleware(WebGuard, host=known["host"], names=known["names"])
        return [guard, *super().build_middleware()]


def main() -> None:
    """Serve, in the place of ``dagster-webserver``."""
    assert hasattr(dagster_webserver.app, "DagsterWebserver"), "Dagster makes its server elsewhere"
    dagster_webserver.app.DagsterWebserver = GuardedWebserver
    dagster_webserver.cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
