"""DuckDB's SQL as Spark's: sqlglot's dialects, mended where the same words mean something else.

What goes wrong without a word is mended here and in ``functions``, and tests compare the results:
nulls in ``arg_max``, the order inside ``list(x order by y)``, indices from 1, decimal literals,
empty lists, comparisons of tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator
from sqlglot.parsers.duckdb import DuckDBParser

from omni_identity.engines.spark import functions


class OurSql(DuckDB):
    """DuckDB's dialect as our modules write it: ``len`` is of a list, ``length`` of a text."""

    class Parser(DuckDBParser):
        """Reads SQL."""

        FUNCTIONS = {  # noqa: RUF012  (sqlglot's own way)
            **DuckDBParser.FUNCTIONS,
            "LEN": exp.ArraySize.from_arg_list,
        }


class SparkSql(Spark):
    """Spark's dialect as this product writes it."""

    class Generator(SparkGenerator):
        """Writes SQL."""

        TRANSFORMS = {**SparkGenerator.TRANSFORMS, **functions.TRANSFORMS}  # noqa: RUF012
        TYPE_MAPPING = {  # noqa: RUF012
            **SparkGenerator.TYPE_MAPPING,
            exp.DataType.Type.UBIGINT: "BIGINT",
            exp.DataType.Type.UINT: "BIGINT",
            exp.DataType.Type.INT128: "DECIMAL(38, 0)",
            exp.DataType.Type.TIMESTAMP: "TIMESTAMP_NTZ",
        }

        def literal_sql(self, expression: exp.Literal) -> str:
            """A decimal literal is a double: Spark's decimals lose digits when they are added up."""
            text = super().literal_sql(expression)
            is_decimal = "." in text and "e" not in text.lower() and not expression.is_string
            return f"{text}D" if is_decimal else text


def rewrite(statement: exp.Expr) -> exp.Expr:
    """Change a parsed statement where its shape must be another one in Spark; may change its argument."""
    for change in _CHANGES:
        statement = statement.transform(change, copy=False)
    return statement


def _named_parameters(node: exp.Expr) -> exp.Expr:
    """DuckDB's ``$name`` is Spark's ``:name``."""
    return exp.Placeholder(this=node.name) if isinstance(node, exp.Parameter) else node


def _structs(node: exp.Expr) -> exp.Expr:
    """``(a, b)`` and ``row(a, b)`` as values are structs, whose fields must be called alike."""
    if isinstance(node, exp.Tuple) and not isinstance(node.parent, _NOT_VALUES):
        return functions.struct_of(node.expressions)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "row":
        return functions.struct_of(node.expressions)
    return node


_NOT_VALUES = (exp.Values, exp.Insert, exp.Schema, exp.Group, exp.Partition)


def _comprehensions(node: exp.Expr) -> exp.Expr:
    """``[f(x) for x in l if c]`` is a filter and a transformation."""
    inner = node.expressions[0] if isinstance(node, exp.Array) and node.expressions else None
    if not isinstance(inner, exp.Comprehension):
        return node
    name, source = exp.to_identifier(inner.expression.name), inner.args["iterator"]
    if inner.args.get("condition") is not None:
        kept = exp.Lambda(this=inner.args["condition"], expressions=[name.copy()])
        source = exp.ArrayFilter(this=source, expression=kept)
    if inner.this.name == name.name and not isinstance(inner.this, exp.Func):
        assert isinstance(source, exp.Expr)
        return source
    return exp.Transform(this=source, expression=exp.Lambda(this=inner.this, expressions=[name]))


def _not_in(node: exp.Expr) -> exp.Expr:
    """``not in`` a query asks for equality: Spark's own, which minds nulls in it, compares row by row.

    So what is null in the query, which our SQL nowhere means to forbid everything, forbids nothing. The same
    of an ``in`` deeper inside what is denied.
    """
    if isinstance(node, exp.In) and not isinstance(node.parent, exp.Not) and _is_denied(node):
        return _exists(node) if node.args.get("query") is not None else node
    query = node.this.args.get("query") if isinstance(node, exp.Not) else None
    if not isinstance(node.this, exp.In) or query is None:
        return node
    exists, sought = _exists(node.this), node.this.this.unnest()
    # nulls inside tuples are values like others
    known = (
        []
        if isinstance(sought, exp.Tuple)
        else [exp.Not(this=exp.Is(this=sought.copy(), expression=exp.null()))]
    )
    return exp.paren(exp.and_(*known, exp.Not(this=exists)))


def _is_denied(node: exp.Expr) -> bool:
    above = node.find_ancestor(exp.Not, exp.Query)
    return isinstance(above, exp.Not)


def _exists(node: exp.In) -> exp.Exists:
    """An ``in`` of a query as an ``exists`` with plain equality."""
    inner, outer = node.args["query"].unnest(), node.this.unnest()
    if isinstance(inner, exp.Select) and isinstance(inner.expressions[0], exp.Tuple):
        inner.set("expressions", inner.expressions[0].expressions)
    is_tuple = isinstance(outer, exp.Tuple)
    sought = outer.expressions if is_tuple else [outer]
    equal: type[exp.Expr] = exp.NullSafeEQ if is_tuple else exp.EQ
    names = [exp.to_identifier(f"out{i}_") for i in range(len(sought))]
    found = exp.Subquery(
        this=inner, alias=exp.TableAlias(this=exp.to_identifier("outs_"), columns=names)
    )
    met = [
        equal(this=exp.column(name.name, "outs_"), expression=value.copy())
        for name, value in zip(names, sought, strict=True)
    ]
    return exp.Exists(this=exp.select("1").from_(found).where(exp.and_(*met)))


