"""SQL that lists the columns of a table: by name, in the types that the registry has, or as hashes of whole rows."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.model.tables import Table


def quoted(names: Iterable[str]) -> str:
    """These columns, quoted, one after another."""
    return ", ".join(f'"{name}"' for name in names)


def typed_columns(table: Table) -> str:
    """The columns of a table, each in its declared type and under its name."""
    return ", ".join(f'"{c.name}"::{c.type} as "{c.name}"' for c in table.columns)


def row_hashes(table: Table) -> tuple[str, str]:
    """Two hashes of a row of a table, 128 bits together: rows that share both are taken for equal."""
    columns = quoted(table.column_names)
    return f"hash({columns}, 1)", f"hash({columns}, 2)"
