"""Nights on the demo retailer: what an increment costs beside a full run, and whether it comes to the same.

    python -m benchmarks.nightly --customers 30000 --days 10 --compare
    python -m benchmarks.nightly --customers 310000 --days 3 --changed 10000 1000

Everything is delivered day by day and each night is ``omni run``, timed from process start to end.
``--changed`` keeps so many contact rows, and three times as many interactions, of each day after the
first, one figure a day (the last for all further ones), in one file a feed. At the end, or with ``--compare``
after every night, a copy of the home is refreshed in full, timed too, and every published table is
compared with that of the incremental home, row for row, but for what names the run.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import IO, Literal

import duckdb

from benchmarks.comparing import different_tables
from benchmarks.processes import Cost, run_python
from omni_identity.demo import DemoPlan, write_demo
from omni_identity.engines.literals import literal

INTERACTIONS_PER_CONTACT = 3
"""How many interactions a cut day keeps for every contact row that it keeps."""


def deliveries_by_day(staged: Path) -> dict[str, list[Path]]:
    """The staged files by the day that their names begin with, in order."""
    days: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(path for path in staged.rglob("*") if path.is_file()):
        days[path.name[:10]].append(path)
    return dict(sorted(days.items()))


def deliver(paths: list[Path], staged: Path, home: Path, most_contacts: int | None) -> int:
    """Put a day's files into the home's landing folder; return how many files that made.

    With ``most_contacts`` the day is cut to so many rows of contacts and ``INTERACTIONS_PER_CONTACT``
    times as many interactions, every feed to the same share of its rows, in one file a feed.
    """
    if most_contacts is None:
        for path in paths:
            target = home / "landing" / path.relative_to(staged)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        return len(paths)
    made = 0
    for kind, most in (
        ("contacts", most_contacts),
        ("interactions", INTERACTIONS_PER_CONTACT * most_contacts),
    ):
        feeds: dict[Path, list[Path]] = defaultdict(list)
        for path in paths:
            if path.parent.name == kind:
                feeds[path.parent].append(path)
        rows = {folder: _rows_of(parts) for folder, parts in feeds.items()}
        total = sum(len(lines) for _, lines in rows.values())
        share = min(1.0, most / max(total, 1))
        for folder, (header, lines) in rows.items():
            kept = [
                line
                for number, line in enumerate(lines)
                if int((number + 1) * share) > int(number * share)
            ]
            if kept:
                target = home / "landing" / feeds[folder][0].relative_to(staged)
                target.parent.mkdir(parents=True, exist_ok=True)
                with _opened(target, "wb") as file:
                    file.write(b"".join([*header, *kept]))
                made += 1
    return made


def _rows_of(parts: list[Path]) -> tuple[list[bytes], list[bytes]]:
    """The header (none of JSON Lines) and the lines of a feed's files of one day."""
    header, rows = list[bytes](), list[bytes]()
    for path in parts:
        with _opened(path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
        first = 0 if ".jsonl" in path.suffixes else 1
        header = lines[:first]
        rows += lines[first:]
    return header, rows


def _opened(path: Path, mode: Literal["rb", "wb"]) -> IO[bytes]:
    """A delivered file, gzipped or not, as its suffix says."""
    return gzip.open(path, mode) if path.suffix == ".gz" else path.open(mode)


def rows_to_keep(changed: list[int] | None, number: int) -> int | None:
    """How many contact rows the delivery of that number keeps; null for all, as of the first."""
    if changed is None or number == 0:
        return None
    return changed[min(number, len(changed)) - 1]


def run(home: Path, *options: str) -> Cost:
    """Run ``omni run`` to its end; raises ``CalledProcessError`` when it fails."""
    start = "from omni_identity.cli import main; main()"
    return run_python("-c", start, "run", "--home", str(home), *options)


def refresh_copy(home: Path, scratch: Path) -> tuple[Path, Cost]:
    """Copy a home and refresh the copy in full."""
    copy = scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, symlinks=True)
    return copy, run(copy, "--full-refresh")


def churned_ids(home: Path, before: Path) -> int:
    """Customers whose records are what they were, and whose golden ID is not: there must be none."""
    with duckdb.connect() as connection:
        for name, path in (("now", home / "published" / "omni.duckdb"), ("before", before)):
            connection.sql(f"attach {literal(path.resolve())} as {name} (read_only)")
        members = (
            "select golden_id, list(record order by record) as members"
            " from (select golden_id, channel || ':' || source_record_id as record from {}.crosswalk)"
            " group by golden_id"
        )
        found = connection.sql(
            f"select count(*) from ({members.format('now')}) n"
            f" join ({members.format('before')}) b using (members) where n.golden_id <> b.golden_id"
        ).fetchall()
    return int(found[0][0])


def main() -> None:
    """Generate, deliver day by day, run, compare, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=30_000)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--changed", type=int, nargs="+", help="contact rows to keep, by later day")
    parser.add_argument("--compare", action="store_true", help="refresh in full after every night")
    parser.add_argument("--keep", type=Path, help="an empty folder for the homes, left behind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = arguments.keep or Path(folder)
        stage, home = scratch / "stage", scratch / "home"
        plan = DemoPlan(customers=arguments.customers, seed=arguments.seed, days=arguments.days)
        write_demo(stage, plan)
        home.mkdir()
        shutil.copyfile(stage / "omni.yaml", home / "omni.yaml")
        days = deliveries_by_day(stage / "landing")
        former = scratch / "former.duckdb"
        print(
            f"{'day':12} {'files':>6} {'night, s':>9} {'MiB':>7} {'full, s':>8} {'ratio':>6}  tables that differ"
        )
        for number, (day, paths) in enumerate(days.items()):
            kept = rows_to_keep(arguments.changed, number)
            files = deliver(paths, stage / "landing", home, kept)
            night = run(home)
            line = f"{day:12} {files:6} {night.seconds:9.1f} {night.mebibytes:7,.0f}"
            if number and (arguments.compare or number == len(days) - 1):
                copy, full = refresh_copy(home, scratch)
                different = different_tables(home, copy, is_refreshed=True)
                line += f" {full.seconds:8.1f} {night.seconds / full.seconds:6.1%}"
                line += (
                    f"  {', '.join(different) or 'none'}; {churned_ids(home, former)} IDs churned"
                )
            print(line, flush=True)
            shutil.copyfile((home / "published" / "omni.duckdb").resolve(), former)


if __name__ == "__main__":
    main()
