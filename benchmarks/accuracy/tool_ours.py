"""omni_identity as a user runs it: ``omni run`` on a home that holds an omni.yaml and the files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

ANSI = re.compile(r"\x1b\[[0-9;]*m")
CROSSWALK = "select channel, source_record_id, golden_id from {}"


class ToolFailed(Exception):
    """A tool that gave no clusters; the message is its reason."""


def link(home: Path, scratch: Path) -> tuple[pl.DataFrame, str]:
    """Run the nightly job on a copy of ``home``; the crosswalk, and a note when it was withheld.

    Raises ``ToolFailed`` when the run did not come to its end.
    """
    shutil.copytree(home, scratch / "home")
    home = scratch / "home"
    omni = Path(sys.executable).with_name("omni")
    done = subprocess.run(
        [str(omni), "run", "--home", str(home)], capture_output=True, text=True, check=False
    )
    said = ANSI.sub("", done.stderr + done.stdout).strip()
    if done.returncode == 0:
        return _read(home / "published" / "omni.duckdb", "crosswalk"), ""
    if done.returncode == 1:
        last = " ".join(re.sub(r"Report\s+\S+", "", said).split())[-300:]
        return _read(home / "warehouse" / "omni.duckdb", "derived.crosswalk"), f"withheld: {last}"
    raise ToolFailed(f"omni run ended with {done.returncode}: {' '.join(said.split())[-400:]}")


def _read(file: Path, table: str) -> pl.DataFrame:
    with duckdb.connect(str(file), read_only=True) as connection:
        crosswalk: pl.DataFrame = connection.sql(CROSSWALK.format(table)).pl()
        return crosswalk
