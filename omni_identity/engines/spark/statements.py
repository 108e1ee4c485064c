"""One statement of our SQL, read and taken apart: what it does to which table, and Spark's words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import sqlglot
from sqlglot import exp

from omni_identity.engines.spark.dialect import OurSql, SparkSql, rewrite
from omni_identity.engines.spark.formats import PASSING
from omni_identity.engines.spark.stars import Star, mark_stars

Kind = Literal["query", "create", "create_as", "insert", "change", "truncate", "drop", "drop_schema",
               "add_column", "nothing"]  # fmt: skip
SPLINK = "__splink"
"""How the names of Splink's views begin, which stay bare."""


@dataclass(frozen=True)
class Statement:
    """What to do. ``sql`` is Spark's; ``reads`` are the tables in it, ``schema.table``; ``columns`` are declared
    (name, Spark type), or the target's of an insert; ``assigned`` are an update's, with Spark's words for the values,
    which stand for ``{assigned}`` in ``sql`` once their types are known; so do the marks of ``stars``.

    ``is_idle_without``: a deletion that has nothing to do when that table is empty.
    """

    kind: Kind
    target: str = ""
    sql: str = ""
    reads: frozenset[str] = frozenset()
    columns: tuple[tuple[str, str], ...] = ()
    is_new: bool = False
    is_tolerant: bool = False
    by_name: bool = False
    values: tuple[tuple[exp.Expr, ...], ...] = ()
    is_idle_without: str = ""
    assigned: tuple[tuple[str, str], ...] = ()
    stars: tuple[Star, ...] = ()


def view_name(table: str) -> str:
    """The name of the view by which the session has a table that is lent to it."""
    return table.replace(".", "__")


def spark_name(table: str) -> str:
    """``schema.table`` as Spark's SQL has it."""
    return ".".join(f"`{part}`" for part in table.split("."))


def table_name(table: exp.Table) -> str:
    """``schema.table`` as the catalogue knows it; an attached database's ``main`` is a schema of its name."""
    if table.catalog:
        return f"{table.catalog if table.db == 'main' else table.db}.{table.name}"
    if not table.db and table.name.startswith(SPLINK):
        return table.name
    return f"{table.db if table.db not in ('', 'temp') else PASSING}.{table.name}"


@lru_cache(maxsize=4096)
def read_statement(sql: str) -> Statement:
    """Read one statement. Raises sqlglot's errors for what it cannot read, ``ValueError`` for what has
    no meaning here."""
    parsed = sqlglot.parse_one(sql, read=OurSql)
    if isinstance(parsed, exp.Query):
        return _query(parsed)
    for kind, reader in _READERS.items():
        if isinstance(parsed, kind):
            return reader(parsed)
    raise ValueError(f"the Spark engine has no meaning for {type(parsed).__name__}: {sql[:80]}")


def _translated(query: exp.Expr) -> tuple[str, frozenset[str], tuple[Star, ...]]:
    """Spark's words for a query, the tables that it reads, and its stars that leave out columns."""
    holder = exp.Paren(this=query)  # what is changed at its root needs a place to stand in
    reads = _point_to_tables(holder)
    rewrite(holder)
    stars = mark_stars(holder)
    return holder.this.sql(dialect=SparkSql), reads, stars


@lru_cache(maxsize=4096)
def translate_expression(sql: str) -> str:
    """Spark's words for an expression."""
    parsed = sqlglot.parse_one(sql, read=OurSql)
    return rewrite(parsed).sql(dialect=SparkSql)


def _query(parsed: exp.Expr) -> Statement:
    sql, reads, stars = _translated(parsed)
    return Statement("query", sql=sql, reads=reads, stars=stars)


def _point_to_tables(query: exp.Expr) -> frozenset[str]:
    """Name the tables in a query as the catalogue does, and those that are lent as the session does; return them."""
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    reads = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        if not table.db and table.name in named:
            continue
        name = table_name(table)
        schema, _, plain = name.rpartition(".")
        reads.add(name)
        if schema:
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            is_lent = bool(table.catalog)
            place = view_name(name) if is_lent else plain
            table.set("this", exp.to_identifier(place, quoted=True))
            table.set("db", None if is_lent else exp.to_identifier(schema, quoted=True))
            table.set("catalog", None)
    return frozenset(reads)


def _create(parsed: exp.Create) -> Statement:
    kind = (parsed.kind or "").upper()
    if kind == "SCHEMA":
        return Statement("nothing")
    if kind not in ("TABLE", "VIEW"):
        raise ValueError(f"the Spark engine creates no {kind.lower()}")
    is_new = not parsed.args.get("replace")
    tolerant = bool(parsed.args.get("exists"))
    if isinstance(parsed.this, exp.Schema):
        columns = tuple(
            (column.name, column.args["kind"].sql(dialect=SparkSql))
            for column in parsed.this.expressions
            if isinstance(column, exp.ColumnDef)
        )
        target = table_name(parsed.this.this)
        return Statement("create", target, columns=columns, is_new=is_new, is_tolerant=tolerant)
    query = parsed.expression
    if isinstance(query, exp.Subquery):
        query = query.unnest()
    sql, reads, stars = _translated(query)
    target = table_name(parsed.this)
    return Statement(
        "create_as", target, sql, reads, is_new=is_new, is_tolerant=tolerant, stars=stars
    )


