"""The rows of one customer, gathered once from tables of millions, so that every part of a page reads these alone.

Published tables stand in the order of their keys, and those of what happened are not keyed by customer: to find one
customer's interactions is a scan. :func:`build_places` notes once for a publication where each customer's rows stand;
with that, and without it more slowly, :func:`gather_rows` copies them into temporary tables of the same names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import polars as pl

SCATTERED = ("crosswalk", "interactions", "interaction_lines", "messages", "handoffs")
"""Tables in which a customer's rows lie far apart."""
SORTED = ("open_matters", "profile_lineage")
"""Tables in which they lie together, and that several parts read."""
EDGES = "match_edges"
"""Its rows are of the customers of two records."""
_NUMBER = "golden_id[2:]::ubigint"
"""A golden ID as a number, a third of its size."""


def build_places(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Note in the schema ``target`` where each customer's rows stand in the tables of ``source``."""
    connection.execute(f"create schema if not exists {target}")
    for table in SCATTERED:
        connection.execute(
            f"create or replace table {target}.{table} as select {_NUMBER} as customer_no, rowid as row_no"
            f" from {source}.{table} where golden_id is not null order by customer_no, row_no"
        )
    connection.execute(
        f"""
        create or replace table {target}.{EDGES} as
        with edges as (select rowid as row_no, * from {source}.{EDGES})
        select {_NUMBER} as customer_no, row_no from (
            select c.golden_id, e.row_no from edges e join {source}.crosswalk c
                on c.channel = e.channel_l and c.source_record_id = e.source_record_id_l
            union
            select c.golden_id, e.row_no from edges e join {source}.crosswalk c
                on c.channel = e.channel_r and c.source_record_id = e.source_record_id_r
        ) order by customer_no, row_no
        """
    )


def gather_rows(
    connection: duckdb.DuckDBPyConnection,
    golden_id: str,
    source: str,
    columns: Mapping[str, str],
    places: str = "",
) -> None:
    """Copy the rows of a live customer into temporary tables of the connection, which stand before the published ones.

    ``columns`` has the select list of a table where that is not all as it is. ``places`` is the schema of
    :func:`build_places`, empty while there is none.
    """
    here = {"id": golden_id}
    for table in (*SCATTERED, *SORTED):
        found = "golden_id = $id"
        if places and table in SCATTERED:
            found = _standing_in(places, table)
        _copy(
            connection,
            table,
            f"{columns.get(table, '*')} from {source}.{table} where {found}",
            here,
        )
    theirs = "(select (channel, source_record_id) from temp.crosswalk where golden_id = $id)"
    found = (
        _standing_in(places, EDGES)
        if places
        else f"(channel_l, source_record_id_l) in {theirs} or (channel_r, source_record_id_r) in {theirs}"
    )
    _copy(connection, EDGES, f"{columns.get(EDGES, '*')} from {source}.{EDGES} where {found}", here)


def read_interactions(
    connection: duckdb.DuckDBPyConnection, golden_ids: Collection[str], source: str, places: str
) -> pl.DataFrame:
    """The interactions of these customers: ``golden_id, channel, source_record_id, resolved_by``.

    ``source`` and ``places`` are the schemas of :func:`build_places`.
    """
    found: pl.DataFrame = connection.sql(
        f"select golden_id, channel, source_record_id, resolved_by from {source}.interactions where rowid in"
        f" (select row_no from {places}.interactions where customer_no in"
        " (select cast(unnest($golden_ids::varchar[])[2:] as ubigint))) order by all",
        params={"golden_ids": sorted(golden_ids)},
    ).pl()
    return found


def _standing_in(places: str, table: str) -> str:
    return f"rowid in (select row_no from {places}.{table} where customer_no = cast($id[2:] as ubigint))"


def _copy(
    connection: duckdb.DuckDBPyConnection, table: str, query: str, here: Mapping[str, str]
) -> None:
    connection.execute(f"create temp table {table} as select {query}", here)
