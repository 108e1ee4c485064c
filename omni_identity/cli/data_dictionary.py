"""Writes the data dictionary of the published tables from the registry, as Markdown.

``python -m omni_identity.cli.data_dictionary > docs/tables.md``
"""

from __future__ import annotations

import sys

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Column, Table, published_tables

COMMAND = "python -m omni_identity.cli.data_dictionary > docs/tables.md"
EXAMPLE = Vocabulary(consents=("email",))
"""A deployment that declares nothing of its own and maps one consent."""

_INTRODUCTION = f"""\
# What is published

Written by `{COMMAND}` from `omni_identity/model/tables/`; the same words stand as comments on \
every table and column of `published/omni.duckdb`. Every table is also a file in \
`published/parquet/`.

`unified_profiles` has, besides what is listed, one column per identifier and attribute that \
your `omni.yaml` declares, and one pair `consent_x`, `consent_x_at` per consent it maps (here: \
`email`). \
Personal data: *personal* says who somebody is, *pseudonymous* points at a person only together \
with other tables.
"""


def data_dictionary(vocabulary: Vocabulary = EXAMPLE) -> str:
    """Return the dictionary of every published table of a deployment, ending in one newline."""
    sections = [_section(table) for table in published_tables(vocabulary).values()]
    return "\n".join([_INTRODUCTION, *sections])


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", table.comment, ""]
    lines += [f"Key: {_names(table.key)}."]
    for key in table.foreign_keys:
        lines.append(f"{_names(key.columns)} leads to `{key.other}` ({_names(key.other_columns)}).")
    lines += ["", "| column | type | personal | what it says |", "|---|---|---|---|"]
    lines += [_row(column) for column in table.columns]
    return "\n".join([*lines, ""])


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _row(column: Column) -> str:
    pii = "" if column.pii == "none" else column.pii
    comment = column.comment if column.nullable else f"{column.comment} Never null."
    cells = (f"`{column.name}`", f"`{column.type}`", pii, comment.replace("|", r"\|"))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
