"""A night done twice is a night: whatever an attempt got to, the run after it publishes what a full refresh would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CUSTOMERS, ATTEMPTS = (int(n) for n in os.environ.get("OMNI_REPEATS", "100,2").split(","))
"""``1000,30`` takes an hour: two nights of a demo of so many customers, spoilt in so many ways each."""
LARGEST = 5 if CUSTOMERS < 1000 else 400


def test_a_spoilt_night_is_made_good_in_every_published_table(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.repeated_worlds", str(tmp_path)]
    command += [str(CUSTOMERS), str(LARGEST), str(ATTEMPTS)]
    root = Path(__file__).parents[1]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-2000:]
    found = json.loads(finished.stdout.splitlines()[-1])
    assert len(found["outcomes"]) >= ATTEMPTS + 3
    assert {name: said for name, said in found["outcomes"].items() if said} == {}
