"""The comparison of two homes finds what differs, and leaves out only what names the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from benchmarks.comparing import different_tables

BOUNDS = (("contradicting_pairs", "email", 0.1), ("comparison_drift", "email", 0.2))


def publish(
    home: Path,
    run_id: str,
    golden_id: str,
    landed: int = 3,
    bounds: Sequence[tuple[str, str, float | None]] = BOUNDS,
) -> Path:
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
        connection.execute(
            "create table run_diagnostics"
            " (run_id varchar, diagnostic varchar, bucket varchar, value double, bound double)"
        )
        connection.executemany(
            "insert into run_diagnostics values (?, ?, ?, 0.05, ?)",
            [(run_id, *bound) for bound in bounds],
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


def test_a_bound_may_follow_the_publication_before_a_refresh(tmp_path: Path) -> None:
    """How far contradictions may rise is measured from the last publication, which is another then."""
    one = publish(tmp_path / "one", "run-1", "A")
    tighter = (("contradicting_pairs", "email", 0.09), BOUNDS[1])
    other = publish(tmp_path / "other", "run-2", "A", bounds=tighter)
    assert different_tables(one, other, leave_out=("golden_id_events",)) == [
        "run_diagnostics (1 and 1 rows)"
    ]
    assert different_tables(one, other, True, leave_out=("golden_id_events",)) == []


@pytest.mark.parametrize(
    "bounds",
    [
        (BOUNDS[0], ("comparison_drift", "email", 0.3)),
        (("contradicting_pairs", "email", None), BOUNDS[1]),
    ],
)
def test_any_other_bound_is_that_of_a_refresh(
    tmp_path: Path, bounds: Sequence[tuple[str, str, float | None]]
) -> None:
    one = publish(tmp_path / "one", "run-1", "A")
    other = publish(tmp_path / "other", "run-2", "A", bounds=bounds)
    assert different_tables(one, other, True, leave_out=("golden_id_events",)) == [
        "run_diagnostics (1 and 1 rows)"
    ]
