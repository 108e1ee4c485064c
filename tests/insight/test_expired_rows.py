"""Which landed rows expire, and what goes with them."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.declared import create_tables
from omni_identity.insight.affected_interactions import find_affected_interactions
from omni_identity.insight.expired_rows import count_expired, find_expired, take_expired_away
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import warehouse_tables

NOW = datetime(2026, 3, 31)
RETENTION = RetentionSettings.model_validate(
    {"interactions": {"days": 30, "channels": {"till": None}}, "messages": {"days": 10}}
)
HAPPENED = [
    (1, 1, "shop", "twice", datetime(2026, 1, 1)),
    (1, 2, "shop", "twice", datetime(2026, 3, 30)),
    (1, 3, "shop", "gone", datetime(2026, 2, 28)),
    (1, 4, "shop", "silent", datetime(2026, 3, 10)),
    (2, 1, "till", "kept", datetime(2026, 1, 1)),
]
LINES = [
    (3, 1, "shop", "twice"),
    (3, 2, "shop", "gone"),
    (3, 3, "shop", "early"),
    (4, 1, "shop", "late"),
    (5, 1, "till", "late"),
]
"""Of the last three nobody knows an interaction; file 3 landed last in this month, 4 and 5 longer ago."""
LANDINGS = [
    (1, datetime(2026, 3, 30)),
    (2, datetime(2026, 3, 30)),
    (3, datetime(2026, 1, 1)),
    (3, datetime(2026, 3, 2)),
    (4, datetime(2026, 2, 1)),
    (5, datetime(2026, 2, 1)),
]
LEFT = {
    "interactions": [(1, 2), (1, 4), (2, 1)],
    "interaction_lines": [(1, 2), (1, 4), (2, 1)],
    "interaction_identifiers": [(1, 2), (1, 4), (2, 1)],
    "messages": [(1, 2)],
    "lines": [(3, 1), (3, 3), (5, 1)],
}
AFFECTED = [("shop", "gone"), ("shop", "silent"), ("shop", "twice"), ("till", "kept")]
EXPIRED = {"shop/interactions": 2, "shop/lines": 2, "shop/messages": 1, "till/messages": 1}


def land(engine: Engine) -> None:
    create_tables(engine, warehouse_tables(Vocabulary()).values())
    names = ["file_no", "row_number", "channel", "interaction_id", "occurred_at"]
    rows = pl.DataFrame(HAPPENED, schema=names, orient="row")
    engine.write("landed.interactions", rows.with_columns(kind=pl.lit("order")))
    place = rows.select("file_no", "row_number")
    engine.write(
        "landed.messages", rows.select("file_no", "row_number", "channel", text=pl.lit("said"))
    )
    engine.write("landed.interaction_identifiers", place)
    engine.write(
        "landed.interaction_lines",
        # a line has the number of its own row, or of its interaction's
        place.with_columns(interaction_row="row_number", row_number=pl.col("row_number") + 10),
    )
    lines = pl.DataFrame(LINES, schema=names[:4], orient="row")
    engine.write("landed.lines", lines)
    for feed, delivered in (("interactions", rows), ("lines", lines)):
        files = delivered.select("file_no", "channel").unique()
        columns = {"feed": pl.lit(feed), "content_hash": pl.col("file_no").cast(pl.String)}
        engine.write("landed.files", files.with_columns(**columns))
    for number, (file_no, landed_at) in enumerate(LANDINGS):
        engine.run(
            "insert into landed.landings select channel, feed, $path, 1, content_hash, 'r0', $at::timestamp"
            " from landed.files where file_no = $file_no",
            {"path": f"{number}.csv", "at": landed_at, "file_no": file_no},
        )


def require_what_is_affected(engine: Engine) -> None:
    """With nothing new, those of which anything expires are looked at again."""
    engine.run(
        "insert into changed.seen_landings"
        " select channel, feed, content_hash, path, version from landed.landings"
    )
    find_expired(engine, RETENTION, NOW)
    find_affected_interactions(engine, Vocabulary().identifiers)
    rows = engine.fetch("select channel, interaction_id from affected_interactions order by 1, 2")
    assert rows.rows() == AFFECTED


def require_what_is_left(engine: Engine) -> None:
    """Take away what has expired, and compare what is left with what is to be."""
    find_expired(engine, RETENTION, NOW)
    take_expired_away(engine, "r1")
    for table, left in LEFT.items():
        number = "interaction_row" if table == "interaction_lines" else "row_number"
        rows = engine.fetch(f"select file_no, {number} from landed.{table} order by 1, 2").rows()
        assert rows == left, table
    counts = "select file_no, expired_count from landed.files where expired_count > 0 order by 1"
    assert engine.fetch(counts).rows() == [(1, 2), (3, 1), (4, 1)]
    assert count_expired(engine, "r1") == EXPIRED


def test_each_row_goes_by_its_own_time_and_what_hangs_on_it_goes_with_it() -> None:
    with DuckDBEngine() as engine:
        land(engine)
        require_what_is_affected(engine)
        for _ in ("once", "and again"):
            require_what_is_left(engine)


def test_without_a_bound_nothing_goes() -> None:
    with DuckDBEngine() as engine:
        land(engine)
        find_expired(engine, RetentionSettings(), NOW)
        take_expired_away(engine, "r1")
        assert engine.fetch("select count(*) from landed.interactions").row(0) == (len(HAPPENED),)
        assert count_expired(engine, "r1") == {}
