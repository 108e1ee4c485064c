"""What a viewer sees of the published tables: personal data is masked as the registry says.

A column of the class ``personal`` or ``text`` is null, or as coarse as in the masked edition. Pseudonymous ones (golden
IDs, record IDs, numbers of orders) stay: a viewer works in the house, and has to say of which customer they speak.
"""

from __future__ import annotations

import duckdb

from omni_identity.channels.configuration import Configuration
from omni_identity.engines.literals import identifier
from omni_identity.model.tables import Column, Table, published_tables
from omni_identity.publish.masking import masked_sql


def masked_columns(
    connection: duckdb.DuckDBPyConnection, configuration: Configuration, database: str
) -> dict[str, str]:
    """The select list of each table of a published file, attached as ``database``.

    A column that the registry does not know, of another version or taken out of omni.yaml, is null.
    """
    declared = published_tables(configuration.vocabulary)
    found = connection.execute(
        "select table_name, list((column_name, data_type) order by column_index) from duckdb_columns()"
        " where database_name = $database group by table_name order by table_name",
        {"database": database},
    ).fetchall()
    return {
        name: ", ".join(
            f"{_shown(declared.get(name), column, kind)} as {identifier(column)}"
            for column, kind in columns
        )
        for name, columns in found
    }


def _shown(table: Table | None, name: str, kind: str) -> str:
    if table is None or name not in table.column_names:
        return f"null::{kind}"
    column: Column = table.column(name)
    if column.pii in ("none", "pseudonymous"):
        return identifier(name)
    # an address as a pseudonym says nothing to anybody here, and could be compared
    return masked_sql(column) if column.masking in ("year", "area") else f"null::{column.type}"
