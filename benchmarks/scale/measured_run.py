"""``omni`` in this process, with the seconds, rows and memory of every step written to a file.

python -m benchmarks.scale.measured_run OUT.json run --home HOME
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_identity.cli import main as omni
from omni_identity.defs.night_shift import NightShift, Work

STATUS = Path("/proc/self/status")


def _high_water_mebibytes() -> float:
    """The most memory held since the mark was last reset."""
    line = next(x for x in STATUS.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Run ``omni`` with the arguments after the first; write the list of steps to the first."""
    out, sys.argv = Path(sys.argv[1]), ["omni", *sys.argv[2:]]
    steps: list[dict[str, object]] = []
    taken = NightShift.step

    @contextmanager
    def measured(shift: NightShift, name: str) -> Iterator[Work]:
        Path("/proc/self/clear_refs").write_text("5")
        began, processor = time.perf_counter(), time.process_time()
        with taken(shift, name) as work:
            yield work
        steps.append(
            {
                "step": name,
                "seconds": time.perf_counter() - began,
                "processor_seconds": time.process_time() - processor,
                "peak_mebibytes": _high_water_mebibytes(),
            }
        )

    NightShift.step = measured  # type: ignore[method-assign]
    try:
        omni()
    finally:
        out.write_text(json.dumps(steps, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
