"""Now is the latest interaction that is not later than the run's start."""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import DuckDBEngine
from omni_identity.insight.as_of import update_as_of


def test_now_is_the_latest_interaction_that_is_not_later_than_the_start() -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run("create table derived.interactions (occurred_at TIMESTAMP)")
        start = datetime(2026, 3, 2, 3)
        assert update_as_of(engine, start) is None
        engine.run(
            "insert into derived.interactions values"
            " ('2026-03-01 12:00:00'), ('2026-03-02 03:00:00'), ('2026-03-02 03:00:01')"
        )
        assert update_as_of(engine, start) == start
        assert engine.fetch("select * from derived.as_of").rows() == [(start,)]
