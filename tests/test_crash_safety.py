"""A run killed at any instant leaves a home from which the next run comes to the undisturbed result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

KILLS = int(os.environ.get("OMNI_KILLS", "4"))


def test_a_night_killed_anywhere_is_made_good_by_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crash_worlds", str(tmp_path), str(KILLS)]
    root = Path(__file__).parents[1]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-2000:]
    found = json.loads(finished.stdout.splitlines()[-1])
    assert found["statements"] > 200
    assert len(found["outcomes"]) == KILLS
    assert [point for point, is_right in found["outcomes"].items() if not is_right] == []