def _insert(parsed: exp.Insert) -> Statement:
    place = parsed.this
    named: tuple[tuple[str, str], ...] = ()
    if isinstance(place, exp.Schema):
        named = tuple((column.name, "") for column in place.expressions)
        place = place.this
    query = parsed.expression
    if isinstance(query, exp.Subquery):
        query = query.unnest()
    common = {"by_name": bool(parsed.args.get("by_name")), "columns": named}
    rows = _constant_rows(query)
    if rows:
        if common["by_name"]:
            common["columns"] = tuple((e.alias_or_name, "") for e in query.expressions)
        return Statement("insert", table_name(place), values=rows, **common)  # type: ignore[arg-type]
    if parsed.args.get("with_") or parsed.args.get("with"):
        query.set("with_", parsed.args.get("with_") or parsed.args.get("with"))
    sql, reads, stars = _translated(query)
    return Statement("insert", table_name(place), sql, reads, stars=stars, **common)  # type: ignore[arg-type]


def _constant_rows(query: exp.Expr) -> tuple[tuple[exp.Expr, ...], ...]:
    """The rows of an insert that reads no table: parameters and literals."""
    if isinstance(query, exp.Values):
        rows = [tuple(row.expressions) for row in query.expressions]
    elif isinstance(query, exp.Select) and not query.find(exp.Table, exp.Explode, exp.Unnest):
        rows = [tuple(e.unalias() for e in query.expressions)]
    else:
        return ()
    plain = (exp.Parameter, exp.Placeholder, exp.Literal, exp.Null, exp.Boolean)
    return tuple(rows) if all(isinstance(e, plain) for row in rows for e in row) else ()


def _delete(parsed: exp.Delete) -> Statement:
    table, where, using = parsed.this, parsed.args.get("where"), parsed.args.get("using")
    target = table_name(table)
    if where is None:
        return Statement("truncate", target)
    condition = where.this
    idle = _idle_without(condition, using)
    if using:
        condition = exp.Exists(this=exp.select("1").from_(using[0].copy()).where(condition))
    sql, reads, stars = _translated(condition.copy())
    place = f"{spark_name(target)} AS `{table.alias or table.name}`"
    sql = f"DELETE FROM {place} WHERE {sql}"
    return Statement("change", target, sql, reads, is_idle_without=idle, stars=stars)


def _idle_without(condition: exp.Expr | None, using: list[exp.Expr] | None) -> str:
    if using:
        table = using[0]
        return table_name(table) if isinstance(table, exp.Table) else ""
    if isinstance(condition, exp.In) and condition.args.get("query"):
        inner = condition.args["query"].unnest()
        if isinstance(inner, exp.Select) and not inner.args.get("joins"):
            source = inner.args.get("from_") or inner.args.get("from")
            if source is not None and isinstance(source.this, exp.Table):
                return table_name(source.this)
    return ""


def _update(parsed: exp.Update) -> Statement:
    """An update, or, of rows that another table knows, a merge; values are cast to their columns' types later."""
    table = parsed.this
    target = table_name(table)
    place = f"{spark_name(target)} AS `{table.alias or table.name}`"
    where = parsed.args.get("where")
    source = parsed.args.get("from_") or parsed.args.get("from")
    names = [equation.this.name for equation in parsed.expressions]
    values = [equation.expression.copy() for equation in parsed.expressions]
    condition = exp.true() if where is None else where.this.copy()
    words = [_translated(part) for part in (condition, *values)]
    reads = frozenset[str]().union(*(read for _, read, _ in words))
    stars: tuple[Star, ...] = ()
    (met, *said) = (sql for sql, *_ in words)
    if source is None:
        sql = f"UPDATE {place} SET {{assigned}} WHERE {met}"
    else:
        other = source.this
        rows, more, stars = _translated(exp.select("*").from_(other.copy()))
        reads |= more
        sql = (
            f"MERGE INTO {place} USING ({rows}) AS `{other.alias or other.name}` ON {met}"
            " WHEN MATCHED THEN UPDATE SET {assigned}"
        )
    assigned = tuple(zip(names, said, strict=True))
    return Statement("change", target, sql, reads, assigned=assigned, stars=stars)


def _drop(parsed: exp.Drop) -> Statement:
    tolerant = bool(parsed.args.get("exists"))
    dropped = parsed.find(exp.Table)
    assert dropped is not None
    if (parsed.args.get("kind") or "").upper() == "SCHEMA":
        return Statement("drop_schema", dropped.db or dropped.name, is_tolerant=tolerant)
    return Statement("drop", table_name(dropped), is_tolerant=tolerant)


def _alter(parsed: exp.Alter) -> Statement:
    (action,) = parsed.args["actions"]
    if not isinstance(action, exp.ColumnDef):
        raise ValueError("the Spark engine alters tables by adding columns only")
    column = (action.name, action.args["kind"].sql(dialect=SparkSql))
    return Statement(
        "add_column",
        table_name(parsed.this),
        columns=(column,),
        is_tolerant=bool(action.args.get("exists")),
    )


_READERS: dict[type[exp.Expr], Callable[[Any], Statement]] = {
    exp.Create: _create,
    exp.Insert: _insert,
    exp.Delete: _delete,
    exp.Update: _update,
    exp.Drop: _drop,
    exp.Alter: _alter,
    exp.TruncateTable: lambda parsed: Statement("truncate", table_name(parsed.expressions[0])),
    exp.Set: lambda _: Statement("nothing"),
}
