"""Lines of interactions, and IDs that are none, on Spark as on DuckDB."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.ambiguous_ids import LandedFile, find_ambiguous, hold_back
from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.declared import create_tables
from omni_identity.insight.interaction_lines import (
    create_interaction_lines,
    update_interaction_lines,
)
from omni_identity.model.tables.landed import landed_tables
from omni_identity.publish.increments import LINES

CONFIGURATION = parse_configuration(
    {
        "version": 1,
        "channels": [
            {
                "name": "shop",
                "interactions": {
                    **{"files": "x", "interaction_id": "id", "kind": "k", "occurred_at": "t"},
                    "lines": {"quantity": "q"},
                },
            }
        ],
    }
)
ROWS = [
    (1, "A", "order", 1),
    (3, "B", "order", 1),
    (4, "C", "order", 1),
    (5, "C", "return", 1),
    (6, "D", "order", 1),
]
OWNERS = [(1, 1, 1, 1.0), (2, 1, 2, 2.5), (3, 3, 1, 1.0), (4, 4, 1, 7.0), (6, 6, 1, None)]


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    folder = tmp_path_factory.mktemp("lines")
    session = open_session("local[2]", SMALL, str(folder / "spark"))
    with (
        DuckDBEngine() as duck,
        SparkEngine(session, folder / "spark.json", driver_rows=0) as spark,
    ):
        yield duck, spark


def landed(engine: Engine) -> None:
    """A file with two rows of one ID, which contradict each other, and lines of the others."""
    create_tables(engine, landed_tables(CONFIGURATION.vocabulary))
    place = {"file_no": pl.lit(1, pl.Int32), "channel": pl.lit("shop")}
    rows = pl.DataFrame(
        [(n, i, k, datetime(2026, 1, day)) for n, i, k, day in ROWS],
        schema={
            "row_number": pl.Int64,
            "interaction_id": pl.String,
            "kind": pl.String,
            "occurred_at": pl.Datetime("us"),
        },
        orient="row",
    )
    engine.write("landed.interactions", rows.with_columns(**place))
    names = ("row_number", "interaction_row", "line_number", "quantity")
    lines = pl.DataFrame(OWNERS, schema=names, orient="row")
    engine.write(
        "landed.interaction_lines", lines.with_columns(**place, product_name=pl.lit("Mask"))
    )


def results(engine: Engine) -> list[Any]:
    landed(engine)
    ids = [pl.Series([i for _, i, *_ in ROWS]).hash()]
    file = LandedFile(CONFIGURATION.channel("shop"), "interactions", 1, len(ROWS))
    found = find_ambiguous(engine, file, ids)
    held = hold_back(engine, "interactions", 1, found, ["four", "five"])
    engine.run("create schema if not exists derived")
    create_interaction_lines(engine)
    affected = "select channel, interaction_id from landed.interactions"
    for _ in range(2):  # again, what is there is exchanged
        engine.run(f"create or replace temp table affected_interactions as {affected}")
        engine.run(
            "create or replace temp table newest_interactions as"
            " select file_no, row_number, channel from landed.interactions"
        )
        update_interaction_lines(engine)
    engine.run(
        "create or replace table derived.interactions as"
        " select 'g' as golden_id, channel, interaction_id from landed.interactions"
    )
    lines = engine.fetch(f"select * from ({LINES}) l order by interaction_id, line_number")
    return [
        found.rows(),
        held.select("row_number", "payload").rows(),
        sorted(lines.columns),
        lines.select(sorted(lines.columns)).rows(),
    ]


def test_lines_and_what_is_held_back_are_the_same(both: tuple[Engine, Engine]) -> None:
    duck, spark = both
    expected = results(duck)
    assert [row[0] for row in expected[0]] == [4, 5]
    assert len(expected[3]) == 4
    assert results(spark) == expected
