"""Stages, handoffs and the figures of them on Spark as on DuckDB."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.declared import create_tables
from omni_identity.insight.handoffs import create_handoffs
from omni_identity.insight.interactions import create_staged_interactions
from omni_identity.insight.journeys import create_journeys
from omni_identity.insight.subject_touches import create_subject_touches
from omni_identity.model.attributes import MESSAGE_WORDS, Vocabulary
from omni_identity.model.kpi_definitions import kpi_definitions
from omni_identity.model.tables import warehouse_tables
from tests.insight.story import at
from tests.insight.test_handoffs import MOVES

THREADS = {"O-55501-1": "t1", "O-55503-1": "t2", "w1": "t3", "c1": "t4", "c2": "t5"}
FIGURES = {
    *("handoffs", "handoff_context_rate", "handoff_repeat_rate", "handoff_time_lost"),
    *("handoff_resolution_rate", "bot_resolution_rate", "self_service_rate", "journey_ends"),
}


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    folder = tmp_path_factory.mktemp("handoffs")
    session = open_session("local[2]", SMALL, str(folder / "spark"))
    with (
        DuckDBEngine() as duck,
        SparkEngine(session, folder / "spark.json", driver_rows=0) as spark,
    ):
        yield duck, spark


def results(engine: Engine) -> dict[str, list[Any]]:
    """What follows of ``MOVES``, whose threads are stated."""
    tables = warehouse_tables(Vocabulary())
    made = ("interactions", "messages", "as_of", "new_interactions")
    create_tables(engine, (tables[f"derived.{name}"] for name in made[:3]))
    engine.write("derived.as_of", pl.DataFrame({"as_of": [at(90)]}))
    rows = pl.DataFrame(MOVES, infer_schema_length=None).with_columns(
        pl.lit("anna").alias("golden_id"),
        pl.col("interaction_id")
        .replace_strict(THREADS, default=None)
        .forward_fill()
        .alias("thread_id"),
    )
    said = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in MESSAGE_WORDS))
    engine.write(
        "derived.messages",
        said.select("channel", "interaction_id", "agent", pl.col("bot").alias("is_bot"), "text"),
    )
    engine.write("derived.interactions", rows.drop(*MESSAGE_WORDS))
    engine.run(
        "create or replace temp table new_interactions as select * from derived.interactions"
    )
    engine.run(
        "create or replace temp table interaction_threads as select channel, interaction_id, thread_id,"
        " 1.0::double as thread_probability, 'stated' as thread_reason from derived.interactions"
    )
    create_staged_interactions(engine, ("cancelled",))
    source = "select i.*, golden_id as customers from derived.new_interactions i"
    create_subject_touches(engine, InsightSettings(), source, ("customers",))
    create_journeys(engine)
    create_handoffs(engine)
    queries = {kpi.name: kpi.sql for kpi in kpi_definitions() if kpi.name in FIGURES}
    queries |= {
        "stages": "select interaction_id, stage from derived.new_interactions",
        "journeys": "select journey_number, stages, last_stage from journey_stages",
        "moves": "select * exclude (subject_id) from handoffs",
    }
    found = {}
    for name, query in queries.items():
        frame = engine.fetch(query)
        frame = (
            frame.drop("subject_id", strict=False)
            .with_columns(pl.col(pl.Datetime("us", "UTC")).dt.replace_time_zone(None))
            .with_columns(pl.col(pl.Decimal).cast(pl.Float64))
        )
        found[name] = sorted(frame.rows(), key=repr)
    return found


def test_stages_handoffs_and_their_figures_are_the_same(both: tuple[Engine, Engine]) -> None:
    duck, spark = both
    expected = results(duck)
    assert len(expected["moves"]) == 6
    assert all(expected[name] for name in FIGURES)
    assert results(spark) == expected
