"""What the table registry is written in: tables, columns and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pii = Literal["none", "pseudonymous", "personal"]
Source = tuple[str, str]


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type, what it means, how personal it is, and what it is made from.

    ``sources`` are ``(table, column)`` pairs one step upstream, for column lineage.
    """

    name: str
    type: str
    comment: str
    pii: Pii = "none"
    nullable: bool = True
    sources: tuple[Source, ...] = ()

    @property
    def published_comment(self) -> str:
        """The comment with the PII class behind it, as consumers find it: ``Given name. [PII: personal]``."""
        return f"{self.comment} [PII: {self.pii}]"


@dataclass(frozen=True)
class ForeignKey:
    """``columns`` of this table, where not null, must stand in ``other_columns`` of ``other``."""

    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: a plural noun, one row per ``key``."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``; ``KeyError`` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)
