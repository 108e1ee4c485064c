"""What the registry is written in: tables, columns and keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Pii = Literal["none", "pseudonymous", "personal", "text"]
"""``text``: what people wrote, in which anything may stand, of them and of others."""
Masking = Literal["kept", "pseudonym", "year", "area", "nothing"]
"""What a value becomes in the masked edition: itself; a keyed pseudonym, the same wherever the value stands; of a date
the first day of its year; of a postcode its beginning; null."""
MASKED_BY_CLASS: dict[Pii, Masking] = {
    "none": "kept",
    "pseudonymous": "pseudonym",
    "personal": "nothing",
    "text": "nothing",
}
Source = tuple[str, str]


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type, what it means, how personal it is, and what it is made from.

    ``sources`` are ``(table, column)`` pairs one step upstream, for column lineage. ``masked`` is what it becomes in
    the masked edition where that is not what ``MASKED_BY_CLASS`` says.
    """

    name: str
    type: str
    comment: str
    pii: Pii = "none"
    nullable: bool = True
    sources: tuple[Source, ...] = ()
    masked: Masking | None = None

    @property
    def masking(self) -> Masking:
        """What its values become in the masked edition."""
        return self.masked or MASKED_BY_CLASS[self.pii]

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
    """One table: a plural noun, one row per ``key``; none says that rows may be alike.

    ``schema`` is where it stands in the warehouse; of a table that a publication alone has it is empty.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    schema: str = ""

    @property
    def full_name(self) -> str:
        """The name by which SQL knows it in the warehouse: ``schema.table``."""
        return f"{self.schema}.{self.name}"

    def within(self, schema: str, comment: str = "") -> Table:
        """The same table in a schema of the warehouse, where it may have rows of another grain."""
        return replace(self, schema=schema, comment=comment or self.comment)

    def without(self, *names: str) -> tuple[Column, ...]:
        """Its columns but these."""
        return tuple(column for column in self.columns if column.name not in names)

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
