"""What a viewer sees: views of the published tables in which personal data is masked as the registry says.

A column of the class ``personal`` or ``text`` becomes what it is in the masked edition. Pseudonymous ones (golden IDs,
record IDs, numbers of orders) stay: a viewer works in the house, and has to say of which customer they speak.
"""

from __future__ import annotations

import duckdb

from omni_identity.channels.configuration import Configuration
from omni_identity.engines.literals import identifier
from omni_identity.model.tables import Column, Table, published_tables
from omni_identity.publish.masking import masked_sql


def mask_tables(connection: duckdb.DuckDBPyConnection, configuration: Configuration) -> None:
    """Put a temporary view in front of every table of the published file; names without a schema lead to it.

    A column that the registry does not know, of another version or taken out of omni.yaml, is null.
    """
    declared = published_tables(configuration.vocabulary)
    found = connection.execute(
        "select database_name, schema_name, table_name, list((column_name, data_type) order by column_index)"
        " from duckdb_columns() where not internal and not database_name in ('system', 'temp')"
        " group by all order by all"
    ).fetchall()
    for database, schema, name, columns in found:
        table = declared.get(name)
        shown = ", ".join(
            f"{_shown(table, column, kind)} as {identifier(column)}" for column, kind in columns
        )
        source = ".".join(map(identifier, (database, schema, name)))
        connection.execute(
            f"create or replace temp view {identifier(name)} as select {shown} from {source}"
        ).fetchall()


def _shown(table: Table | None, name: str, kind: str) -> str:
    if table is None or name not in table.column_names:
        return f"null::{kind}"
    column: Column = table.column(name)
    if column.pii in ("none", "pseudonymous"):
        return identifier(name)
    # an address as a pseudonym says nothing to anybody here, and could be compared
    return masked_sql(column) if column.masking in ("year", "area") else f"null::{column.type}"
