"""``postgres``: the published tables in a schema of a PostgreSQL database, old or new, never a half."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from omni_identity.destinations.destination import DeliveryFailed, Destination, Publication
from omni_identity.destinations.environment import VariableName
from omni_identity.destinations.postgres_foreign_keys import (
    add_references,
    drop_references,
    references_between,
)
from omni_identity.destinations.postgres_session import Session, open_session
from omni_identity.destinations.postgres_table import PostgresTable
from omni_identity.destinations.table_files import TableFile
from omni_identity.engines.literals import identifier, literal

DELIVERIES = "omni_deliveries"
"""The table that says which publication each table of the schema is of, and which tables are ours."""
LONGEST_NAME = 63
"""Bytes: PostgreSQL cuts off what is longer."""
_COMMENT = "One row per table that omni_identity delivers: the run it is of, and when its rows last changed."


def _is_name(name: str) -> str:
    if not 0 < len(name.encode()) <= LONGEST_NAME or "\0" in name:
        raise ValueError(f"must be a name of 1 to {LONGEST_NAME} bytes")
    return name


Name = Annotated[str, AfterValidator(_is_name)]


class Postgres(Destination):
    """``url_env`` is the environment variable with the database's address, ``schema`` where the tables come to be.

    ``reader`` is a role that may read them, made if it is not there. ``foreign_keys``: whether the server knows,
    and checks, which rows of which tables lead to each other. Columns and tables that are published no
    more are emptied and stay, for the sake of views that hang on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    url_env: VariableName
    in_schema: Annotated[Name, Field(alias="schema")] = "omni_identity"
    reader: Name | None = None
    timeout_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    foreign_keys: bool = True

    def deliver(self, publication: Publication) -> None:
        """In one transaction, send what changed of the tables whose files did, and replace the rows that differ."""
        with open_session(self.url_env, self.timeout_minutes) as session:
            deliver_tables(session, publication.tables, publication.run_id, self)


def deliver_tables(session: Session, paths: Sequence[Path], run_id: str, to: Postgres) -> None:
    """Have a schema hold the tables of some Parquet files, and those alone, for the reader to read.

    Another edition of the same publication is another call in the same transaction, with its own schema.
    """
    schema, reader = to.in_schema, to.reader
    files = [TableFile(path) for path in paths]
    delivered = _prepare(session, schema)
    _refuse_others_tables(session, schema, {file.name for file in files} - set(delivered))
    tables = [
        _table(session, schema, file, number, delivered.get(file.name))
        for number, file in enumerate(files)
        if file.name not in delivered or delivered[file.name].digest != file.digest
    ]
    # everything is sent before anything is altered: whoever waits for a table does not wait for the network
    for table in tables:
        session.doing = table.file.name
        table.stage()
    references = references_between(files) if to.foreign_keys else ()
    rekeyed = {table.file.name for table in tables if table.has_another_key()}
    drop_references(session, schema, [r for r in references if not {r.table, r.other} & rekeyed])
    for table in tables:
        session.doing = table.file.name
        table.bring_up_to_date()
        if table.base is not None and not table.is_whole():
            whole = replace(table, base=None)
            whole.stage()
            whole.bring_up_to_date()
        _note(session, schema, table, run_id)
    gone = {name for name, one in delivered.items() if one.digest} - {file.name for file in files}
    _empty(session, schema, sorted(gone))
    session.doing = ""
    add_references(session, schema, references)
    deliveries = f"{identifier(schema)}.{identifier(DELIVERIES)}"
    session.run(f"update {deliveries} set run_id = $1, delivered_at = now()", run_id)
    if reader is not None:
        _let_read(session, schema, reader, [DELIVERIES, *(file.name for file in files)])


@dataclass(frozen=True)
class _Delivered:
    """What ``omni_deliveries`` says of a table: of which file it is, and which columns it has had from us."""

    digest: str
    columns: frozenset[str]


def _table(
    session: Session, schema: str, file: TableFile, number: int, delivered: _Delivered | None
) -> PostgresTable:
    staged = f"omni_staged_{number}"
    if delivered is None:
        return PostgresTable(session, schema, file, staged)
    base = _base_of(file, delivered.digest)
    return PostgresTable(session, schema, file, staged, delivered.columns, base)


