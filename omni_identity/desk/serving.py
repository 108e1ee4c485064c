"""Serves a desk by uvicorn, until it is interrupted."""

from __future__ import annotations

from typing import Any

import uvicorn

from omni_identity.desk.application import Desk
from omni_identity.desk.guests import Place


def server_settings(place: Place) -> dict[str, Any]:
    """How uvicorn serves it: peers are those that connect, whatever headers say; no address that is asked for is
    logged."""
    return {
        "host": place.host,
        "port": place.port,
        "http": "h11",
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
        "log_level": "warning",
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": 32 * 1024,
    }


def serve(desk: Desk) -> None:
    """Serve."""
    uvicorn.run(desk.application(), **server_settings(desk.place))
