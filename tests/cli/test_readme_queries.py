"""The README's queries run on a published demo, in plain DuckDB, and find something."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

README = Path(__file__).resolve().parents[2] / "README.md"


def test_every_query_of_the_readme_finds_something(demo_home: Path) -> None:
    queries = re.findall(r"```sql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) == 3
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        for query in queries:
            assert reader.execute(query).fetchall(), query


def test_every_table_and_column_of_the_publication_carries_a_comment(demo_home: Path) -> None:
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        bare = reader.execute(
            "select table_name, '' from duckdb_tables() where coalesce(comment, '') = ''"
            " union all select table_name, column_name from duckdb_columns()"
            " where not internal and coalesce(comment, '') = ''"
        ).fetchall()
    assert bare == []
