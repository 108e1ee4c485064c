"""One published table in PostgreSQL: altered so that nothing that hangs on it breaks, then brought up to date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from omni_identity.destinations.destination import DeliveryFailed
from omni_identity.destinations.postgres_session import Session
from omni_identity.destinations.table_files import TableFile, in_utc
from omni_identity.engines.literals import identifier, literal

INDEXED = ("golden_id", "household_id")
"""Columns by which tables are joined: each has an index where it does not come first in the key."""
_TYPES: tuple[tuple[object, str], ...] = (
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "smallint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "real"),
    (pa.types.is_float64, "double precision"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp with time zone"),
    (pa.types.is_nested, "jsonb"),
)
_WIDER = {
    "smallint": ("integer", "bigint"),
    "integer": ("bigint",),
    "real": ("double precision",),
}
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")


def type_of(field: pa.Field) -> str | None:
    """The type that a column has in PostgreSQL, as ``format_type`` writes it; None: there is none for it."""
    if pa.types.is_decimal(field.type):
        return f"numeric({field.type.precision},{field.type.scale})"
    return next((name for test, name in _TYPES if callable(test) and test(field.type)), None)


def staged_as(field: pa.Field, name: str) -> str:
    """A column as it is sent: times in UTC, what is nested as JSON, and no NUL, which PostgreSQL's text lacks."""
    if pa.types.is_nested(field.type):
        # a backslash of a text stands doubled: it is put aside, or else it could seem to begin \u0000
        aside = f"replace(to_json({name})::varchar, '\\\\', chr(1))"
        return f"replace(replace({aside}, '\\u0000', ''), chr(1), '\\\\')"
    if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
        return f"replace({name}, chr(0), '')"
    return in_utc(field, name)


