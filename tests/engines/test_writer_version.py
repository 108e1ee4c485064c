"""A warehouse that a later version wrote is left alone, in words that say which version it takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine, writer_version
from omni_identity.engines.reading import attached_warehouse, held_warehouse
from omni_identity.engines.writer_version import own_version
from omni_identity.model.errors import HomeIsBusy, WarehouseIsNewer
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from tests.engines.iceberg_tables import record_tables, tables_in

CHANNEL = {"name": "web", "contacts": {"files": "landing/*.csv", "record_id": "id"}}
CONFIGURATION = parse_configuration({"version": 1, "channels": [CHANNEL]})

Act = Callable[[Home], None]


def be(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """From now on this package is of that version."""
    monkeypatch.setattr(writer_version, "own_version", lambda: version)


def write(home: Home) -> None:
    with open_engine(home, CONFIGURATION) as engine:
        engine.run("create or replace table ledger.told as select 1 as x")


def look(home: Home) -> None:
    with DuckDBEngine() as engine:
        # twice: what refused is not left attached
        for _ in range(2):
            try:
                with attached_warehouse(engine, home, "warehouse") as tables:
                    assert "ledger.told" in tables
            except WarehouseIsNewer as error:
                refused = error
                continue
            return
        raise refused


def hold(home: Home) -> None:
    held: AbstractContextManager[None] = held_warehouse(home)
    with held:
        pass


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that version 0.10.0 wrote."""
    place = Home(tmp_path)
    be(monkeypatch, "0.10.0")
    write(place)
    return place


@pytest.mark.parametrize("act", [write, look, hold])
@pytest.mark.parametrize("older", ["0.9.9", "0.10.0rc1", "0.1.0"])
def test_an_older_version_refuses_and_changes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, act: Act, older: str
) -> None:
    before = home.warehouse_file.read_bytes()
    be(monkeypatch, older)
    with pytest.raises(WarehouseIsNewer) as refused:
        act(home)
    assert refused.value.exit_code == 2
    assert "by omni-identity 0.10.0, and" in str(refused.value)
    assert f"this is {older}" in str(refused.value)
    assert 'pip install "omni-identity>=0.10.0"' in str(refused.value)
    assert home.warehouse_file.read_bytes() == before


@pytest.mark.parametrize("later", ["0.10.0", "0.10.1", "0.11.0.dev1", "1.0"])
def test_the_same_and_every_later_version_take_it_and_sign_when_they_write(
    home: Home, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    be(monkeypatch, later)
    look(home)
    hold(home)
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        assert warehouse.sql("from ledger.writer").fetchall() == [("0.10.0",)]
    write(home)
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        assert warehouse.sql("from ledger.writer").fetchall() == [(later,)]


def test_a_warehouse_from_before_there_were_versions_is_taken(home: Home) -> None:
    with duckdb.connect(str(home.warehouse_file)) as warehouse:
        warehouse.sql("drop table ledger.writer")
    for act in (look, hold, write, look):
        act(home)


def test_a_signature_that_is_no_version_is_not_taken_for_an_older_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, "nightly-2031")
    with pytest.raises(WarehouseIsNewer):
        write(home)


def test_the_warehouse_of_spark_is_refused_by_who_reads_it_without_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa

    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    home.spark_lock.write_text(f"{tmp_path / 'elsewhere'}\niceberg\n")
    rows = pa.table({"version": ["0.10.0"]})
    with tables_in(tmp_path / "elsewhere") as catalog:
        writer = catalog.create_table("ledger.writer", rows.schema)
        writer.append(rows)
        record_tables(home, {"ledger.writer": writer})
    be(monkeypatch, "0.9.0")
    for act in (look, hold):
        with pytest.raises(WarehouseIsNewer, match=r"0\.10\.0"):
            act(home)


def test_a_file_of_a_later_duckdb_is_not_called_busy(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Trying to read a database file with version number 99, but we can only read blocks of 64 to 68"

    def connect(*_: object, **__: object) -> None:
        raise duckdb.IOException(words)

    with DuckDBEngine() as engine:
        monkeypatch.setattr(duckdb, "connect", connect)
        with pytest.raises(WarehouseIsNewer, match="later version of DuckDB"):
            write(home)

        def run(*_: object) -> None:
            raise duckdb.IOException(words)

        monkeypatch.setattr(engine, "run", run)
        with (
            pytest.raises(WarehouseIsNewer, match="later version of DuckDB"),
            attached_warehouse(engine, home, "warehouse"),
        ):
            pass


def test_a_busy_home_is_still_called_busy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise duckdb.IOException("Could not set lock on file")

    monkeypatch.setattr(duckdb, "connect", connect)
    with pytest.raises(HomeIsBusy):
        write(home)


def test_this_package_has_a_version() -> None:
    assert own_version()[0].isdigit()
