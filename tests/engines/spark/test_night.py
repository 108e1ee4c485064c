"""The same deliveries through both engines: the same golden IDs, the same published tables, night after night."""

from __future__ import annotations

import os
import re
import shutil
import time
from typing import Any

import duckdb
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.linkage.name_frequencies import MOST_NAMES
from omni_identity.linkage.training_pairs import TRAINING_PAIRS
from omni_identity.model.errors import RunFailed
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from omni_identity.pipeline.run_context import utc_now
from omni_identity.restoring import restore_home
from omni_identity.stewardship.judgement_files import RecordKey, Verdict, append_verdict
from tests.engines.spark.conftest import EVENTS
from tests.engines.spark.event_log import read_log
from tests.engines.spark.nights import FIRST, Both, make_both

pytestmark = pytest.mark.timeout(1800)
"""Two whole nights come before the first test, of which Spark's takes minutes, and several on a busy machine."""

MOST_ROWS = 60
"""Rows that a step may bring to the driver. There are 100 records, 200 pairs and 300 interactions or so: what
grows with any of them is more."""
MOST_BYTES = 500_000
"""Of the result of one task, nearly all of which are the figures of its plan, however few the rows: up to 310,000."""
MOST_PRODUCT = 20
"""Rows of the smaller side of a join without an equation: only settings, in one row or one for each attribute."""
EVERY_PAIR = re.compile(r"\(i#\d+ < i#\d+\)$")
"""The one join of all with all: training's sample of strangers, of no more than 900 records."""
ALLOWED = {
    "from distinct_names order by names": MOST_NAMES,
    "group by all order by all": TRAINING_PAIRS,
    "kind, sum(pairs)::bigint as pairs, sum(thousandths)": TRAINING_PAIRS,
    "select floor(match_weight * 8)::bigint as step": 2000,
    "from derived.training_scores where rules": TRAINING_PAIRS,
    "as level, sum(n)::bigint as n from counted group by": 200,
    "from candidate.main.feed_figures where run_id": 1000,
    "from candidate.main.channel_attributes order by channel": 1000,
}
"""But for training: full names, counted comparison vectors, pairs by eighth of a bit, sets of rules that find one;
the levels of all comparisons; and the figures of each feed and channel, as many as omni.yaml maps attributes. With
the most that there can be, however many records there are; of names lots may draw a few more."""

fetched: list[tuple[int, str]] = []
began: list[float] = []
"""When the nights began, in seconds of the epoch."""


def most_rows_of(sql: str) -> int:
    return next((most for words, most in ALLOWED.items() if words in sql), MOST_ROWS)


at_length = pytest.mark.skipif(
    "OMNI_EXAMPLES" not in os.environ, reason="minutes of Spark; set OMNI_EXAMPLES to run it"
)


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Both engines, after the first night."""
    from omni_identity.engines.spark.engine import SparkEngine

    began.append(time.time())
    both = make_both(tmp_path_factory.mktemp("nights"))
    plain = SparkEngine.fetch

    def fetch(engine: Any, sql: str, parameters: Any = None) -> Any:
        frame = plain(engine, sql, parameters)
        fetched.append((frame.height, " ".join(sql.split())))
        return frame

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SparkEngine, "fetch", fetch)
        for place in both.places:
            assert place.run() == []
    return both


def assert_same(both: Both) -> None:
    expected, found = both.duckdb.published(), both.spark.published()
    assert expected.keys() == found.keys()
    for table, rows in expected.items():
        assert found[table] == rows, table


def customers(both: Both) -> list[tuple[str, list[str]]]:
    """On DuckDB, golden IDs with their records, those of most records first."""
    with duckdb.connect(str(both.duckdb.home.published_file), read_only=True) as connection:
        return connection.execute(
            "select golden_id, list(record order by record) as records"
            " from (select golden_id, channel || ':' || source_record_id as record from crosswalk)"
            " group by golden_id order by count(*) desc, golden_id"
        ).fetchall()


def test_the_first_night_publishes_the_same(both: Both) -> None:
    assert_same(both)
    assert len(customers(both)) > 20
    assert both.duckdb.published()["interactions"]


def test_nothing_that_grows_with_the_data_comes_to_the_driver(both: Both) -> None:
    del both
    assert len(fetched) > 100
    assert [f"{rows}: {sql}" for rows, sql in fetched if rows > most_rows_of(sql)] == []


def test_no_row_loops_and_no_products(both: Both) -> None:
    del both
    log = read_log(EVENTS[0], began[0])
    assert len(log.plans) > 200
    assert list(log.nodes("BatchEvalPython")) == []
    assert list(log.nodes("CartesianProduct")) == []
    joins = list(log.nodes("BroadcastNestedLoopJoin"))
    assert sum(EVERY_PAIR.search(join["simpleString"]) is not None for join in joins) == 1
    assert [
        join["simpleString"]
        for join in joins
        if (log.rows_broadcast(join) or 0) > MOST_PRODUCT
        and not EVERY_PAIR.search(join["simpleString"])
    ] == []
    assert max(log.result_bytes.values()) < MOST_BYTES


@at_length
def test_an_increment_a_verdict_and_an_erasure_publish_the_same(both: Both) -> None:
    both.deliver_the_rest()
    (_, records), *_ = customers(both)
    left, right = (RecordKey(*record.split(":", 1)) for record in records[:2])
    verdict = Verdict(FIRST, "different", left, right, "anna", "father and son")
    for place in both.places:
        append_verdict(place.home.judgements, verdict)
        assert place.run() == []
    assert_same(both)
    together = {tuple(sorted(records)) for _, records in customers(both)}
    assert not any({str(left), str(right)} <= set(group) for group in together)

    golden_id, records = customers(both)[0]
    for place in both.places:
        configuration = load_configuration(place.home.configuration)
        target = find_target(place.home, configuration, golden_id)
        assert sorted(map(str, target.person.records)) == sorted(records)
        request_erasure(
            place.home, configuration, Request(golden_id, target.person, "officer", "request 1")
        )
        assert golden_id not in {row[0] for row in place.published()["unified_profiles"]}
        assert place.run() == []
    found = [dict(place.published()) for place in both.places]
    for tables in found:
        tables.pop("erasures")  # their numbers are drawn by lot
    assert found[0] == found[1]


@at_length
def test_a_lost_warehouse_is_rebuilt_from_what_either_engine_published(both: Both) -> None:
    before = both.spark.published()["crosswalk"]
    for place in both.places:
        for name in ("omni.duckdb", "spark.lock"):
            (place.home.warehouse / name).unlink(missing_ok=True)
        shutil.rmtree(place.home.warehouse / "spark", ignore_errors=True)
        with pytest.raises(RunFailed, match="`omni restore`"):
            place.run()
        configuration = load_configuration(place.home.configuration)
        done = restore_home(place.home, configuration, utc_now())
        assert "is rebuilt from the publication" in done[-1]
        assert place.run() == []
    assert both.spark.published()["crosswalk"] == before
    found = [dict(place.published()) for place in both.places]
    for tables in found:
        tables.pop("erasures")
    assert found[0] == found[1]
