"""Deliveries of one feed: each whole and in its turn, though the next is read while one is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from omni_identity import nightly
from omni_identity.channels import intake
from omni_identity.channels.batches import Batch
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.readers import read_contacts
from omni_identity.engines import DuckDBEngine
from tests.worlds import World, person


@pytest.fixture
def delivered(tmp_path: Path) -> World:
    """Three files of the web shop beside its empty one, each with a row that is held back."""
    world = World.make(tmp_path / "home")
    for day in range(1, 4):
        rows = [person(10 * day + n) for n in range(3)]
        world.deliver("web", f"000{day}", [rows[0], {**rows[1], "id": ""}, rows[2]])
    return world


def land(world: World) -> tuple[list[str], DuckDBEngine]:
    """Land the web shop's contacts; the names of the files in the order in which they were taken."""
    night, told = world.night(), list[str]()
    engine = DuckDBEngine(world.home.warehouse_file)
    nightly.create_lasting_tables(engine, night.configuration)
    try:
        nightly.land_feed(engine, night, "web", "contacts", told.append)
    except BaseException:
        engine.close()
        raise
    return [Path(path).stem for path in told], engine


def test_files_and_rows_come_in_their_order(delivered: World) -> None:
    told, engine = land(delivered)
    with engine:
        assert told == ["0000", "0001", "0002", "0003"]
        rows = engine.fetch("select file_no, row_number, source_record_id from landed.contacts")
        assert rows.rows() == [
            (day + 1, row, f"w{10 * day + row - 1}") for day in range(1, 4) for row in (1, 3)
        ]
        held = engine.fetch(
            "select file_no, row_number, quarantine_number from landed.quarantined_rows"
        )
        assert held.rows() == [(2, 2, 1), (3, 2, 1), (4, 2, 1)]


def failing_on(name: str) -> Callable[..., Iterator[Batch]]:
    """A reader that gives the first batch of the file of that name and fails."""

    def read(delivery: Delivery, *others: object) -> Iterator[Batch]:
        yield from read_contacts(delivery, *others)  # type: ignore[arg-type]
        if delivery.path.endswith(name):
            raise RuntimeError(f"{name} cannot be read")

    return read


@pytest.mark.parametrize(("rows_together", "standing"), [(1, [1, 2]), (1000, [])])
def test_a_reader_that_fails_leaves_what_was_committed_before_and_nothing_of_its_own(
    delivered: World, monkeypatch: pytest.MonkeyPatch, rows_together: int, standing: list[int]
) -> None:
    monkeypatch.setattr(intake, "ROWS_TOGETHER", rows_together)
    monkeypatch.setattr(intake, "read_contacts", failing_on("0002.csv"))
    with pytest.raises(RuntimeError, match=r"0002\.csv cannot be read"):
        land(delivered)
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]

    monkeypatch.undo()
    with DuckDBEngine(delivered.home.warehouse_file) as engine:
        files = engine.fetch("select file_no from landed.files order by file_no")["file_no"]
        assert files.to_list() == standing
    told, engine = land(delivered)
    engine.close()
    assert told == ["0000", "0001", "0002", "0003"][len(standing) :]


def test_a_failing_write_ends_the_reading(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(engine: DuckDBEngine, table: str, frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DuckDBEngine, "write", refuse)
    with pytest.raises(KeyboardInterrupt):
        land(delivered)
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_a_content_that_comes_twice_is_read_once(delivered: World) -> None:
    again = delivered.root / "landing" / "web" / "0002.copy.csv"
    again.write_bytes((again.parent / "0002.csv").read_bytes())
    _, engine = land(delivered)
    with engine:
        assert engine.fetch("select count(*) as n from landed.contacts")["n"][0] == 6
        assert engine.fetch("select count(*) as n from landed.files")["n"][0] == 4
        assert engine.fetch("select count(*) as n from landed.landings")["n"][0] == 5
