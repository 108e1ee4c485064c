"""Rows that are older than ``retention`` keeps them go by themselves, and nothing else changes by how it came about."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from polars.testing import assert_frame_equal
from rich.console import Console

from omni_identity.cli.screens.status import show_status
from omni_identity.engines import Engine
from omni_identity.identity.changes import start_over
from omni_identity.insight.expired_rows import count_expired
from omni_identity.pipeline import declared_access
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.runner import run_steps
from omni_identity.pipeline.sequence import named, steps_of
from omni_identity.pipeline.warehouse import create_lasting_tables, open_warehouse
from omni_identity.publish.publication import mark_published
from omni_identity.publish.runs import begin_run
from tests.erasure.test_erasing import erase
from tests.test_increments import Delivery, script_of, small_world, told_together
from tests.worlds import CONFIGURATION, World, person

TOWNS = 12
SAID = ("", "", "Where is my order?", "Thank you, it came.")
KEPT = "retention: {interactions: {days: 27}, messages: {channels: {web: 4}}}\n"
"""In the first night what happened on the second of February is gone, in the next two what did on the fourth."""
NIGHTS = 2
"""In which files come; behind them is one with nothing new."""


def with_texts(configuration: str) -> str:
    return configuration.replace("store: store}", "store: store, text: said}")


def told(seed: int) -> list[list[Delivery]]:
    """What comes in the nights of some towns, in which things are said."""
    chance = Random(seed)
    script = told_together([script_of(town, Random(f"{seed} {town}")) for town in range(TOWNS)])
    for deliveries, _ in script:
        for feed, rows in deliveries:
            for row in rows if feed == "web_events" else ():
                row["said"] = chance.choice(SAID)
    return [deliveries for deliveries, _ in script[:NIGHTS]]


def require_all_accounted_for(engine: Engine) -> None:
    """Every row of every file of interactions is there, held back, passed over or expired."""
    off = engine.fetch(
        """
        with there as (
            select file_no, count(*) as n from (
                select file_no from landed.interactions union all select file_no from landed.quarantined_rows
            ) group by file_no
        )
        select file_no from landed.files f left join there t using (file_no)
        where feed = 'interactions' and row_count <> coalesce(n, 0) + suppressed_count
            + filtered_count + absent_count + further_count + coalesce(expired_count, 0)
        """
    )
    assert off.height == 0


FROM_LANDED = (
    "select interaction_id, kind, occurred_at, amount, source_record_id, m.text from landed.interactions i"
    " left join landed.messages m using (file_no, row_number)"
)
LANDING = ("deliveries", "landed_interactions/web")
BEHIND_CUSTOMERS = ("interactions", "profiles", "customer_context", "kpis")


def run_some(engine: Engine, night: RunContext, *steps: str) -> None:
    """The steps of a night to which nothing has come but interactions."""
    create_lasting_tables(engine, night.configuration)
    begin_run(engine, night.home, night.run_id, night.now)
    run_steps(engine, night, named(steps_of(night.configuration), *steps))
    if steps != LANDING:
        mark_published(engine, night.run_id)


def test_increments_in_which_rows_expire_are_what_a_full_refresh_gives(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declared_access, "is_checked", False)
    configuration = with_texts(CONFIGURATION) + KEPT
    with small_world(models, configuration) as many, small_world(models, configuration) as once:
        for number, deliveries in enumerate(told(seed=1)):
            for place, (feed, rows) in enumerate(deliveries):
                if feed == "web_events" or not number:
                    for nights in (many, once):
                        nights.world.deliver(feed, f"{number:02}{place:02}", rows)
            if number:
                run_some(many.engine, many.world.night(), *LANDING, *BEHIND_CUSTOMERS)
            else:
                many.run()
            require_all_accounted_for(many.engine)
        last = many.world.night()  # to which nothing has come
        run_some(many.engine, last, *BEHIND_CUSTOMERS)
        assert {"web/interactions", "web/messages"} == set(count_expired(many.engine, last.run_id))
        incremental = many.tables()
        start_over(many.engine)
        many.world.nights -= 1
        many.run()
        for name, frame in many.tables().items():
            assert_frame_equal(incremental[name], frame, check_exact=True)

        # what is kept is what is young enough of all that ever landed
        run_some(once.engine, once.world.night(), *LANDING)
        young = (
            f"select * replace (case when occurred_at >= $said then text end as text) from ({FROM_LANDED})"
            " where occurred_at >= $happened order by all"
        )
        since = {"happened": last.now - timedelta(days=27), "said": last.now - timedelta(days=4)}
        expected = once.engine.fetch(young, since)
        assert 0 < expected["text"].count() < expected.height
        assert_frame_equal(many.engine.fetch(f"{FROM_LANDED} order by all"), expected)


LINES = """    lines:
      files: landing/web_lines/*.csv
      interaction_id: event
      mapping: {product_id: sku}
"""


def order(number: int, contact: int, at: str, **columns: Any) -> dict[str, Any]:
    return {
        "event": f"e{number}",
        "id": f"w{contact}",
        "kind": "order",
        "at": f"{at}T12:00:00Z",
        "amount": "10.00",
        "currency": "USD",
        "said": f"words of e{number}",
        **columns,
    }


def kept(world: World) -> tuple[list[str], list[str], list[str]]:
    """The published interactions, lines and messages."""
    tables = ("interactions", "interaction_lines", "messages")
    found = [
        world.read(f"select interaction_id as x from {t} order by x")["x"].to_list() for t in tables
    ]
    return found[0], found[1], found[2]


def test_what_has_expired_is_gone_everywhere_and_stays_so(tmp_path: Path, models: Path) -> None:
    configuration = with_texts(CONFIGURATION).replace("  - name: till", f"{LINES}  - name: till")
    bounds = "retention: {interactions: {days: DAYS}, messages: {channels: {web: 2}}}\n"
    world = World.make(tmp_path / "home", configuration + bounds.replace("DAYS", "27"), models)
    world.deliver("web", "1", [person(n) for n in range(20)])
    old, older = order(1, 1, "2026-02-02"), order(2, 1, "2026-02-03")
    first = world.deliver("web_events", "1", [old, older, order(3, 2, "2026-02-28")])
    lines = world.root / "landing" / "web_lines" / "1.csv"
    lines.parent.mkdir()
    lines.write_text("event,sku\ne1,A\ne2,B\ne3,C\n")
    assert [result.name for result in world.run() if not result.passed] == []
    assert kept(world) == (["e2", "e3"], ["e2", "e3"], ["e3"])

    # nothing but the first again, with another amount
    world.deliver("web_events", "2", [old | {"amount": "11.00"}])
    found = {result.name: result for result in world.run()}["no_row_outlives_its_retention"]
    assert (found.passed, found.finding) == (
        True,
        "expired in this run: web/interactions 2, web/lines 1, web/messages 1",
    )
    assert kept(world) == (["e3"], ["e3"], [])
    orders = world.read("select sum(order_count)::int as n from unified_profiles")["n"].to_list()
    assert orders == [1]
    console = Console(record=True, width=200)
    show_status(console, world.home, 1)
    assert found.finding.partition(": ")[2] in console.export_text()

    # a longer bound brings back what is delivered anew, and nothing else
    (world.root / "omni.yaml").write_text(configuration + bounds.replace("DAYS", "100"))
    world.deliver("web_events", "3", [older])
    night = world.night()
    with open_warehouse(night) as engine:
        steps = named(steps_of(night.configuration), *LANDING, "interactions")
        run_steps(engine, night, steps)
        back = engine.fetch("select interaction_id as x from derived.interactions order by x")
    assert back["x"].to_list() == ["e2", "e3"]

    # who is erased is taken out of delivered files too where their rows had expired
    assert "e1,w1" in first.read_text()
    erase(world.home, "web:w1")
    assert [line.partition(",")[0] for line in first.read_text().splitlines()] == ["event", "e3"]
