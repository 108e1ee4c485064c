"""How many publications stay, and that what was never published is none of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.publish.build import VERSIONS, WITHOUT
from omni_identity.publish.publication import published_run
from omni_identity.publish.retention import versions_to_keep
from omni_identity.publish.runs import begin_run
from tests.worlds import FIRST_NIGHT, World


def versions(world: World) -> set[str]:
    return {path.name for path in (world.home.published / VERSIONS).iterdir()}


@pytest.fixture
def published(tmp_path: Path) -> World:
    """Publications of five runs, the last but one withheld, as folders alone; the last is the current one."""
    world = World(tmp_path)
    with DuckDBEngine(_warehouse(world)) as engine:
        engine.run("create schema ledger")
        engine.run("create table ledger.runs (run_id VARCHAR, run_number BIGINT, status VARCHAR)")
        for number in range(1, 6):
            (world.home.published / VERSIONS / f"run-{number}").mkdir(parents=True)
            status = "withheld" if number == 4 else "published"
            engine.run(
                "insert into ledger.runs values ($run_id, $number, $status)",
                # the order is that of the numbers, not of the names
                {"run_id": f"run-{number}", "number": number, "status": status},
            )
    (world.home.published / "current").symlink_to(f"{VERSIONS}/run-5")
    return world


def _warehouse(world: World) -> Path:
    world.home.warehouse.mkdir(parents=True)
    return world.home.warehouse_file


@pytest.mark.parametrize(
    ("count", "kept"),
    [
        (1, {"run-5"}),
        (2, {"run-5", "run-3"}),
        (3, {"run-5", "run-3", "run-2"}),
        (9, {"run-5", "run-3", "run-2", "run-1"}),
    ],
)
def test_the_current_one_and_those_published_before_it(
    published: World, count: int, kept: set[str]
) -> None:
    with DuckDBEngine(published.home.warehouse_file) as engine:
        assert versions_to_keep(engine, published.home, count) == kept


def test_what_an_erasure_wrote_anew_is_its_run_s(published: World) -> None:
    folder = published.home.published / VERSIONS
    (folder / "run-5").rename(folder / f"run-5{WITHOUT}7")
    current = published.home.published / "current"
    current.unlink()
    current.symlink_to(f"{VERSIONS}/run-5{WITHOUT}7")
    with DuckDBEngine(published.home.warehouse_file) as engine:
        assert versions_to_keep(engine, published.home, 2) == {f"run-5{WITHOUT}7", "run-3"}


def test_before_the_first_publication_there_is_none(published: World) -> None:
    (published.home.published / "current").unlink()
    with DuckDBEngine(published.home.warehouse_file) as engine:
        assert versions_to_keep(engine, published.home, 3) == set()


def test_a_run_begins_with_the_publications_that_are_to_stay(world: World) -> None:
    world.run()
    assert versions(world) == {"run-001", "run-002"}, "the one before stays for its readers"
    (world.home.published / VERSIONS / "never published").mkdir()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        begin_run(engine, world.home, "kept", FIRST_NIGHT + timedelta(days=9), publications=2)
        assert versions(world) == {"run-001", "run-002"}
        begin_run(engine, world.home, "dropped", FIRST_NIGHT + timedelta(days=10))
        assert versions(world) == {"run-002"}
    assert published_run(world.home) == "run-002"
