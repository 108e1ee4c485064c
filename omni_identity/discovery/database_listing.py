"""Database listing: the tables and views of a PostgreSQL database that its user sees, and how they hang together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.discovery.database_addresses import DatabaseAddress
from omni_identity.discovery.source_rows import read_rows

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\.[a-z_][a-z0-9_$]*")
_OF_USERS = r"""
    n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
    and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and not exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
"""
"""Tables, views, materialised views and foreign tables; neither partitions nor what belongs to an extension.

``information_schema`` knows neither of the two, and has no materialised views.
"""
_TABLES = f"""
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted,
        n.nspname::text as schema, c.relname::text as name,
        has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as is_readable,
        (
            select array_agg(a.attname::text order by k.place)
            from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k (number, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
            where i.indrelid = c.oid and i.indisprimary
        ) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where {_OF_USERS}
    order by 2, 3
"""
_GROWING = f"""
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted, a.attname::text as column,
        exists (
            select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid
        ) as is_indexed
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where {_OF_USERS} and a.attnum > 0 and not a.attisdropped and a.atttypid in (
        'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype,
        'int8'::regtype, 'int4'::regtype, 'int2'::regtype
    )
    order by 1, a.attnum
"""
"""Columns of the types that a cursor may have."""
_REFERENCES = """
    select quote_ident(cn.nspname) || '.' || quote_ident(cc.relname) as quoted, ca.attname::text as column,
        quote_ident(pn.nspname) || '.' || quote_ident(pc.relname) as other, pa.attname::text as key
    from pg_constraint f
    join pg_class cc on cc.oid = f.conrelid join pg_namespace cn on cn.oid = cc.relnamespace
    join pg_class pc on pc.oid = f.confrelid join pg_namespace pn on pn.oid = pc.relnamespace
    join pg_attribute ca on ca.attrelid = f.conrelid and ca.attnum = f.conkey[1]
    join pg_attribute pa on pa.attrelid = f.confrelid and pa.attnum = f.confkey[1]
    where f.contype = 'f' and cardinality(f.conkey) = 1 and f.conparentid = 0 and f.conrelid <> f.confrelid
    order by 1, 2
"""
_SHOWN = """
    select distinct quote_ident(vn.nspname) || '.' || quote_ident(v.relname) as quoted,
        quote_ident(tn.nspname) || '.' || quote_ident(t.relname) as other
    from pg_depend d join pg_rewrite r on r.oid = d.objid
    join pg_class v on v.oid = r.ev_class join pg_namespace vn on vn.oid = v.relnamespace
    join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and t.oid <> v.oid
    order by 1, 2
"""
"""The tables that a view is made of."""


@dataclass(frozen=True)
class Reference:
    """A foreign key of one column: the ``column`` of ``table`` has values of the ``key`` of ``other``."""

    table: str
    column: str
    other: str
    key: str


@dataclass
class ListedTable:
    """A table or view. ``quoted``: its name with its schema, as SQL takes it. ``key``: the columns of its primary key.

    ``growing``: columns that may be a cursor by their type, and whether an index begins with each.
    ``referring``: the foreign keys of other tables to it; ``references``: its own. ``shows``: of a view, the
    tables that it is made of, quoted.
    """

    quoted: str
    schema: str
    name: str
    is_readable: bool
    key: list[str] | None
    growing: dict[str, bool] = field(default_factory=dict)
    referring: list[Reference] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    shows: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """What it is called in messages."""
        return f"{self.schema}.{self.name}"

    @property
    def settings(self) -> dict[str, str]:
        """The key of ``source`` that reads it: ``table``, or ``query`` where its name is no plain one."""
        if _PLAIN.fullmatch(self.quoted):
            return {"table": self.quoted}
        return {"query": f"select * from {self.quoted}"}


def list_tables(database: DatabaseAddress) -> list[ListedTable]:
    """The tables and views of all schemas but the system's, by their names; raises ``FileFault``."""
    found = {row["quoted"]: ListedTable(**row) for row in _rows(database, _TABLES)}
    for row in _rows(database, _GROWING):
        if row["quoted"] in found:
            found[row["quoted"]].growing[row["column"]] = row["is_indexed"]
    for row in _rows(database, _REFERENCES):
        if row["quoted"] in found and row["other"] in found:
            reference = Reference(row["quoted"], row["column"], row["other"], row["key"])
            found[row["other"]].referring.append(reference)
            found[row["quoted"]].references.append(reference)
    for row in _rows(database, _SHOWN):
        if row["quoted"] in found and row["other"] in found:
            found[row["quoted"]].shows.append(row["other"])
    return list(found.values())


def _rows(database: DatabaseAddress, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_query(database, query).to_pylist()
    return found


def quoted(column: str) -> str:
    """A column's name as SQL takes it, whatever it is."""
    return '"' + column.replace('"', '""') + '"'


def read_query(database: DatabaseAddress, query: str) -> pa.Table:
    """What a query gives, with the types that a run reads; within a minute, in a session that changes nothing."""
    source = DatabaseSource(url_env=database.variable, query=query, timeout_minutes=1)
    return read_rows(source, database.address)