def _filtering_joins(node: exp.Expr) -> exp.Expr:
    """``semi join … using`` on plain equality: Spark's ``using`` moves its columns to the front of ``*``.

    Only where one table stands before: its columns are the left ones then.
    """
    if not isinstance(node, exp.Select):
        return node
    source = node.args.get("from_") or node.args.get("from")
    joins = node.args.get("joins") or []
    if source is None or any(join.kind not in ("SEMI", "ANTI") for join in joins):
        return node
    for number, join in enumerate(joins):
        names = join.args.get("using")
        if not names:
            continue
        if not source.this.alias:
            alias = source.this.name if isinstance(source.this, exp.Table) else "here_"
            source.this.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        # nothing but this condition can name what is joined
        join.this.set("alias", exp.TableAlias(this=exp.to_identifier(f"there_{number}_")))
        met = exp.and_(
            *(
                exp.EQ(
                    this=exp.column(name.name, source.this.alias, quoted=True),
                    expression=exp.column(name.name, join.this.alias, quoted=True),
                )
                for name in names
            )
        )
        join.set("using", None)
        join.set("on", met)
    return node


def _listing_joins(node: exp.Expr) -> exp.Expr:
    """``select l.* … join r using`` on plain equality, too: a star lists the columns where they stand.

    Only of two tables, of which the left one has what both share. ``*`` becomes ``l.*`` and the rest of
    ``r.*``, and what is shared is the left one's.
    """
    if not isinstance(node, exp.Select) or not any(e.is_star for e in node.expressions):
        return node
    stars = [e for e in node.expressions if isinstance(e, exp.Star)]
    source = node.args.get("from_")
    listing = [j for j in node.args.get("joins") or [] if j.kind not in ("SEMI", "ANTI")]
    if source is None or len(listing) != 1 or not listing[0].args.get("using"):
        return node
    (join,) = listing
    if join.side not in ("", "LEFT") or any(star.args.get("except_") for star in stars):
        return node
    shared = {name.name for name in join.args["using"]}
    sides = {"left_": source.this, "right_": join.this}
    for alias, side in sides.items():
        if not side.alias:
            name = side.name if isinstance(side, exp.Table) else alias
            side.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    left, right = source.this.alias, join.this.alias
    for column in list(node.find_all(exp.Column)):
        if not column.table and column.name in shared and column.parent_select is node:
            column.set("table", exp.to_identifier(left, quoted=True))
    listed: list[exp.Expr] = []
    for e in node.expressions:
        if isinstance(e, exp.Star):
            listed += [_star_of(left), _star_of(right, sorted(shared))]
        else:
            listed.append(e)
    node.set("expressions", listed)
    met = [
        exp.EQ(
            this=exp.column(name, left, quoted=True),
            expression=exp.column(name, right, quoted=True),
        )
        for name in sorted(shared)
    ]
    join.set("using", None)
    join.set("on", exp.and_(*met))
    return node


def _star_of(table: str, left_out: Sequence[str] = ()) -> exp.Expr:
    names = [exp.to_identifier(name, quoted=True) for name in left_out]
    star = exp.Star(except_=names) if names else exp.Star()
    return exp.Column(this=star, table=exp.to_identifier(table, quoted=True))


def _qualify(node: exp.Expr) -> exp.Expr:
    """``qualify`` is a filter around the query; its column does not show outside."""
    if not isinstance(node, exp.Select) or not node.args.get("qualify"):
        return node
    named = {e.alias: e.this for e in node.expressions if isinstance(e, exp.Alias)}

    def spell_out(part: exp.Expr) -> exp.Expr:
        is_alias = isinstance(part, exp.Column) and not part.table and part.name in named
        return exp.paren(named[part.name].copy()) if is_alias else part

    condition = node.args["qualify"].this.transform(spell_out)
    node.set("qualify", None)
    node.append("expressions", exp.alias_(condition, _QUALIFIED))
    common = node.args.get("with_")
    node.set("with_", None)
    star = exp.Star(except_=[exp.to_identifier(_QUALIFIED)])
    outer = exp.Select(expressions=[star]).from_(
        exp.Subquery(this=node.copy(), alias=exp.TableAlias(this=exp.to_identifier("all_")))
    )
    outer = outer.where(exp.column(_QUALIFIED))
    if common is not None:
        outer.set("with_", common)
    assert isinstance(outer, exp.Select)
    return outer


_QUALIFIED = "is_qualified_"

_CHANGES: tuple[Callable[[exp.Expr], Any], ...] = (
    _named_parameters,
    _comprehensions,
    _not_in,
    _qualify,
    _filtering_joins,
    _listing_joins,
    _structs,
)
