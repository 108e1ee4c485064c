"""Blocking keys and counted vectors of training: both engines find the same."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import possible_rules
from omni_identity.linkage.vectors import count_vectors
from omni_identity.model.attributes import Vocabulary
from tests.engines.spark.test_stages import create
from tests.linkage.frames import create_linkage_records
from tests.linkage.test_scoring import COMPARISONS

pytestmark = pytest.mark.spark


def test_both_engines_block_and_count_alike(duckdb: DuckDBEngine, spark: Engine) -> None:
    people = [
        {"first": f"ann{n % 3}", "last": "lee"}
        | ({"email": [f"ann{n % 4}@x.com"]} if n % 2 else {})
        for n in range(12)
    ]
    create_linkage_records(duckdb, people)
    records = duckdb.fetch("select * from derived.linkage_records")
    create(spark, "derived.linkage_records", records)
    spark.write("derived.linkage_records", records)
    found = []
    for engine in (duckdb, spark):
        block_records(engine, possible_rules(Vocabulary()))
        pairs = engine.fetch(
            "select * from derived.candidate_pairs order by record_no_l, record_no_r"
        )
        sample = pairs.head(5).with_columns(rules=pl.lit(0, pl.Int64))
        create(engine, "derived.compared", pairs)
        engine.write("derived.compared", pl.concat([pairs, sample.select(pairs.columns)]))
        counted = count_vectors(engine, COMPARISONS, "derived.compared")
        both = (counted.candidates, counted.sample)
        found.append((pairs.rows(), *((c.levels.tolist(), c.counts.tolist()) for c in both)))
    assert found[0] == found[1]
    assert len(found[0][0]) > 10
    assert sum(found[0][2][1]) == 5
