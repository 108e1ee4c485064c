"""Every past crosswalk is rebuilt exactly from the changes alone, through merges, splits and deletions."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.identity.crosswalk_history import begin_crosswalk_history
from omni_identity.model.tables.changes import SETTLED_TABLES
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import World, person, receipt, run_until_candidate


@pytest.fixture
def world(tmp_path: Path, models: Path) -> World:
    """Ten people in the web shop; nothing has run."""
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "1", [person(n) for n in range(10)])
    return world


def judge(world: World, judgement: str) -> None:
    world.home.judgements.mkdir(exist_ok=True)
    (world.home.judgements / "stewards.csv").write_text(
        "judgement,channel_l,source_record_id_l,channel_r,source_record_id_r\n"
        f"{judgement},web,w1,till,t1\n"
    )


def as_of(world: World, run_id: str) -> dict[str, str]:
    found = world.read(
        "select channel || ':' || source_record_id, golden_id"
        f" from crosswalk_as_of('{run_id}') order by all"
    )
    return dict(found.iter_rows())


def test_every_past_crosswalk_is_rebuilt_and_redirects_never_chain(world: World) -> None:
    stranger = receipt(70)
    till = [receipt(n) for n in range(8)]
    bridge = stranger | {
        "name": "Noah Dunleavy",
        "email": person(3)["email"],
        "phone": person(3)["phone"],
    }
    past: dict[str, dict[str, str]] = {}

    def night(rows: list[dict[str, object]]) -> None:
        world.deliver("till", f"{world.nights:04}", rows)
        # an operator lets through that half of the snapshot's records are gone
        world.run(accept_changes=True)
        past[f"run-{world.nights:03}"] = world.golden_ids()
        redirects = world.read("select * from golden_id_redirects")
        live = set(world.golden_ids().values())
        assert not set(redirects["retired_golden_id"]) & live
        assert set(redirects["golden_id"]) - {None} <= live

    night([*till, stranger])
    night([*till, bridge])  # two customers become one
    night([*till, stranger])  # and two again
    night(till[4:])  # five records are gone
    judge(world, "different")
    night(till)  # four come back, one of them by itself
    judge(world, "same")
    night([*till, bridge])
    night([*till, bridge])  # nothing new

    assert [len(set(past[run].values())) for run in sorted(past)] == [11, 10, 11, 10, 11, 10, 10]
    for run, crosswalk in past.items():
        assert as_of(world, run) == dict(sorted(crosswalk.items())), run
    counts = world.read(
        "select run_id, count(*) as n from crosswalk_changes group by run_id order by run_id"
    )
    assert [n for _, n in counts.rows()][:2] == [19, 1]
    assert "run-007" not in counts["run_id"].to_list()
    assert as_of(world, "no such run") == {}


def test_a_run_that_published_nothing_is_what_consumers_went_on_reading(world: World) -> None:
    world.run()
    before = world.golden_ids()
    world.deliver("web", "2", [person(n) for n in range(40, 43)])
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
    world.run()
    assert len(world.golden_ids()) == len(before) + 3
    assert as_of(world, night.run_id) == before


def test_a_home_of_before_there_was_a_history_begins_with_its_last_publication(
    world: World,
) -> None:
    world.run()
    now = world.golden_ids()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        engine.run("drop table settled.crosswalk_changes")
        create_tables(engine, SETTLED_TABLES)
        begin_crosswalk_history(engine)
        begin_crosswalk_history(engine)
        kept = engine.fetch("select distinct run_id from settled.crosswalk_changes")["run_id"]
    assert kept.to_list() == [f"run-{world.nights:03}"]
    world.run()
    assert as_of(world, f"run-{world.nights:03}") == now
