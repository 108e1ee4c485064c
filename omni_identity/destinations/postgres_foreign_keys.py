"""Foreign keys between the published tables in PostgreSQL, as the registry declares them: by these BI tools join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.destinations.postgres_session import Session
from omni_identity.destinations.table_files import TableFile
from omni_identity.engines.literals import identifier

SUFFIX = "_omni_fkey"
"""The end of the names of those that are ours; any other is its owner's."""


@dataclass(frozen=True)
class Reference:
    """A foreign key of a delivered table to the key of another; ``is_indexed``: its columns begin the table's key."""

    table: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]
    is_indexed: bool

    @property
    def name(self) -> str:
        """What the constraint is called."""
        return f"{self.table}_{'_'.join(self.columns)}{SUFFIX}"


def references_between(files: Sequence[TableFile]) -> tuple[Reference, ...]:
    """The references of delivered tables to others that are delivered."""
    by_name = {file.name: file for file in files}
    return tuple(
        Reference(
            file.name,
            key.columns,
            key.other,
            key.other_columns,
            file.key[: len(key.columns)] == key.columns,
        )
        for file in files
        for key in file.foreign_keys
        if key.other in by_name and by_name[key.other].key == key.other_columns
    )


def drop_references(session: Session, schema: str, kept: Sequence[Reference]) -> None:
    """Drop those of ours that are not among ``kept``: what they lead to is emptied, or gets another key."""
    names = {reference.name for reference in kept}
    for table, name in _references(session, schema):
        if name not in names:
            session.run(f"alter table {table} drop constraint {identifier(name)}")


def add_references(session: Session, schema: str, wanted: Sequence[Reference]) -> None:
    """Have the server check all that is delivered, and declare those that are not there yet.

    They are deferred: tables come in any order, and rows are checked at the end of a delivery.
    """
    # a table with rows that are still to be checked cannot be altered
    session.run("set constraints all immediate")
    there = {name for _, name in _references(session, schema)}
    for reference in wanted:
        if reference.name in there:
            continue
        session.doing = reference.table
        table = f"{identifier(schema)}.{identifier(reference.table)}"
        columns = ", ".join(map(identifier, reference.columns))
        if not reference.is_indexed:
            index = identifier(f"{reference.table}_{'_'.join(reference.columns)}_idx")
            session.run(f"create index if not exists {index} on {table} ({columns})")
        other = f"{identifier(schema)}.{identifier(reference.other)}"
        keys = ", ".join(map(identifier, reference.other_columns))
        session.run(
            f"alter table {table} add constraint {identifier(reference.name)} foreign key ({columns})"
            f" references {other} ({keys}) deferrable initially deferred"
        )
    session.doing = ""


def _references(session: Session, schema: str) -> list[tuple[str, str]]:
    """Those of ours that are there: table, as SQL writes it, and name."""
    rows = session.fetch(
        "select c.conrelid::regclass::text, c.conname::text from pg_constraint as c"
        " join pg_namespace as n on n.oid = c.connamespace"
        " where n.nspname = $1 and c.contype = 'f' and right(c.conname, length($2)) = $2 order by 1, 2",
        *(schema, SUFFIX),
    )
    return [(str(table), str(name)) for table, name in rows]
