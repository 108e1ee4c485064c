"""One night in this process, with the seconds and the memory of every step written to a file.

python -m benchmarks.scale.measured_run OUT.json HOME
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly

PROCESS = Path("/proc/self")
RESET_PEAK = "5"


def _peak_mebibytes() -> float:
    """The most memory held since the mark was last reset."""
    lines = (PROCESS / "status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Run the home of the second argument; write the list of steps to the first; end as ``omni run`` would."""
    out, home = Path(sys.argv[1]), Home(Path(sys.argv[2]))
    steps: list[dict[str, str | float]] = []

    def hear(step: str, _index: int, _total: int, seconds: float | None, detail: str) -> None:
        if seconds is None:
            if detail:  # the step goes on
                return
            (PROCESS / "clear_refs").write_text(RESET_PEAK)
        else:
            steps.append({"step": step, "seconds": seconds, "peak_mebibytes": _peak_mebibytes()})

    result = execute_nightly(home, progress=hear)
    out.write_text(json.dumps(steps, indent=1), encoding="utf-8")
    sys.exit(result.exit_code)


if __name__ == "__main__":
    main()
