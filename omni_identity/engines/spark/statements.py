"""One statement of our SQL, read and taken apart: what it does to which table, and the query behind it.

Spark only ever runs queries: a table is a list of Parquet folders, so inserting is writing the rows of a
query into a new folder, and deleting and updating is writing what a query makes of all rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import sqlglot
from sqlglot import exp

from omni_identity.engines.spark.dialect import OurSql, SparkSql, rewrite

Kind = Literal["query", "create", "create_as", "insert", "replace", "drop", "drop_schema",
               "add_column", "nothing"]  # fmt: skip
HIT = "is_hit_"
"""The column by which an update knows the rows that it changes."""


@dataclass(frozen=True)
class Statement:
    """What to do. ``sql`` is Spark's query; ``reads`` are the tables in it, ``schema.table``, or a bare
    name for a temporary one; ``columns`` are declared (name, Spark type), or the target's of an insert.

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
    assigned: tuple[str, ...] = field(default=())


def view_name(table: str) -> str:
    """The name of a table's temporary view in the session."""
    return table.replace(".", "__")


def table_name(table: exp.Table) -> str:
    """``schema.table`` as the store knows it; an attached database's ``main`` is a schema of its name."""
    if table.db == "temp":
        return table.name
    if table.catalog:
        return f"{table.catalog if table.db == 'main' else table.db}.{table.name}"
    return f"{table.db}.{table.name}" if table.db else table.name


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


def translate_query(query: exp.Expr) -> tuple[str, frozenset[str]]:
    """Spark's words for a query, and the tables that it reads."""
    reads = _point_to_views(query)
    return rewrite(query).sql(dialect=SparkSql), reads


@lru_cache(maxsize=4096)
def translate_expression(sql: str) -> str:
    """Spark's words for an expression."""
    parsed = sqlglot.parse_one(sql, read=OurSql)
    return rewrite(parsed).sql(dialect=SparkSql)


def _query(parsed: exp.Expr) -> Statement:
    sql, reads = translate_query(parsed)
    return Statement("query", sql=sql, reads=reads)


def _point_to_views(query: exp.Expr) -> frozenset[str]:
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    reads = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        if not table.db and table.name in named:
            continue
        name = table_name(table)
        reads.add(name)
        if table.db:
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            table.set("this", exp.to_identifier(view_name(name)))
            table.set("db", None)
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
    sql, reads = translate_query(query)
    return Statement(
        "create_as", table_name(parsed.this), sql, reads, is_new=is_new, is_tolerant=tolerant
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
    sql, reads = translate_query(query)
    return Statement("insert", table_name(place), sql, reads, **common)  # type: ignore[arg-type]


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
    table = parsed.this
    target = table_name(table)
    alias = table.alias or table.name
    where = parsed.args.get("where")
    using = parsed.args.get("using")
    if where is None:
        return Statement("create", target, is_tolerant=False)
    here = table.copy()
    here.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    if using:
        other = using[0]
        query = exp.select(f'"{alias}".*', dialect="duckdb").from_(here)
        query = query.join(other.copy(), on=where.this.copy(), join_type="left anti")
    else:
        query = _without(here, alias, where.this)
    idle = _idle_without(where.this if where is not None else None, using)
    sql, reads = translate_query(query)
    return Statement("replace", target, sql, reads, is_idle_without=idle)


def _without(here: exp.Table, alias: str, condition: exp.Expr) -> exp.Select:
    """What is left of a table: by an anti join where the condition is one ``in``, else by its negation."""
    query = exp.select(f'"{alias}".*', dialect="duckdb").from_(here)
    kind = "left anti"
    if isinstance(condition, exp.Not) and isinstance(condition.this, exp.In):
        kind, condition = "left semi", condition.this
    if isinstance(condition, exp.In) and condition.args.get("query"):
        inner = condition.args["query"].unnest()
        outer = condition.this.copy()
        if isinstance(outer, (exp.Paren, exp.Tuple)) or len(inner.expressions) == 1:
            columns = outer.expressions if isinstance(outer, exp.Tuple) else [outer.unnest()]
            listed = inner.expressions
            if len(listed) == 1 and isinstance(listed[0], exp.Tuple):
                listed = listed[0].expressions
            if isinstance(inner, exp.Select) and len(listed) == len(columns):
                inner = inner.copy()
                chosen = [exp.alias_(e.copy().unalias(), f"out{i}") for i, e in enumerate(listed)]
                inner.set("expressions", chosen)
                for column in columns:
                    if isinstance(column, exp.Column) and not column.table:
                        column.set("table", exp.to_identifier(alias, quoted=True))
                met = exp.and_(
                    *(
                        exp.EQ(this=column.copy(), expression=exp.column(f"out{i}", "outs_"))
                        for i, column in enumerate(columns)
                    )
                )
                return query.join(inner.subquery("outs_"), on=met, join_type=kind)
    if kind == "left semi":
        return query.where(exp.func("coalesce", condition.copy(), exp.true()))
    return query.where(exp.Not(this=exp.func("coalesce", condition.copy(), exp.false())))


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
    """Every column as it is, or, where the condition holds, as it is set; columns are filled in later."""
    table = parsed.this
    target, alias = table_name(table), table.alias or table.name
    here = table.copy()
    here.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    where = parsed.args.get("where")
    condition = where.this.copy() if where is not None else exp.true()
    assigned, values = [], []
    source = parsed.args.get("from_") or parsed.args.get("from")
    hit: exp.Expr = exp.func("coalesce", condition, exp.false())
    query = exp.select(f'"{alias}".*', dialect="duckdb").from_(here)
    if source is not None:
        other = source.this
        name = other.alias or other.name
        marked = exp.select("*", exp.alias_(exp.true(), HIT)).from_(_plain(other)).subquery(name)
        query = query.join(marked, on=condition, join_type="left")
        hit = exp.func("coalesce", exp.column(HIT, name), exp.false())
    for equation in parsed.expressions:
        assigned.append(equation.this.name)
        values.append(equation.expression.copy())
    for i, value in enumerate(values):
        query = query.select(exp.alias_(value, f"{HIT}{i}"))
    query = query.select(exp.alias_(hit, HIT))
    sql, reads = translate_query(query)
    return Statement("replace", target, sql, reads, assigned=tuple(assigned))


def _plain(source: exp.Expr) -> exp.Expr:
    plain = source.copy()
    if isinstance(plain, exp.Subquery) and not plain.alias:
        plain.set("alias", exp.TableAlias(this=exp.to_identifier("plain_")))
    return plain


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
    exp.TruncateTable: lambda parsed: Statement("create", table_name(parsed.expressions[0])),
    exp.Set: lambda _: Statement("nothing"),
}