def _base_of(file: TableFile, digest: str) -> TableFile | None:
    """The file that was delivered before, of the publication before: a home keeps it until its next run."""
    if not digest or not file.key:
        return None
    versions = file.path.parents[2]
    others = sorted(versions.glob(f"*/{file.path.parent.name}/{file.path.name}"))
    for other in map(TableFile, others):
        if other.path != file.path and other.digest == digest and other.schema.equals(file.schema):
            return other
    return None


def _prepare(session: Session, schema: str) -> dict[str, _Delivered]:
    """Make the schema if need be, wait until no other delivery is at it, and return the tables that it has had."""
    session.fetch("select pg_advisory_xact_lock(hashtextextended($1, 22))::text", schema)
    if not session.fetch("select 1 from pg_namespace where nspname = $1", schema):
        session.run(f"create schema {identifier(schema)}")
    deliveries = f"{identifier(schema)}.{identifier(DELIVERIES)}"
    if session.fetch("select to_regclass($1)::text", deliveries) == [(None,)]:
        session.run(
            f"create table {deliveries} (table_name text primary key, run_id text not null,"
            " row_count bigint not null, digest text not null, changed_at timestamptz not null,"
            " delivered_at timestamptz not null, delivered_columns jsonb not null)"
        )
        session.run(f"comment on table {deliveries} is {literal(_COMMENT)}")
    rows = session.fetch(
        "select table_name, case when to_regclass(format('%I.%I', $1::text, table_name)) is null then ''"
        f" else digest end, delivered_columns::text from {deliveries}",
        schema,
    )
    return {
        str(name): _Delivered(str(digest), frozenset(json.loads(columns)))
        for name, digest, columns in rows
    }


def _refuse_others_tables(session: Session, schema: str, new: set[str]) -> None:
    taken = session.fetch(
        "select c.relname::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname = $1 order by 1",
        schema,
    )
    for (name,) in taken:
        if name in new:
            raise DeliveryFailed(
                f"schema {schema} has something called {name} that is not ours: name another schema"
            )


def _note(session: Session, schema: str, table: PostgresTable, run_id: str) -> None:
    deliveries, file = f"{identifier(schema)}.{identifier(DELIVERIES)}", table.file
    columns = json.dumps(sorted(table.delivered.union(file.schema.names)))
    session.run(
        f"insert into {deliveries} values ($1, $2, $3, $4, now(), now(), $5::text::jsonb)"
        " on conflict (table_name) do update set row_count = excluded.row_count, digest = excluded.digest,"
        " changed_at = excluded.changed_at, delivered_columns = excluded.delivered_columns",
        *(file.name, run_id, file.row_count, file.digest, columns),
    )


def _empty(session: Session, schema: str, gone: Sequence[str]) -> None:
    """Take the rows out of tables that are published no more: they may be of a person who is erased since."""
    deliveries = f"{identifier(schema)}.{identifier(DELIVERIES)}"
    for name in gone:
        session.doing = name
        table = f"{identifier(schema)}.{identifier(name)}"
        if session.fetch("select to_regclass($1)::text", table) != [(None,)]:
            session.run(f"delete from {table}")
            session.run(f"comment on table {table} is 'Published no more: empty.'")
        session.run(
            f"update {deliveries} set row_count = 0, digest = '', changed_at = now() where table_name = $1",
            name,
        )


def _let_read(session: Session, schema: str, reader: str, tables: Sequence[str]) -> None:
    """Give a role the right to read, and make the role, without a login, if it is not there."""
    role, space = identifier(reader), identifier(schema)
    if not session.fetch("select 1 from pg_roles where rolname = $1", reader):
        may = session.fetch(
            "select 1 from pg_roles where rolname = current_user and (rolsuper or rolcreaterole)"
        )
        if not may:
            raise DeliveryFailed(
                f"there is no role {reader}, and the user may not make it: have it made (create role {role})"
            )
        session.run(f"create role {role} nologin")
    if session.fetch(
        "select 1 where not has_schema_privilege($1::name, $2::text, 'usage')", reader, schema
    ):
        session.run(f"grant usage on schema {space} to {role}")
    for name in tables:
        table = f"{space}.{identifier(name)}"
        if session.fetch(
            "select 1 where not has_table_privilege($1::name, $2::text, 'select')", reader, table
        ):
            session.run(f"grant select on {table} to {role}")
