from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.discovery import source_rows
from omni_identity.discovery.source_rows import read_rows, write_first_rows
from tests.channels.fetching.conftest import Shop


def test_no_more_is_read_of_very_wide_rows_than_the_bound(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop("""
        create view shop.pictures as
        select n as id, repeat('x', 1000000) as picture from generate_series(1, 100) n
    """)
    monkeypatch.setattr(source_rows, "MOST_BYTES", 20_000_000)
    found = read_rows(DatabaseSource(url_env="SHOP_DSN", table="shop.pictures"))
    assert 20 <= found.num_rows < 60
    whole = read_rows(DatabaseSource(url_env="SHOP_DSN", query="select 1 as id -- all"))
    assert whole.to_pylist() == [{"id": 1}]


def test_the_first_rows_are_written_as_a_run_writes_them(shop: Shop, tmp_path: Path) -> None:
    shop("""
        create table shop.people (id int, balance money, tags text[], born date, seen timestamptz);
        insert into shop.people
        select n, 12.5, array['a', 'b'], '1980-02-03', '2024-05-06 07:08+02' from generate_series(1, 2000) n
    """)
    path = tmp_path / "new" / "first_rows.parquet"
    write_first_rows(DatabaseSource(url_env="SHOP_DSN", table="shop.people"), path)
    rows = pl.read_parquet(path)
    assert rows.height == source_rows.SAMPLE_ROWS
    assert rows["balance"][0] == "12.50"
    assert rows["tags"][0].to_list() == ["a", "b"]
    assert path.stat().st_mode & 0o077 == 0
