"""Serves a desk by uvicorn, until it is interrupted."""

from __future__ import annotations

import uvicorn

from omni_identity.desk.application import Desk


def serve(desk: Desk) -> None:
    """Serve; peers are those that connect, whatever headers say, and no address that is asked for is logged."""
    uvicorn.run(
        desk.application(),
        host=desk.place.host,
        port=desk.place.port,
        http="h11",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32 * 1024,
    )
