"""One night in this process, with the seconds of every statement: where the time goes.

    python -m benchmarks.scale.statements HOME OUT.csv [--most 60]

Writes a line for each statement of the engine: its step, the function of ours that ran it, seconds of the
clock, seconds of all cores together, its first words; and prints those that took longest, and the steps.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omni_identity.engines.duckdb import DuckDBEngine
from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly

TIMED = ("run", "fetch", "write", "read_file", "write_file")


@dataclass
class Statements:
    """What ran, in which step."""

    step: str = "start"
    rows: list[tuple[str, str, float, float, str]] = field(default_factory=list)
    is_inside: bool = False

    def timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method of the engine, its outermost calls written down."""

        def call(engine: DuckDBEngine, sql: object, *others: object, **named: object) -> Any:
            if self.is_inside:
                return method(engine, sql, *others, **named)
            self.is_inside = True
            began, worked = time.perf_counter(), time.process_time()
            try:
                return method(engine, sql, *others, **named)
            finally:
                self.is_inside = False
                frame = sys._getframe(1)
                words = " ".join(str(sql).split())[:140]
                caller = f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"
                seconds, cores = time.perf_counter() - began, time.process_time() - worked
                self.rows.append((self.step, caller, seconds, cores, words))

        return call

    def hear(self, step: str, _index: int, _total: int, seconds: float | None, detail: str) -> None:
        """The night begins or ends a step."""
        if not detail:
            self.step = step if seconds is None else f"after {step}"


def main() -> None:
    """Run the home, print the dearest statements, and end as ``omni run`` would."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, default=60)
    arguments = parser.parse_args()
    statements = Statements()
    for name in TIMED:
        setattr(DuckDBEngine, name, statements.timed(getattr(DuckDBEngine, name)))
    began = time.perf_counter()
    result = execute_nightly(Home(arguments.home), progress=statements.hear)
    total = time.perf_counter() - began
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("step", "caller", "seconds", "cores", "words"), *statements.rows]
        )
    for step, caller, seconds, cores, words in sorted(statements.rows, key=lambda r: -r[2])[
        : arguments.most
    ]:
        print(f"{seconds:8.2f} {cores:8.2f}  {step:24} {caller:50} {words[:90]}")
    inside: dict[str, float] = defaultdict(float)
    for step, _, seconds, _, _ in statements.rows:
        inside[step] += seconds
    print(f"{'step':32} {'seconds':>8} {'in statements':>14}")
    for step, seconds in result.seconds.items():
        print(f"{step:32} {seconds:8.2f} {inside[step]:14.2f}")
    print(f"{total:.1f} s, {len(statements.rows)} statements, {result.status}")
    sys.exit(result.exit_code)


if __name__ == "__main__":
    main()
