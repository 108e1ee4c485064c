"""The table the other tools get holds the current records, cleaned as anyone would."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.accuracy.common_table import clean, write_tables
from benchmarks.accuracy.mapping import Mapping, write_home
from benchmarks.accuracy.tool_goldenmatch import clusters_of, reshape


def raw(**columns: list[object]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    keys = {"channel": ["till"] * height, "source_record_id": [str(n) for n in range(height)]}
    return pl.DataFrame({**keys, **columns})


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Ann Lee", ("ann", None, "lee")),
        (" LEE,  Ann ", ("ann", None, "lee")),
        ("Ann Mary Jo Lee", ("ann", "mary jo", "lee")),
        ("Ann", ("ann", None, None)),
        ("", (None, None, None)),
    ],
)
def test_full_names_are_split(written: str, parts: tuple[str | None, ...]) -> None:
    table = clean(raw(full_name=[written, "Bo Mid Poe"]), ())
    assert table.select("first_name", "middle_name", "last_name").row(0) == parts
    assert "full_name" not in table.columns


def test_names_that_are_apart_stay() -> None:
    table = clean(raw(first_name=["Ann"], last_name=["Lee"], full_name=["Dr Who"]), ())
    assert table.select("first_name", "last_name").row(0) == ("ann", "lee")


def test_dates_are_read_by_the_format_that_fits_the_channel() -> None:
    table = clean(raw(birth_date=["01/02/1990", "13/02/1990", "1990", None]), ())
    assert table["birth_date"].to_list() == ["1990-02-01", "1990-02-13", "1990", None]


def test_identifiers_have_a_first_and_a_second_column() -> None:
    table = clean(
        raw(email=[["A@x.com", "b@x.com"], []], phone=[["+1 (212) 555-0100"], None]),
        ("email", "phone"),
    )
    assert table["email"].to_list() == ["a@x.com", None]
    assert table["email_2"].to_list() == ["b@x.com", None]
    assert table["phone"].to_list() == ["2125550100", None]
    assert "phone_2" not in table.columns, "columns without a value are left out"


def test_the_tables_are_made_of_a_home_s_current_records_and_leaves_the_home_alone(
    tmp_path: Path,
) -> None:
    records = pl.DataFrame(
        {"unique_id": [1, 2], "cluster": [1, 1], "name": ["ANN", "Anne"], "dob": ["19900201"] * 2}
    )
    home = tmp_path / "home"
    write_home(home, records, Mapping({"first_name": ("name",), "birth_date": ("dob",)}))
    write_tables(home, tmp_path / "scratch", tmp_path)
    assert pl.read_parquet(tmp_path / "common.parquet").rows() == [
        ("records", "1", "ann", "1990-02-01"),
        ("records", "2", "anne", "1990-02-01"),
    ]
    delivered = pl.read_parquet(tmp_path / "delivered.parquet")
    assert delivered.columns == ["channel", "source_record_id", "name", "dob"]
    assert delivered["name"].to_list() == ["ANN", "Anne"]
    assert not (home / "warehouse").exists()


def test_goldenmatch_s_shapes() -> None:
    table = pl.DataFrame(
        {"first_name": ["ann", None], "last_name": ["lee", "poe"], "email": [None, "e"]}
    )
    assert reshape(table, "parts").equals(table)
    assert reshape(table, "full_name").rows() == [("ann lee", ""), ("poe", "e")]


def test_a_record_in_no_cluster_is_alone() -> None:
    table = raw(first_name=["a", "b", "c"])
    found = clusters_of(table, {7: {"members": [0, 2]}})
    first, second, third = found["golden_id"].to_list()
    assert first == third == 7
    assert second not in (7, None)
