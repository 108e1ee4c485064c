"""Python in a process of its own, with what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds from its start to its end, and the most MiB that were resident."""

    seconds: float
    mebibytes: float


def run_python(*arguments: str) -> Cost:
    """Run Python with these arguments, its output dropped; raises ``CalledProcessError`` when it fails."""
    command = [sys.executable, *arguments]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return Cost(seconds, usage.ru_maxrss / 1024)
