from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.fetching.database_tables import fetch_table
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE
from omni_identity.model import postgres_addresses
from tests.channels.fetching.conftest import Shop

CUSTOMERS = """
    create table shop.customers (id bigint primary key, mail text, updated_at timestamptz);
    insert into shop.customers values
        (1, 'ada@example.com', '2026-01-01 10:00+00'), (2, 'bo@example.com', '2026-01-02 10:00+00')
"""


def fetch(folder: Path, **settings: Any) -> FileFault | None:
    if "query" not in settings:
        settings.setdefault("table", "shop.customers")
    source = DatabaseSource.model_validate({"url_env": "SHOP_DSN", **settings})
    return fetch_table(source, folder)


def files(folder: Path) -> list[list[tuple[Any, ...]]]:
    """The rows of each file, by its number."""
    return [pl.read_parquet(path).sort("id").rows() for path in sorted(folder.glob("*.parquet"))]


def ids(folder: Path) -> list[list[int]]:
    paths = sorted(folder.glob("*.parquet"))
    return [sorted(pl.read_parquet(path, columns=["id"])["id"]) for path in paths]


def test_only_what_changed_is_read_again(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    for _ in range(3):
        assert fetch(tmp_path, cursor="updated_at") is None
        assert ids(tmp_path) == [[1, 2]]
    shop("""
        update shop.customers set mail = 'ada@example.org', updated_at = '2026-01-03' where id = 1;
        insert into shop.customers values (3, 'cy@example.com', '2026-01-03')
    """)
    for _ in range(2):
        assert fetch(tmp_path, cursor="updated_at") is None
        assert ids(tmp_path) == [[1, 2], [1, 3]]
    assert files(tmp_path)[1][0][1] == "ada@example.org"


def test_a_transaction_that_ended_late_is_not_passed_over(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    fetch(tmp_path, cursor="updated_at")
    shop("insert into shop.customers values (3, 'cy@example.com', '2026-01-02 09:30+00')")
    shop("insert into shop.customers values (4, 'di@example.com', '2026-01-02 08:30+00')")
    fetch(tmp_path, cursor="updated_at")
    assert ids(tmp_path) == [[1, 2], [3]]
    fetch(tmp_path, cursor="updated_at", overlap=120)
    assert ids(tmp_path) == [[1, 2], [3], [4]]


@pytest.mark.parametrize(
    ("kind", "first", "then"),
    [
        ("bigint", "100", "101"),
        ("date", "'2026-01-05'", "'2026-01-06'"),
        ("timestamp", "'2026-01-05 10:00'", "'2026-01-05 10:00:00.000001'"),
        ("timestamptz", "'2026-01-05 10:00+05'", "'2026-01-05 10:00+04'"),
    ],
)
@pytest.mark.parametrize("overlap", [0, None])
def test_a_cursor_is_a_time_a_date_or_a_number(
    shop: Shop, tmp_path: Path, kind: str, first: str, then: str, overlap: int | None
) -> None:
    shop(f"create table shop.customers (id bigint, changed {kind})")
    shop(f"insert into shop.customers values (1, {first})")
    assert fetch(tmp_path, cursor="changed", overlap=overlap) is None
    shop(f"insert into shop.customers values (2, {then}), (3, {first})")
    assert fetch(tmp_path, cursor="changed", overlap=overlap) is None
    assert ids(tmp_path) == [[1], [2, 3]]


def test_rows_without_a_value_of_the_cursor_are_read_by_every_run(
    shop: Shop, tmp_path: Path
) -> None:
    shop(CUSTOMERS)
    shop("insert into shop.customers values (3, 'cy@example.com', null)")
    for _ in range(3):
        fetch(tmp_path, cursor="updated_at")
    assert ids(tmp_path)[0] == [1, 2, 3]
    assert len(ids(tmp_path)) <= 2
    shop("update shop.customers set mail = 'cy@example.org' where id = 3")
    fetch(tmp_path, cursor="updated_at")
    assert ids(tmp_path)[-1] == [3]


def test_a_time_in_the_future_hides_nothing_that_comes_after(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    shop("insert into shop.customers values (3, 'x', '2099-01-01'), (4, 'y', 'infinity')")
    shop("insert into shop.customers values (6, 'x', '-infinity'), (7, 'y', '0044-03-15 BC')")
    assert fetch(tmp_path, cursor="updated_at") is None
    shop("insert into shop.customers values (5, 'z', '2026-01-03')")
    assert fetch(tmp_path, cursor="updated_at") is None
    assert ids(tmp_path) == [[1, 2, 3, 4, 6, 7], [5]]


def test_without_a_cursor_all_rows_are_a_file_whenever_one_differs(
    shop: Shop, tmp_path: Path
) -> None:
    shop(CUSTOMERS)
    for _ in range(2):
        assert fetch(tmp_path) is None
        assert ids(tmp_path) == [[1, 2]]
    shop("delete from shop.customers where id = 1")
    fetch(tmp_path)
    assert ids(tmp_path) == [[1, 2], [2]]
    shop("delete from shop.customers")
    fetch(tmp_path)
    assert ids(tmp_path) == [[1, 2], [2], []]


def test_lost_files_and_another_source_are_read_from_the_beginning(
    shop: Shop, tmp_path: Path
) -> None:
    shop(CUSTOMERS)
    fetch(tmp_path, cursor="updated_at")
    for path in tmp_path.glob("*.parquet"):
        path.unlink()
    fetch(tmp_path, cursor="updated_at")
    assert [path.name for path in tmp_path.glob("*.parquet")] == ["00000002.parquet"]
    fetch(tmp_path, cursor="updated_at", query="select * from shop.customers where id = 1;")
    assert ids(tmp_path) == [[1, 2], [1]]
    (tmp_path / ".state.json").write_text("{")
    fetch(tmp_path, cursor="updated_at")
    assert ids(tmp_path) == [[1, 2], [1], [1, 2]]


def test_a_run_that_was_killed_before_its_state_was_written_loses_nothing(
    shop: Shop, tmp_path: Path
) -> None:
    shop(CUSTOMERS)
    fetch(tmp_path, cursor="updated_at")
    before = (tmp_path / ".state.json").read_text()
    shop("insert into shop.customers values (3, 'cy@example.com', '2026-01-03')")
    fetch(tmp_path, cursor="updated_at")
    (tmp_path / ".state.json").write_text(before)
    shop("insert into shop.customers values (4, 'di@example.com', '2026-01-04')")
    fetch(tmp_path, cursor="updated_at")
    assert ids(tmp_path) == [[1, 2], [3], [4]]


VALUES = [
    ("numeric(12,2)", "12.50", "12.50"),
    ("numeric", "12345678901234567890.123456789", "12345678901234567890.123456789"),
    ("money", "1234.56::money", "1234.56"),
    ("bigint", "9007199254740993", "9007199254740993"),
    ("real", "0.1", "0.1"),
    ("double precision", "0.1", "0.1"),
    ("boolean", "true", "true"),
    ("char(5)", "'ab'", "ab   "),
    ("text", "'Zoë, \"Q\"'", 'Zoë, "Q"'),
    ("timestamp", "'2026-01-02 03:04:05.5'", "2026-01-02T03:04:05.500000"),
    ("timestamptz", "'2026-01-02 03:04:05+02'", "2026-01-02T01:04:05.000000Z"),
    ("date", "'1961-02-28'", "1961-02-28"),
    ("time", "'03:04:05'", "03:04:05"),
    ("timetz", "'03:04:05+02'", "03:04:05+02"),
    ("interval", "'1 day 2 hours'", "1 day 02:00:00"),
    ("uuid", "'6f9619ff-8b86-d011-b42d-00c04fc964ff'", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
    ("json", "'{\"a\": [1]}'", '{"a": [1]}'),
    ("jsonb", "'{\"a\":[1]}'", '{"a": [1]}'),
    ("xml", "'<a/>'", "<a/>"),
    ("bytea", "'\\xdeadbeef'", "\\xdeadbeef"),
    ("inet", "'10.0.0.1'", "10.0.0.1/32"),
    ("shop.tier", "'gold'", "gold"),
    ("shop.address", "'q@example.com'", "q@example.com"),
    ("text[]", "'{\"x, y\",z,null}'", ["x, y", "z", None]),
    ("int[]", "'{1,2}'", ["1", "2"]),
    ("numeric[]", "'{1.50,2}'", ["1.50", "2"]),
    (
        "uuid[]",
        "'{6f9619ff-8b86-d011-b42d-00c04fc964ff}'",
        ["6f9619ff-8b86-d011-b42d-00c04fc964ff"],
    ),
    ("shop.tier[]", "'{gold,plain}'", ["gold", "plain"]),
    ("int4range", "'[1,3)'", "[1,3)"),
]


def test_values_of_every_type_are_read_as_the_database_writes_them(
    shop: Shop, tmp_path: Path
) -> None:
    from pyarrow import parquet

    from omni_identity.channels.parquet_values import as_text

    shop("create type shop.tier as enum ('gold', 'plain'); create domain shop.address as text")
    columns = ", ".join(f'"{kind} column" {kind}' for kind, _, _ in VALUES)
    literals = ", ".join(literal for _, literal, _ in VALUES)
    nulls = ", ".join("null" for _ in VALUES)
    shop(f"create table shop.customers ({columns})")
    shop(f"insert into shop.customers values ({literals}), ({nulls})")
    assert fetch(tmp_path) is None
    table = parquet.read_table(tmp_path / "00000001.parquet")
    found = {name: as_text(table[name], name)[0].to_list() for name in table.column_names}
    expected = {f"{kind} column": [value, None] for kind, _, value in VALUES}
    assert found == expected


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"table": "shop.custmers"}, "no such table"),
        ({"query": "select mial from shop.customers"}, "no such column"),
        ({"query": "selct 1"}, "does not understand the query"),
        ({"query": "select mail::int as n from shop.customers"}, "reading broke off"),
        ({"cursor": "changed"}, "no column 'changed'"),
        ({"cursor": "mail"}, "no time, date or whole number"),
        ({"query": "delete from shop.customers returning *"}, "does not understand the query"),
    ],
)
def test_what_the_database_refuses_is_said_without_a_value(
    shop: Shop, tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    shop(CUSTOMERS)
    fault = fetch(tmp_path, **settings)
    assert fault is not None
    assert fault.reason_code == UNREACHABLE_SOURCE
    assert words in fault.detail
    said = fault.detail + fault.advice + str(fault)
    assert not any(secret in said for secret in ("ada@", "open-sesame", "tester"))
    assert not list(tmp_path.glob("*.parquet"))
    assert not list(tmp_path.glob(".*.part"))


def test_it_only_reads(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    shop("""
        create function shop.meddle() returns setof shop.customers language sql as
        'delete from shop.customers returning *'
    """)
    assert fetch(tmp_path, query="select * from shop.meddle()") is not None
    assert fetch(tmp_path) is None
    assert ids(tmp_path) == [[1, 2]]


def test_a_query_that_takes_too_long_is_given_up(shop: Shop, tmp_path: Path) -> None:
    source = DatabaseSource(url_env="SHOP_DSN", query="select pg_sleep(30)::text as id")
    began = time.monotonic()
    fault = fetch_table(source.model_copy(update={"timeout_minutes": 0.01}), tmp_path)
    assert fault is not None
    assert "longer than timeout_minutes" in fault.detail
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("address", ["", "{unset}", "nonsense open-sesame", "postgresql://x y@@"])
def test_an_address_that_is_none_is_said_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SHOP_DSN", address)
    if address == "{unset}":
        monkeypatch.delenv("SHOP_DSN")
    fault = fetch(tmp_path)
    assert fault is not None
    assert "SHOP_DSN" in fault.detail + fault.advice
    assert "open-sesame" not in fault.detail + fault.advice


def test_a_server_that_never_answers_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres_addresses._BOUNDS, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for address in (
            f"postgresql://u:open-sesame@127.0.0.1:{port}/shop",
            f"host=127.0.0.1 port={port} user=u password=open-sesame dbname=shop",
        ):
            monkeypatch.setenv("SHOP_DSN", address)
            began = time.monotonic()
            fault = fetch(tmp_path)
            assert fault is not None
            assert time.monotonic() - began < 20
            assert "open-sesame" not in fault.detail + fault.advice


@pytest.mark.parametrize(
    ("address", "module", "advice"),
    [
        ("postgresql://h/shop", "adbc_driver_postgresql.dbapi", '"omni_identity[postgres]"'),
        ("snowflake://h/shop", "adbc_driver_manager", "the ADBC driver for snowflake"),
    ],
)
def test_without_the_library_its_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, module: str, advice: str
) -> None:
    monkeypatch.setenv("SHOP_DSN", address)
    monkeypatch.setitem(__import__("sys").modules, module, None)
    fault = fetch(tmp_path)
    assert fault is not None
    assert advice in fault.advice


def test_a_database_without_an_installed_driver_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DSN", "snowflake://u:open-sesame@h/shop")
    fault = fetch(tmp_path)
    assert fault is not None
    assert "open-sesame" not in fault.detail + fault.advice


def test_files_and_state_are_for_the_owner_alone(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    folder = tmp_path / "fetched" / "crm"
    fetch(folder, cursor="updated_at")
    for path in [folder, *folder.iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path
    state = json.loads((folder / ".state.json").read_text())
    assert state["last"] == "2026-01-02T10:00:00+00:00"


def test_a_cursor_that_has_another_type_now_begins_again(shop: Shop, tmp_path: Path) -> None:
    shop(CUSTOMERS)
    fetch(tmp_path, cursor="updated_at")
    for kind in ("timestamp", "date", "timestamptz"):
        shop(f"alter table shop.customers alter updated_at type {kind}")
        assert fetch(tmp_path, cursor="updated_at") is None
        assert ids(tmp_path)[-1] == [1, 2]
        count = len(ids(tmp_path))
        assert fetch(tmp_path, cursor="updated_at") is None
        assert len(ids(tmp_path)) == count
    assert count == 3  # a time that loses its zone, and no more, is the same row


@pytest.mark.parametrize(
    "query",
    [
        "select id from shop.customers -- all of them",
        "select id from shop.customers; ",
        "with w as (select id from shop.customers) select * from w",
        'select id, updated_at as "Chan ged", mail as "naïve ""q""" from shop.customers',
    ],
)
def test_any_select_is_a_query(shop: Shop, tmp_path: Path, query: str) -> None:
    shop(CUSTOMERS)
    cursor = "Chan ged" if "Chan ged" in query else None
    for _ in range(2):
        assert fetch(tmp_path, query=query, cursor=cursor) is None
        assert ids(tmp_path) == [[1, 2]]
