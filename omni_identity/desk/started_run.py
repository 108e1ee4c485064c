"""A run that somebody starts at the desk: the nightly job in a process of its own, which outlives the desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from omni_identity.model.home import Home
from omni_identity.model.modes import keep_private


def start_accepting_run(home: Home) -> None:
    """Start the nightly job on ``home``, which publishes what bounds alone withheld, and do not wait for it."""
    subprocess.Popen(
        [sys.executable, "-m", __name__, str(home.root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main(root: str) -> None:
    """Run it in this process. How it ends is in the record of runs, as of every other."""
    from omni_identity.orchestration.run import execute_nightly
    from omni_identity.orchestration.run_options import RunOptions

    keep_private()
    execute_nightly(Home(Path(root)), options=RunOptions(accept_changes=True, wait_seconds=5))


if __name__ == "__main__":
    main(sys.argv[1])
