"""Questions are kept, made and placed on Spark as on DuckDB."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.declared import create_empty
from omni_identity.identity.changes import create_changes
from omni_identity.stewardship.review_queue import build_review_queue

NOW = datetime(2026, 3, 1)
TABLES = (
    *("customers", "unified_profiles", "review_pairs", "verdict_entries", "broken_verdicts"),
    *("review_queue", "question_places"),
)


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    folder = tmp_path_factory.mktemp("questions")
    session = open_session("local[2]", SMALL, str(folder / "spark"))
    with (
        DuckDBEngine() as duck,
        SparkEngine(session, folder / "spark.json", driver_rows=0) as spark,
    ):
        yield duck, spark


def ask(engine: Engine, *pairs: tuple[int, int]) -> None:
    """Let these pairs of the customers of one record be doubtful."""
    engine.run("delete from derived.review_pairs")
    for left, right in pairs:
        engine.run(
            "insert into derived.review_pairs (record_no_l, record_no_r, golden_id_l, golden_id_r, kind, match_weight,"
            " pair_count, record_count_l, record_count_r, rival, agreeing, differing)"
            f" select {left}, {right}, 'G{left}', 'G{right}', 'doubtful_pair', 0.5, 1, 1, 1, 'household', ['name'],"
            " ['phone']"
        )


def test_a_night_keeps_questions_on_both_engines(both: tuple[Engine, Engine]) -> None:
    found = []
    for engine in both:
        create_changes(engine)
        create_empty(engine, *(f"derived.{table}" for table in TABLES))
        engine.run(
            "create table derived.scored_pairs (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE)"
        )
        for number in range(1, 5):
            engine.run(
                "insert into derived.customers (record_no, channel, source_record_id, golden_id)"
                f" select {number}, 'web', 'r{number}', 'G{number}'"
            )
            engine.run(
                "insert into derived.unified_profiles (golden_id, channels, record_count, interaction_count,"
                f" order_count) select 'G{number}', ['web'], 1, {number}, 0"
            )
        nights = []
        for pairs, changed in (
            (((1, 2), (3, 4)), ()),
            (((1, 2), (1, 3), (2, 3)), ("G3",)),
            (((1, 2),), ()),
        ):
            ask(engine, *pairs)
            for golden_id in changed:
                engine.run(f"insert into changed.customers values ('{golden_id}')")
            assert build_review_queue(engine, (), None, NOW) == len(pairs)
            rows = engine.fetch(
                "select q.*, priority, settled_count from derived.review_queue q"
                " join derived.question_places p on p.record_no_l = q.record_no_l and p.record_no_r = q.record_no_r"
                " order by priority"
            )
            nights.append(rows.to_dicts())
        found.append(nights)
    assert found[0] == found[1]
    assert [q["settled_count"] for q in found[0][1]] == [1, 1, 1]
