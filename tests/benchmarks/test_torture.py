"""The torture at a small size: it kills, goes on, compares, and says what it found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.torture import MARK, Row, report

ROOT = Path(__file__).parents[2]


def test_what_was_lost_is_said() -> None:
    rows = [Row("file read", 3, 2, ("file 7 of seed 1",)), Row("kill during night", 1, 1, ())]
    text = report(rows)
    assert "| file read | 3 | 2 | 1 |" in text
    assert text.endswith("- file read: file 7 of seed 1")


def test_a_small_torture_loses_nothing(tmp_path: Path) -> None:
    page = tmp_path / "safety.md"
    page.write_text(f"Before.\n\n{MARK}\n", encoding="utf-8")
    small = ("--minutes", "0.05", "--customers", "40", "--seed", "5", "--write", str(page))
    command = [sys.executable, "-m", "benchmarks.torture", *small, "--acts", "publication"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr[-2000:]}"
    assert "| kill during publication" in page.read_text(encoding="utf-8")
    assert "Lost" not in ended.stdout
