"""The audience log as files: one for each of the last runs, so that whoever missed a night misses nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_missing
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables
from omni_identity.publish import table_files


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a publication whose log has three runs, and which keeps files of two."""
    monkeypatch.setattr(table_files, "RUNS_AS_FILES", 2)
    table = published_tables(Vocabulary())["audience_log"]
    table_files.make_folders(tmp_path / "folder")
    with DuckDBEngine() as engine:
        engine.run("create schema settled")
        create_missing(engine, "settled.audience_log")
        for number in (1, 2, 3):
            engine.run(
                "insert into settled.audience_log values ($run, $at::timestamp, 'news', 'G1', $change,"
                " 'email', '=anna@gmail.com', 'news')",
                {
                    "run": f"run-{4 - number}",  # names do not say which was the last
                    "at": f"2026-03-0{number}",
                    "change": "left" if number == 2 else "entered",
                },
            )
        source = "(from settled.audience_log order by run_id)"
        table_files.write_files(engine, source, tmp_path / "folder", table)
    return tmp_path / "folder" / "csv"


def rows(file: Path) -> list[tuple[str, str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return [(row["run_id"], row["change"], row["address"]) for row in csv.DictReader(lines)]


def test_each_of_the_last_runs_has_a_file_with_what_it_changed(log: Path) -> None:
    assert sorted(path.name for path in log.iterdir()) == [
        "audience_log_run-1.csv",
        "audience_log_run-2.csv",
    ]
    # no cell of them is calculated by a spreadsheet
    assert rows(log / "audience_log_run-2.csv") == [("run-2", "left", "'=anna@gmail.com")]
    assert rows(log / "audience_log_run-1.csv") == [("run-1", "entered", "'=anna@gmail.com")]
