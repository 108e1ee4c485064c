"""Measures accuracy: python -m benchmarks.accuracy FOLDER [--tools ours,splink] [--data NAME ...].

FOLDER holds data sets: folders with records.parquet (unique_id, cluster, attributes) and mapping.yaml
(see mapping.py). FEBRL 3 and 4, the sets of generated/ and the demo retailer are added. Rows are merged
into docs/accuracy.json, from which docs/accuracy.md is written; rows of tools and sets that were not
asked for stay.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import polars as pl

from benchmarks.accuracy.common_table import write_tables
from benchmarks.accuracy.data_sets import Writer, find_data_sets
from benchmarks.accuracy.measuring import Prepared, measure
from benchmarks.accuracy.report import merge_rows, read_rows, write_report
from omni_identity.cli.labels_file import read_labels

DOCS = Path(__file__).resolve().parents[2] / "docs"
TOOLS = {
    "ours": ("ours",),
    "splink": ("splink",),
    "goldenmatch": ("goldenmatch_zero", "goldenmatch_fs"),
}


def main() -> None:
    """Measure what was asked for, one tool after the other; write the report after every row."""
    arguments = _parse()
    sets = find_data_sets(arguments.folder, arguments.demo)
    unknown = sorted(set(arguments.data or []) - set(sets))
    if unknown:
        sys.exit(f"There is no data set {unknown[0]}; there are {', '.join(sets)}.")
    tools = [member for name in arguments.tools for member in TOOLS[name]]
    report = arguments.report
    for name in arguments.data or sets:
        with tempfile.TemporaryDirectory(prefix="accuracy-data-") as scratch:
            data = prepare(name, sets[name], arguments.keep or Path(scratch), tools != ["ours"])
            for tool in tools:
                print(f"{name}: {tool}", flush=True)
                rows = measure(tool, data, arguments.time_limit, arguments.homes)
                for row in rows:
                    _say({key: value for key, value in row.items() if key != "by_cause"})
                stored = merge_rows(read_rows(report.with_suffix(".json")), rows)
                write_report(report, stored)


def prepare(name: str, write: Writer, scratch: Path, with_table: bool) -> Prepared:
    """Write a data set's home and, for the other tools, its common table into ``scratch/name``."""
    folder = scratch / name
    home, table = folder / "home", folder / "common.parquet"
    labels_note = folder / "labels"
    if not labels_note.is_file():
        folder.mkdir(parents=True)
        labels_note.write_text(str(write(home)), encoding="utf-8")
    if with_table and not table.is_file():
        with tempfile.TemporaryDirectory(prefix="accuracy-landing-") as landing:
            write_tables(home, Path(landing) / "home", folder)
        _say({"columns": list(pl.read_parquet_schema(table))})
    return Prepared(name, folder, read_labels(Path(labels_note.read_text(encoding="utf-8"))))


def _say(facts: dict[str, object]) -> None:
    print("  " + ", ".join(f"{key} {value}" for key, value in facts.items()), flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder of data sets")
    parser.add_argument("--tools", type=_tools, default=list(TOOLS), help=",".join(TOOLS))
    parser.add_argument("--data", nargs="+", metavar="NAME", help="only these data sets")
    parser.add_argument("--demo", type=int, default=30_000, help="customers of the demo retailer")
    parser.add_argument("--time-limit", type=float, default=1800, help="seconds a tool and set")
    parser.add_argument("--report", type=Path, default=DOCS / "accuracy.md", help="what to write")
    parser.add_argument("--keep", type=Path, help="keep the prepared data sets here, and use them")
    parser.add_argument("--homes", type=Path, help="keep the homes that omni_identity ran in here")
    return parser.parse_args()


def _tools(text: str) -> list[str]:
    names = text.split(",")
    wrong = [name for name in names if name not in TOOLS]
    if wrong:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of {', '.join(TOOLS)}")
    return names


if __name__ == "__main__":
    main()
