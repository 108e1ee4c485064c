"""Threads without shared IDs, and what carts and orders still hold, on Spark as on DuckDB."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.declared import create_tables
from omni_identity.identity.changes import create_changes
from omni_identity.insight.interaction_lines import create_interaction_lines
from omni_identity.insight.messages import create_messages
from omni_identity.insight.open_items import build_open_items
from omni_identity.insight.order_lines import drop_order_lines, find_order_lines
from omni_identity.insight.threads import find_threads
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import warehouse_tables
from omni_identity.model.tables.landed import landed_tables

NOON = datetime(2026, 3, 1, 12)
FACTS = ("cart_id", "order_id", "ticket_id", "conversation_id", "subject")


def event(
    channel: str, number: str, kind: str, minutes: int, text: str = "", **facts: str
) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minutes)
    row = {"channel": channel, "interaction_id": number, "kind": kind, "occurred_at": at}
    return {"golden_id": "G1", **row, "text": text, **dict.fromkeys(FACTS), **facts}


EVENTS = [
    event("web", "c1", "message", 0, "My parcel is late"),
    event("support", "s1", "call", 10),
    event("whatsapp", "m1", "message", 30, "Any news of the PARCEL?", conversation_id="V1"),
    event("whatsapp", "m2", "message", 40, "I forgot my password", conversation_id="V2"),
    event("support", "s2", "ticket_opened", 9000, ticket_id="T-4711", subject="Refund"),
    event("whatsapp", "m3", "message", 30000, "What of t-4711?"),
    event("web", "b1", "cart", 50000, cart_id="B1"),
    event("web", "b2", "cart", 50001, cart_id="B2"),
    event("till", "o1", "order", 50002, order_id="O1"),
    event("web", "o2", "order", 40002, order_id="O2"),
    event("till", "r2", "return", 40009, order_id="O2"),
]
LINES = [
    ("web", "b1", 1, "P1", "Tent", 1.0, 20.0),
    ("web", "b1", 2, "P2", "Peg", 8.0, 2.5),
    ("till", "o1", 1, "P1", None, None, None),
    ("web", "o2", 1, "P3", "Rope", 2.5, 4.0),
    ("till", "r2", 1, "P3", None, 1.0, None),
]


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    folder = tmp_path_factory.mktemp("context")
    session = open_session("local[2]", SMALL, str(folder / "spark"))
    with (
        DuckDBEngine() as duck,
        SparkEngine(session, folder / "spark.json", driver_rows=0) as spark,
    ):
        yield duck, spark


def results(engine: Engine) -> list[Any]:
    """The threads of the events, and what is open of them."""
    tables = warehouse_tables(Vocabulary())
    create_tables(engine, landed_tables(Vocabulary()))
    create_changes(engine)
    create_interaction_lines(engine)
    create_messages(engine)
    events = pl.DataFrame(EVENTS, infer_schema_length=None)
    said = events.filter(pl.col("text") != "").select("channel", "interaction_id", "text")
    engine.write("derived.messages", said)
    names = (
        "channel",
        "interaction_id",
        "line_number",
        "product_id",
        "product_name",
        "quantity",
        "price",
    )
    lines = pl.DataFrame(LINES, schema=names, orient="row").with_columns(
        pl.col("quantity").cast(pl.Decimal(18, 3)), pl.col("price").cast(pl.Decimal(18, 2))
    )
    engine.write("derived.interaction_lines", lines)
    create_tables(engine, (tables["derived.interactions"],))
    stored = events.drop("text").with_columns(pl.lit("x").alias("thread_id"))
    engine.write("derived.interactions", stored)
    engine.run(
        "create or replace temp table new_interactions as select * from derived.interactions"
    )
    find_threads(engine)
    threads = engine.fetch(
        "select channel, interaction_id, thread_id, thread_probability, thread_reason"
        " from interaction_threads order by channel, interaction_id"
    )
    engine.run("insert into changed.customers select 'G1' as golden_id")
    create_tables(engine, (tables["derived.open_matters"],))
    find_order_lines(engine)
    build_open_items(engine, InsightSettings())
    drop_order_lines(engine)
    items = engine.fetch(
        "select matter, matter_id, amount::double as amount, item_count, products"
        " from derived.open_matters order by matter, matter_id"
    )
    orders = engine.fetch("select count(*) as n from derived.interactions")
    return [threads.rows(), items.rows(), orders.rows()]


def test_threads_and_open_items_are_the_same(both: tuple[Engine, Engine]) -> None:
    duck, spark = both
    expected = results(duck)
    threads = {(channel, number): thread for channel, number, thread, *_ in expected[0]}
    assert threads["whatsapp", "m1"] == threads["support", "s1"] == "web:c1"
    assert threads["whatsapp", "m3"] == "support:s2"
    assert ("cart", "B1", 20.0, 8, ["8 × Peg"]) in expected[1]
    assert results(spark) == expected
