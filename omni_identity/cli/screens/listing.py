"""Lists on a customer's screen: a query's first rows, cell by cell, and how many more there are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    import duckdb

SHOWN = 10
"""Rows of a long list on the one screen; how many more there are is said."""

FEW = 5
"""Rows of a list that stands among many."""


def listing(
    published: duckdb.DuckDBPyConnection,
    title: str,
    sql: str,
    parameters: dict[str, str],
    shown: int = SHOWN,
) -> RenderableType:
    """A titled table of a query's first rows, headed by its column names; that there are none is said."""
    found = listing_if_any(published, title, sql, parameters, shown)
    return found or Text(f"{title}: none", "dim")


def listing_if_any(
    published: duckdb.DuckDBPyConnection,
    title: str,
    sql: str,
    parameters: dict[str, str],
    shown: int = SHOWN,
) -> RenderableType:
    """The same, and an empty text where there are no rows."""
    query = published.execute(sql, parameters)
    headings = [column[0] for column in query.description or []]
    rows = query.fetchall()
    if not rows:
        return Text("")
    table = plain_table(*headings, title=f"{title} ({len(rows)})")
    for row in rows[:shown]:
        table.add_row(*map(cell, row))
    rest = Text(f"... and {len(rows) - shown} more", "dim") if len(rows) > shown else Text("")
    return Group(table, rest) if rest else table


def cell(value: object, is_tall: bool = False) -> Text:
    """A cell; never read as markup. ``is_tall`` puts each value of a list on a line of its own."""
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no", "green" if value else "red")
    if isinstance(value, list):
        return Text(("\n" if is_tall else ", ").join(map(visible, value)))
    if isinstance(value, datetime):
        return Text(value.strftime("%Y-%m-%d %H:%M"))
    if isinstance(value, float):
        return Text(f"{value:.4f}")
    return Text(visible(value))
