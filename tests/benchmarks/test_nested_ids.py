"""Precision and recall of the three IDs that a published crosswalk has."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.nested_ids import report

LABELS = "channel,source_record_id,entity\nweb,1,a\nweb,2,a\nweb,3,a\nweb,4,b\n"


def test_each_id_is_judged_by_its_own_pairs(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(LABELS, encoding="utf-8")
    (tmp_path / "published").mkdir()
    with duckdb.connect(str(tmp_path / "published" / "omni.duckdb")) as published:
        published.execute(
            "create table crosswalk as select 'web' as channel, * from (values ('1', 'S1', 'G1', 'L1'),"
            " ('2', 'S1', 'G1', 'L1'), ('3', 'S3', 'G1', 'L1'), ('4', 'S4', 'G4', 'L1'))"
            " rows(source_record_id, strict_id, golden_id, loose_id)"
        )
    row = report([tmp_path]).splitlines()[-1]
    assert row == f"| {tmp_path.name} | 4 | 1.000 | 0.333 | 1.000 | 1.000 | 0.500 | 1.000 |"
