"""A home that has the customers of another one many times over, each copy under IDs of its own.

A million customers are there in minutes, where a run on as many contacts would take longer. Multiplied are what is
published, and of the warehouse what the desk reads; the copies of a row stand one after the other, so that what is one
customer's lies as far apart as a run leaves it. No run can go on from it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines.literals import identifier, literal
from omni_identity.model.home import Home
from omni_identity.model.tables import Column, Table, published_tables
from omni_identity.stewardship.erasure_entries import erasure_key

_SHARED = {"run_id", "product_id", "promotion_id", "model_version"}
_OWN = {
    *("value", "address", "email", "phone", "primary_email", "primary_phone"),
    *("whatsapp", "telegram", "instagram", "facebook"),
}


_NUMBERS = {
    *("record_no", "representative_no", "component_no", "base_no", "evidence_no", "customer_no"),
}
_MANY = {
    *("derived.customers", "derived.source_records", "derived.scored_pairs", "derived.review_queue"),
    *("derived.linkage_records", "derived.components", "derived.equal_records", "derived.row_states"),
    *("derived.interactions", "derived.audience_members", "derived.unified_profiles"),
    *("derived.kpi_customers", "derived.kpi_contributions"),
    *("ledger.records", "landed.quarantined_rows"),
}  # fmt: skip
"""Tables of the warehouse that cases, their answers and the list of runs read; the others are copied as they are."""
_ORDERS = {
    "derived.customers": "golden_id, record_no",
    "derived.source_records": "hash(record_no)",
}
"""How tables stand after a run where the copies of a row do not stand together."""


def multiply(home: Home, target: Path, customer_count: int) -> Home:
    """Write a home into ``target`` with at least so many customers; return it."""
    made = Home(target)
    erasure_key(home)  # made with the first access, which may not have been yet
    made.published.mkdir(parents=True)
    for file in (home.configuration, home.suppression_key):
        shutil.copy(file, target)
    vocabulary = load_configuration(home.configuration).vocabulary
    with duckdb.connect() as engine:
        engine.execute(
            f"attach {literal(str(home.published_file.resolve()))} as source (read_only)"
        )
        engine.execute(
            f"attach {literal(str(made.published_file))} as target (storage_version 'v1.0.0')"
        )
        engine.execute("set enable_progress_bar = false")
        engine.execute(f"set temp_directory = {literal(str(target / 'spill'))}")
        found = engine.execute("select count(*) from source.unified_profiles").fetchall()
        copies = -(-customer_count // int(found[0][0]))
        for table in published_tables(vocabulary).values():
            _copy(engine, table, copies)
        engine.execute("checkpoint target")
        _multiply_warehouse(engine, home, made, copies)
    return made


def _multiply_warehouse(
    engine: duckdb.DuckDBPyConnection, home: Home, made: Home, copies: int
) -> None:
    shutil.copytree(home.models, made.models)
    old, new = (literal(str(one.warehouse_file)) for one in (home, made))
    engine.execute(f"attach {old} as run (read_only)")
    engine.execute(f"attach {new} as made")
    tables = engine.execute(
        "select schema_name, table_name, list((column_name, data_type) order by column_index)"
        " from duckdb_columns() where database_name = 'run' and not internal group by all order by all"
    ).fetchall()
    for schema, table, found in tables:
        name = f"{schema}.{table}"
        columns = ", ".join(
            f"{_sql(column, kind, copies)} as {identifier(column)}" for column, kind in found
        )
        times = copies if name in _MANY else 1
        query = f"select {columns} from (select *, unnest(range({times})) as n from run.{name})"
        if name in _ORDERS:
            query = f"from ({query}) order by {_ORDERS[name]}"
        engine.execute(f"create schema if not exists made.{schema}")
        engine.execute(f"create table made.{name} as {query}")
    engine.execute("checkpoint made")


def _copy(engine: duckdb.DuckDBPyConnection, table: Table, copies: int) -> None:
    """Fill one table, in the order of its key; tables that are about nobody once."""
    is_of_customers = any(column.pii == "pseudonymous" for column in table.columns)
    times = f", range({copies}) as copies(n)" if is_of_customers else ", range(1) as copies(n)"
    columns = ", ".join(
        f"{_value(column)} as {identifier(column.name)}" for column in table.columns
    )
    order = ", ".join(identifier(name) for name in table.key)
    engine.execute(
        f"create table target.{table.name} as select {columns} from source.{table.name} {times} order by {order}"
    )


def _value(column: Column) -> str:
    return _sql(column.name, column.type, 1)


def _sql(column: str, kind: str, copies: int) -> str:
    name = identifier(column)
    bare = column.removesuffix("_l").removesuffix("_r")
    is_id = bare.endswith(("_id", "_ids")) and bare not in _SHARED
    if bare in _NUMBERS:
        return f"{name} * {copies} + n"
    if column == "seniority":  # which golden IDs are made of
        return f"{name} + n * 10000000"
    if not (is_id or bare in _OWN) or kind not in ("VARCHAR", "VARCHAR[]"):
        return name
    if kind == "VARCHAR[]":
        return f"list_transform({name}, lambda x: {_renamed('x')})"
    return _renamed(name)


def _renamed(value: str) -> str:
    """SQL for a value of the ``n``-th copy; golden IDs stay such, and so do American telephone numbers."""
    number = f"(({value}[6:]::bigint + n * 7919) % 8000000 + 2000000)::varchar"
    golden_id = f"printf('G%010d', n * 10000000 + {value}[2:]::bigint)"  # as of its seniority
    return (
        f"case when regexp_full_match({value}, 'G[0-9]+') then {golden_id}"
        f" when regexp_full_match({value}, '[+]1[0-9]{{10}}') then {value}[:5] || {number}"
        f" else n::varchar || '.' || {value} end"
    )
