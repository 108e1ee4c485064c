"""The comparison of two homes finds what differs, and leaves out only what names the run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.comparing import different_tables


def publish(home: Path, run_id: str, golden_id: str, landed: int = 3) -> Path:
    folder = home / "published" / "versions" / run_id
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "omni.duckdb")) as connection:
        connection.execute(
            "create table crosswalk as select 'web' as channel, ? as golden_id", [golden_id]
        )
        connection.execute(
            "create table runs as select ? as run_id, 7 as event_count, ? as landed_count"
            " union all select 'an older one', 0, 0",
            [run_id, landed],
        )
        connection.execute(
            "create table golden_id_events as select ? as run_id, 'created' as event", [run_id]
        )
    (home / "published" / "current").symlink_to(f"versions/{run_id}")
    (home / "published" / "omni.duckdb").symlink_to("current/omni.duckdb")
    return home


def test_two_runs_to_the_same_end_are_alike(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", "run-1", "A")
    assert different_tables(one, publish(tmp_path / "other", "run-2", "A")) == []


def test_another_customer_is_found(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", "run-1", "A")
    other = publish(tmp_path / "other", "run-2", "B")
    assert different_tables(one, other) == ["crosswalk (1 and 1 rows)"]
    assert different_tables(one, other, leave_out=("crosswalk",)) == []


def test_another_count_of_the_run_is_found(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", "run-1", "A")
    assert different_tables(one, publish(tmp_path / "other", "run-2", "A", landed=4)) == [
        "runs (1 and 1 rows)"
    ]


def test_a_refreshed_copy_has_the_same_past(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", "run-1", "A")
    refreshed = publish(tmp_path / "other", "run-2", "A")
    assert different_tables(one, refreshed, is_refreshed=True) == [
        "golden_id_events (1 and 1 rows)"
    ]
