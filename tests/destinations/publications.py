"""Publications for tests of destinations: made up ones, small, and two real ones of a town."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from omni_identity.destinations import Publication
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables
from omni_identity.publish.parquet_comments import comment_option

CUSTOMERS = 40
NIGHT_OF = {
    "unified_profiles": "full_name",
    "crosswalk": "strict_id",
    "catalogue_items": "promotion",
    "audience_members": "reason",
}
"""Tables of made-up nights that have a row a customer, and the column of them that names their night."""


def write_publication(home: Path, run_id: str, tables: Mapping[str, str]) -> Publication:
    """A publication with these tables, each by the query that makes its rows."""
    folder = home / "published" / "versions" / run_id
    (folder / "parquet").mkdir(parents=True)
    (folder / "csv").mkdir()
    known = published_tables(Vocabulary())
    with duckdb.connect() as connection:
        for name, query in tables.items():
            schema = connection.sql(f"{query} limit 0").to_arrow_table().schema
            option = comment_option(schema, known[name]) if name in known else "compression zstd"
            file = folder / "parquet" / f"{name}.parquet"
            connection.execute(f"copy ({query}) to '{file}' (format parquet, {option})")
    return Publication(run_id, home, folder)


def night(home: Path, number: int) -> Publication:
    """A publication that says in every row of every table which night it is of, and has a customer more each night."""
    run_id = f"run-{number:03}"
    rows = f"range({CUSTOMERS + number}) as r (n)"
    when = "timestamp '2026-03-01 04:00:00.5'"
    said = f"'{run_id}'"
    tables = {
        "runs": f"select {said} as run_id, {when} as started_at",
        "unified_profiles": (
            f"select 'G' || n as golden_id, {said} as full_name, [{said}, 'second'] as email,"
            f" map {{'EUR': n::decimal(18, 2)}} as order_amounts, {when} as first_seen_at from {rows}"
        ),
        "crosswalk": (
            "select 'web' as channel, n::varchar as source_record_id, 'G' || n as golden_id,"
            f" {said} as strict_id from {rows}"
        ),
        "catalogue_items": (
            f"select 'web' as channel, '' as store, n::varchar as product_id, {said} as promotion from {rows}"
        ),
        "audience_members": (
            f"select 'win_back' as audience, 'G' || n as golden_id, 'email' as address_kind,"
            f" n || '@mail.org' as address, {said} as reason, {when} as since from {rows}"
        ),
        "kpi_definitions": "select 'orders' as kpi, 'the same every night' as title",
    }
    return write_publication(home, run_id, tables)


def kept(published: Path, home: Path, run_id: str) -> Publication:
    """The files that a home has published, kept in ``home`` as the publication of a run."""
    folder = home / "published" / "versions" / run_id
    shutil.copytree(published.resolve(), folder)
    return Publication(run_id, home, folder)
