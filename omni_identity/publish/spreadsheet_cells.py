"""Cells of a CSV file that a spreadsheet shows and does not calculate, and how a program takes that back.

A spreadsheet takes a cell that begins with ``=`` for a formula, which can read other cells and call out. Such
a cell is written with an apostrophe before it, and so is one that has an apostrophe there already: whoever
reads the file takes one away from the front. A phone number as E.164 (``+4915112345678``) stays as it is.
"""

from __future__ import annotations

from omni_identity.engines.literals import identifier
from omni_identity.model.tables.table import Table

CALCULATED = "^[=+@\\-\\t\\r\\n'＝＋－＠]"
"""How a cell begins that a spreadsheet takes for more than text, or that has our apostrophe already."""
E164 = "\\+[1-9][0-9]{6,14}"


def as_cells(source: str, table: Table) -> str:
    """``source`` (a query in brackets) as a query whose texts are such cells, in the same order."""
    columns = ", ".join(
        _cell(identifier(column.name)) if column.type == "VARCHAR" else identifier(column.name)
        for column in table.columns
    )
    return f"(select {columns} from {source})"


def _cell(name: str) -> str:
    pattern = CALCULATED.replace("'", "''")
    return (
        f"case when regexp_matches({name}, '{pattern}') and not regexp_full_match({name}, '{E164}')"
        f" then '''' || {name} else {name} end as {name}"
    )