@dataclass(frozen=True)
class PostgresTable:
    """A table of ``schema`` that a file is delivered to; ``staged`` is the temporary one with its new rows.

    ``delivered`` are the columns that it has got from us so far: any other is its owner's, and left alone.
    ``base`` is the file that it has the rows of, if that is at hand still: then only what differs is sent.
    """

    session: Session
    schema: str
    file: TableFile
    staged: str
    delivered: frozenset[str] = frozenset()
    base: TableFile | None = None

    @property
    def full_name(self) -> str:
        """The name by which SQL knows it."""
        return f"{identifier(self.schema)}.{identifier(self.file.name)}"

    @property
    def gone(self) -> str:
        """The temporary table with the keys of rows that are no more, where only what differs is sent."""
        return f"{self.staged}_gone"

    def stage(self) -> None:
        """Send the rows, or those that differ, into temporary tables; nobody else sees or waits for anything."""
        self._types()
        if self.base is None:
            self._stage(self.staged, "")
        else:
            self._stage(self.staged, self.file.rows_not_in(self.base))
            self._stage(self.gone, self.base.keys_not_in(self.file), only_key=True)

    def _stage(self, name: str, source: str, only_key: bool = False) -> None:
        with self.file.rows(staged_as, source, only_key) as rows:
            self.session.stage(name, rows)
        self.session.run(f"analyze {identifier(name)}")

    def bring_up_to_date(self) -> None:
        """Make the table, or add to it what it lacks, and have it hold the file's rows; only others are touched."""
        types, there = self._types(), self._columns()
        if there:
            self._alter(types, there)
            # behind rows that a foreign key has still to be checked for there can be no new index
            self._set_indexes()
            self._replace_changed(sorted((set(there) & self.delivered) - set(types)))
        else:
            named = ", ".join(f"{identifier(name)} {type_}" for name, type_ in types.items())
            self.session.run(f"create table {self.full_name} ({named})")
            self._insert("")
            self._set_indexes()
        self._set_key()
        self._set_comments()
        self.session.run(f"analyze {self.full_name}")
        self.session.run(f"drop table {identifier(self.staged)}")

    def is_whole(self) -> bool:
        """Whether it has as many rows as the file: not so where somebody took rows out, or put some in."""
        ((count,),) = self.session.fetch(f"select count(*) from {self.full_name}")
        return bool(count == self.file.row_count)

    def _types(self) -> dict[str, str]:
        found = {}
        for field in self.file.schema:
            type_ = type_of(field)
            if type_ is None:
                raise DeliveryFailed(
                    f"column {field.name} of {self.file.name} is {field.type}, for which there is no type"
                )
            found[str(field.name)] = type_
        return found

    def _columns(self) -> dict[str, str]:
        """The columns that it has, with their types; empty if it is not there."""
        rows = self.session.fetch(
            "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum",
            self.full_name,
        )
        return {str(name): str(type_) for name, type_ in rows}

    def _alter(self, types: dict[str, str], there: dict[str, str]) -> None:
        for name, type_ in types.items():
            column = identifier(name)
            if name not in there:
                self.session.run(f"alter table {self.full_name} add column {column} {type_}")
            elif there[name] != type_:
                if not _is_wider(there[name], type_):
                    raise DeliveryFailed(
                        f"column {name} of {self.schema}.{self.file.name} is {there[name]} there and {type_} in the"
                        " publication, which cannot be altered in place: drop that table, with what hangs on it, and"
                        " the next run makes it anew"
                    )
                self.session.run(f"alter table {self.full_name} alter column {column} type {type_}")

    def _staged_rows(self) -> str:
        columns = ", ".join(
            f"{identifier(name)}::{type_} as {identifier(name)}"
            for name, type_ in self._types().items()
        )
        return f"(select {columns} from {identifier(self.staged)}) as s"

    def _insert(self, where: str) -> None:
        columns = ", ".join(map(identifier, self._types()))
        self.session.run(
            f"insert into {self.full_name} ({columns}) select {columns} from {self._staged_rows()}{where}"
        )

    def _replace_changed(self, vanished: Sequence[str]) -> None:
        """Delete, update and insert the rows that differ; without a key all are replaced.

        A column that is published no more is emptied: what it held may be of a person who is erased since.
        """
        key = self.file.key
        if not key:
            self.session.run(f"delete from {self.full_name}")
            self._insert("")
            return
        same = " and ".join(f"t.{identifier(name)} = s.{identifier(name)}" for name in key)
        self._loosen(vanished)
        if self.base is None:
            found, hit = identifier(self.staged), "not exists"
        else:
            found, hit = identifier(self.gone), "exists"
        self.session.run(
            f"delete from {self.full_name} as t where {hit} (select from {found} as s where {same})"
        )
        others = [identifier(name) for name in self._types() if name not in key]
        gone = [identifier(name) for name in vanished]
        if others or gone:
            values = ", ".join(
                [*(f"{name} = s.{name}" for name in others), *(f"{name} = null" for name in gone)]
            )
            old = ", ".join(f"t.{name}" for name in (*others, *gone))
            new = ", ".join([*(f"s.{name}" for name in others), *("null" for _ in gone)])
            self.session.run(
                f"update {self.full_name} as t set {values} from {self._staged_rows()}"
                f" where {same} and row({old}) is distinct from row({new})"
            )
        self._insert(f" where not exists (select from {self.full_name} as t where {same})")

    def _loosen(self, vanished: Sequence[str]) -> None:
        """Have no column in the key that is published no more: it has to be empty."""
        if set(vanished) & set(self._key()):
            self._drop_key()
            for name in vanished:
                column = identifier(name)
                self.session.run(
                    f"alter table {self.full_name} alter column {column} drop not null"
                )

    def _key(self) -> tuple[str, ...]:
        rows = self.session.fetch(
            "select a.attname::text from pg_constraint as c"
            " cross join lateral unnest(c.conkey) with ordinality as k (attnum, place)"
            " join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum"
            " where c.conrelid = to_regclass($1) and c.contype = 'p' order by k.place",
            self.full_name,
        )
        return tuple(str(name) for (name,) in rows)

    def has_another_key(self) -> bool:
        """Whether it is there with another primary key than the file's."""
        return bool(self._columns()) and self._key() != self.file.key

    def _drop_key(self) -> None:
        ((name,),) = self.session.fetch(
            "select conname::text from pg_constraint where conrelid = to_regclass($1) and contype = 'p'",
            self.full_name,
        )
        self.session.run(f"alter table {self.full_name} drop constraint {identifier(str(name))}")

    def _set_key(self) -> None:
        there = self._key()
        if there == self.file.key:
            return
        if there:
            self._drop_key()
        if self.file.key:
            columns = ", ".join(map(identifier, self.file.key))
            self.session.run(f"alter table {self.full_name} add primary key ({columns})")

    def _set_indexes(self) -> None:
        for column in INDEXED:
            if column in self.file.schema.names and column not in self.file.key[:1]:
                name = identifier(f"{self.file.name}_{column}_idx")
                self.session.run(
                    f"create index if not exists {name} on {self.full_name} ({identifier(column)})"
                )

    def _set_comments(self) -> None:
        """Say what the registry says, where something else, or nothing, is said."""
        rows = self.session.fetch(
            "select a.attname::text, col_description(a.attrelid, a.attnum) from pg_attribute as a"
            " where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped"
            " union all select '', obj_description(to_regclass($1), 'pg_class')",
            self.full_name,
        )
        said = {str(name): comment for name, comment in rows}
        wanted = {"": self.file.comment}
        wanted |= {name: self.file.column_comment(name) for name in self.file.schema.names}
        for name in (said.keys() & self.delivered) - wanted.keys():
            wanted[name] = "Published no more: empty."
        for name, comment in wanted.items():
            if (said[name] or "") != comment:
                on = (
                    f"column {self.full_name}.{identifier(name)}"
                    if name
                    else f"table {self.full_name}"
                )
                self.session.run(f"comment on {on} is {literal(comment)}")


def _is_wider(there: str, wanted: str) -> bool:
    """Whether every value of a type is one of another, so that a column may be altered in place."""
    old, new = _NUMERIC.fullmatch(there), _NUMERIC.fullmatch(wanted)
    if old and new:
        (digits, scale), (new_digits, new_scale) = map(int, old.groups()), map(int, new.groups())
        return new_scale >= scale and new_digits - new_scale >= digits - scale
    return wanted in _WIDER.get(there, ())
