"""What landed is standardised once: file by file, a few rows of all channels together or many by channel."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.identity import standardised_contacts
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.steps.standardised_contacts import standardise_contacts
from omni_identity.pipeline.warehouse import create_lasting_tables
from tests.worlds import World, deliver_town, person, receipt

TABLE = "landed.standardised_contacts"


@pytest.fixture
def delivered(tmp_path: Path, models: Path) -> World:
    return deliver_town(tmp_path / "home", models)


def standardise(world: World) -> tuple[int, pl.DataFrame]:
    """Land and standardise what is there; how many rows were, and all that now are, as they lie."""
    night = world.night()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        create_lasting_tables(engine, night.configuration)
        for channel, feed in (("web", "contacts"), ("till", "contacts")):
            take_files(channel, feed, engine, night)  # type: ignore[arg-type]
        count = standardise_contacts(engine, night).facts["rows_standardised"]
        return count, engine.fetch(f"select * from {TABLE}")


def run(world: World, sql: str) -> None:
    with DuckDBEngine(world.home.warehouse_file) as engine:
        engine.run(sql)


def test_few_rows_done_together_come_to_the_same_as_many_done_apart(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, together = standardise(delivered)
    assert count == together.height == 70
    run(delivered, f"delete from {TABLE}")
    monkeypatch.setattr(standardised_contacts, "ROWS_TOGETHER", 0)
    again, apart = standardise(delivered)
    assert again == 70
    assert apart.equals(together)


def test_only_files_that_are_new_are_standardised(delivered: World) -> None:
    _, before = standardise(delivered)
    delivered.deliver("web", "2026-04-01", [person(100), person(101)])
    delivered.deliver("till", "2026-04-01", [receipt(100)])
    count, after = standardise(delivered)
    assert count == 3
    assert after.head(before.height).equals(before)
    assert after.tail(3)["source_record_id"].to_list() == ["w100", "w101", "t100"]
    assert standardise(delivered)[0] == 0


def test_changed_rules_standardise_their_channel_anew_and_no_other(delivered: World) -> None:
    _, before = standardise(delivered)
    run(delivered, "update landed.standardising_rules set rules_hash = '' where channel = 'web'")
    count, after = standardise(delivered)
    assert count == 40
    order = ["file_no", "row_number"]
    assert after.sort(order).equals(before.sort(order))


def test_rows_of_a_file_that_went_are_no_reason_to_do_the_others_again(delivered: World) -> None:
    standardise(delivered)
    first = "(select min(file_no) from landed.contacts where channel = 'web')"
    for table in ("contacts", "standardised_contacts"):
        run(delivered, f"delete from landed.{table} where file_no = {first} and row_number < 5")
    assert standardise(delivered)[0] == 0
    for table in ("contacts", "standardised_contacts"):
        run(delivered, f"delete from landed.{table} where channel = 'web'")
    assert standardise(delivered)[0] == 0
