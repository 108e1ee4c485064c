"""A home's warehouse read with DuckDB, whichever engine keeps it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.reading import attached_warehouse, has_warehouse, held_warehouse
from omni_identity.engines.spark.warehouse import locked
from omni_identity.model.errors import HomeIsBusy
from omni_identity.model.home import Home
from tests.engines.iceberg_tables import record_tables, tables_in


@pytest.fixture
def spark_home(tmp_path: Path) -> Home:
    """A home with a warehouse of Iceberg tables."""
    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    home.spark_lock.write_text(f"{tmp_path / 'elsewhere'}\niceberg\n")
    early = pa.table(
        {"run id": ["a"], "started_at": [datetime(2026, 1, 2)], "phones": [["1", "2"]]}
    )
    late = pa.table({"run id": ["b"], "count": [7]})
    with tables_in(tmp_path / "elsewhere") as catalog:
        runs = catalog.create_table("ledger.runs", early.schema)
        runs.append(early)
        with runs.update_schema() as schema:
            schema.union_by_name(late.schema)
        runs.append(late)
        customers = catalog.create_table("derived.customers", pa.schema({"record_no": pa.int64()}))
        record_tables(home, {"ledger.runs": runs, "derived.customers": customers})
    return home


@pytest.fixture
def duckdb_home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    with DuckDBEngine(home.warehouse_file) as engine:
        engine.run("create schema ledger")
        engine.run("create table ledger.runs as select 'a' as run_id")
    return home


def test_a_home_without_a_run_has_none(tmp_path: Path) -> None:
    assert not has_warehouse(Home(tmp_path))


def test_sparks_tables_are_views_in_duckdbs_types(spark_home: Home) -> None:
    assert has_warehouse(spark_home)
    with (
        DuckDBEngine() as engine,
        attached_warehouse(engine, spark_home, "warehouse") as tables,
    ):
        assert tables == {"ledger.runs", "derived.customers"}
        rows = engine.connection.execute('from warehouse.ledger.runs order by "run id"').fetchall()
        assert rows == [
            ("a", datetime(2026, 1, 2), ["1", "2"], None),
            ("b", None, None, 7),
        ]
        kinds = engine.connection.execute("describe warehouse.ledger.runs").fetchall()
        assert [kind for _, kind, *_ in kinds] == ["VARCHAR", "TIMESTAMP", "VARCHAR[]", "BIGINT"]
        assert engine.fetch("from warehouse.derived.customers").schema == {"record_no": pl.Int64}


def test_duckdbs_tables_are_its_own(duckdb_home: Home) -> None:
    assert has_warehouse(duckdb_home)
    with (
        DuckDBEngine() as engine,
        attached_warehouse(engine, duckdb_home, "warehouse") as tables,
    ):
        assert tables == {"ledger.runs"}
        assert engine.fetch("from warehouse.ledger.runs")["run_id"].to_list() == ["a"]


def test_readers_read_together_and_keep_no_one_but_a_writer_out(spark_home: Home) -> None:
    with DuckDBEngine() as one, attached_warehouse(one, spark_home, "warehouse"):
        with DuckDBEngine() as other, attached_warehouse(other, spark_home, "warehouse"):
            pass
        with pytest.raises(HomeIsBusy), locked(spark_home.spark_lock):
            pass
    with (
        locked(spark_home.spark_lock),
        DuckDBEngine() as late,
        pytest.raises(HomeIsBusy),
        attached_warehouse(late, spark_home, "warehouse"),
    ):
        pass


def test_holding_a_home_keeps_readers_out_and_makes_no_other_warehouse(spark_home: Home) -> None:
    with (
        held_warehouse(spark_home),
        DuckDBEngine() as engine,
        pytest.raises(HomeIsBusy),
        attached_warehouse(engine, spark_home, "warehouse"),
    ):
        pass
    assert not spark_home.warehouse_file.exists()
