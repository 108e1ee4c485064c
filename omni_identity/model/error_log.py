"""The log of unexpected errors in a home: where in the code, and nothing of what they quote."""

from __future__ import annotations

import traceback
from datetime import datetime, timezone
from pathlib import Path

from omni_identity.model.home import Home
from omni_identity.model.modes import private_files


def write_error_log(home: Home | None, error: BaseException) -> Path | None:
    """Append the error's type and places in the code to the home's log; None without a home."""
    if home is None or not home.root.is_dir():
        return None
    frames = [
        f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    log = home.warehouse / "errors.log"
    try:
        with private_files():
            home.warehouse.mkdir(exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write("\n".join([f"{now} {type(error).__name__}", *frames]) + "\n")
    except OSError:
        return None
    return log
