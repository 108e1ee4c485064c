"""Each feed by its own newest delivery: its own bound, that of all, or its own rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.landed import landed_tables
from omni_identity.publish.checks import Audit, Finding
from omni_identity.publish.checks.freshness import every_feed_is_fresh

NOW = datetime(2026, 3, 31, 3)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        create_tables(engine, landed_tables(Vocabulary()))
        yield engine


def deliver(engine: DuckDBEngine, channel: str, ages: list[float], rows: int = 50) -> None:
    for version, age in enumerate(ages, 1):
        engine.run(
            "insert into landed.landings values ($channel, 'contacts', 'list', $version, 'x', 'run', $at)",
            {"channel": channel, "version": version, "at": NOW - timedelta(days=age)},
        )
    engine.run(
        "insert into landed.files by name select 1 as file_no, $channel as channel,"
        " 'contacts' as feed, $rows as row_count",
        {"channel": channel, "rows": rows},
    )


def examine(engine: DuckDBEngine, own: float | None = None, **checks: Any) -> Finding:
    feed = {"files": "*.csv", "record_id": "id"}
    shop = {**feed, "max_age_days": own} if own else feed
    channels = [{"name": "web", "contacts": feed}, {"name": "shop", "contacts": shop}]
    configuration = parse_configuration({"version": 1, "channels": channels, "checks": checks})
    return every_feed_is_fresh(Audit(engine, configuration, "run", NOW))


@pytest.mark.parametrize(
    ("ages", "rows", "own", "checks", "is_fresh"),
    [
        ([2.5], 50, None, {}, True),
        ([6], 50, None, {}, False),
        ([8, 7, 6], 50, None, {}, False),
        ([20, 13, 6], 50, None, {}, True),  # weekly
        ([25, 18, 11], 50, None, {}, False),
        ([6], 5, None, {}, True),  # few people
        ([6], 5, None, {"max_age_days": 3}, False),
        ([6], 50, None, {"max_age_days": 7}, True),
        ([6], 50, None, {"max_age_days": None}, True),
        ([6], 5, 5, {}, False),
        ([6], 50, 7, {}, True),
        ([6], 50, 5, {"max_age_days": None}, False),
        ([20, 13, 6], 50, 5, {}, False),
    ],
)
def test_how_long_a_feed_may_be_silent(
    engine: DuckDBEngine,
    ages: list[float],
    rows: int,
    own: float | None,
    checks: dict[str, Any],
    is_fresh: bool,
) -> None:
    deliver(engine, "web", [0.0])
    deliver(engine, "shop", ages, rows)
    passed, finding, facts = examine(engine, own, **checks)
    assert passed == is_fresh, finding
    assert facts["silent_count"] == (0 if is_fresh else 1)
    if not is_fresh:
        assert finding.startswith(f"shop contacts last delivered {ages[-1]:.1f} days ago")


def test_a_feed_that_never_delivered_is_said(engine: DuckDBEngine) -> None:
    deliver(engine, "web", [0.0])
    passed, finding, _ = examine(engine, max_age_days=3)
    assert (passed, finding) == (False, "shop contacts has never delivered")


def test_where_all_are_old_the_check_of_the_newest_of_all_says_so(engine: DuckDBEngine) -> None:
    for channel in ("web", "shop"):
        deliver(engine, channel, [6])
    assert examine(engine)[0]
    assert not examine(engine, own=5)[0]
