"""A process that has imported the package can be forked: no import puts an engine's threads to work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """
import os
import duckdb, numpy, polars, pyarrow
before = len(os.listdir("/proc/self/task"))
import omni_identity.orchestration.run, omni_identity.cli.application
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="counts threads as Linux shows them"
)
def test_to_import_the_package_starts_no_threads() -> None:
    """Polars locks for ever in a child whose parent has used it, as a host that forks may, or a test of kills."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
