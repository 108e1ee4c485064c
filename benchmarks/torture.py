"""Tortures the product for a bounded time and says what survived: odd files, erasures of them, kills.

    python -m benchmarks.torture --minutes 20 --write docs/safety.md
    python -m benchmarks.torture --minutes 1 --customers 60 --only kills

Two parts share the minutes: files broken on purpose are read, and rewritten as an erasure does
(``benchmarks.fuzzing``), and ``omni`` is killed at random instants (``benchmarks.killing``), after which the
next run is compared with a full refresh in every published table. Prints tried, survived and lost, and ends
with 1 when anything was lost. ``--seed`` repeats a torture, but for the instants, which the machine's load
moves.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzzing import Survival, drive
from benchmarks.killing import ACTS, Killing, kill_for, prepare_home

MARK = "<!-- measured: python -m benchmarks.torture -->"
PARTS = {"files": 0.3, "kills": 0.7}
"""The parts, and which share of the time each has."""
FILES_AT_ONCE = 50


@dataclass(frozen=True)
class Row:
    """One line of the result."""

    what: str
    tried: int
    survived: int
    lost: tuple[str, ...]


def torture(
    minutes: float, customers: int, seed: int, parts: list[str], acts: list[str]
) -> list[Row]:
    """Torture for so many minutes in all; return a row for each kind of torture."""
    shares = {part: PARTS[part] for part in parts}
    seconds = {part: 60 * minutes * share / sum(shares.values()) for part, share in shares.items()}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if "kills" in seconds:
            # first: it forks, and what has used an engine has threads and must not
            rows += _kill(scratch, customers, seed, seconds["kills"], acts)
        if "files" in seconds:
            rows += _break_files(seed, seconds["files"])
    return rows


def _kill(scratch: Path, customers: int, seed: int, seconds: float, names: list[str]) -> list[Row]:
    acts = [act for act in ACTS if act.name in names]
    began = time.monotonic()
    killing = Killing(prepare_home(scratch, customers, seed), scratch, seed)
    left = seconds - (time.monotonic() - began)
    outcomes = kill_for(
        killing, acts, left, lambda act: print(f"  {act}", file=sys.stderr, flush=True)
    )
    return [
        Row(
            f"kill during {act.name} ({outcomes[act.name].killed} before its end)",
            outcomes[act.name].tried,
            outcomes[act.name].survived,
            tuple(outcomes[act.name].lost),
        )
        for act in acts
    ]


def _break_files(seed: int, seconds: float) -> list[Row]:
    found = Survival()
    until = time.monotonic() + seconds
    while not found.tried or time.monotonic() < until:
        more = drive(seed, FILES_AT_ONCE)
        seed += FILES_AT_ONCE
        found.tried += more.tried
        found.read += more.read
        found.set_aside += more.set_aside
        found.rewritten += more.rewritten
        found.not_rewritten += more.not_rewritten
        found.lost += more.lost
    what = (
        f"broken file ({found.read:,} read, {found.set_aside:,} set aside; an erasure rewrote"
        f" {found.rewritten:,} and named {found.not_rewritten:,} as not to be rewritten)"
    )
    return [Row(what, found.tried, found.survived, tuple(found.lost))]


def report(rows: list[Row]) -> str:
    """The rows as a table in Markdown, and below it what was lost."""
    lines = ["| tortured by | tried | survived | lost |", "|---|---:|---:|---:|"]
    lines += [f"| {r.what} | {r.tried:,} | {r.survived:,} | {len(r.lost):,} |" for r in rows]
    lost = [f"- {r.what}: {what}" for r in rows for what in r.lost]
    return "\n".join([*lines, *(["", "Lost:", "", *lost] if lost else [])])


def main() -> None:
    """Torture, print what came of it, and end with 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--customers", type=int, default=1_000, help="of the home that is killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    names = [act.name for act in ACTS]
    parser.add_argument("--acts", nargs="+", choices=names, default=names, help="what is killed")
    parser.add_argument("--write", type=Path, help=f"document that ends with {MARK}")
    arguments = parser.parse_args()
    size = (arguments.minutes, arguments.customers, arguments.seed)
    rows = torture(*size, arguments.only, arguments.acts)
    table = report(rows)
    print(table)
    if arguments.write:
        text = arguments.write.read_text(encoding="utf-8")
        before, mark, _ = text.partition(MARK)
        arguments.write.write_text(f"{before}{mark}\n\n{table}\n", encoding="utf-8")
    sys.exit(1 if any(row.lost for row in rows) else 0)


if __name__ == "__main__":
    main()
