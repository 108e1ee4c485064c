"""The nights' own check that an ID stays with a customer whose records stayed."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.nightly import churned_ids

Rows = list[tuple[str, str, str]]


def publish(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table crosswalk (channel text, source_record_id text, golden_id text)"
        )
        connection.executemany("insert into crosswalk values (?, ?, ?)", rows)
    return path


def churned(tmp_path: Path, before: Rows, now: Rows) -> int:
    former = publish(tmp_path / "before.duckdb", before)
    publish(tmp_path / "home" / "published" / "omni.duckdb", now)
    return churned_ids(tmp_path / "home", former)


def test_another_id_for_the_same_records_is_churn(tmp_path: Path) -> None:
    before = [("web", "1", "A"), ("app", "7", "A"), ("web", "2", "B")]
    assert churned(tmp_path, before, [("app", "7", "C"), ("web", "1", "C"), ("web", "2", "B")]) == 1


def test_a_customer_with_other_records_is_another(tmp_path: Path) -> None:
    before = [("web", "1", "A"), ("app", "7", "A"), ("web", "2", "B")]
    now = [("web", "1", "A"), ("app", "7", "D"), ("web", "2", "B"), ("web", "3", "E")]
    assert churned(tmp_path, before, now) == 0
