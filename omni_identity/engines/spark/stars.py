"""``* exclude (…)`` for Spark 3, which has no words for it: the star is spelled out when the query is run.

A star of Spark 4 may leave columns out, so what is here goes when Spark 3 goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from omni_identity.engines.spark.dialect import SparkSql


@dataclass(frozen=True)
class Star:
    """A star that leaves out columns: ``mark`` stands for it, ``all_columns`` is a query for those it is of."""

    mark: str
    all_columns: str
    left_out: frozenset[str]
    source: str


def mark_stars(query: exp.Expr) -> tuple[Star, ...]:
    """Put marks in the place of such stars, and return these, each before those whose queries hold its mark."""
    found: list[Star] = []
    for select in _inner_first(query):
        listed: list[exp.Expr] = []
        for e in select.expressions:
            for star in _by_source(select, e):
                left_out = _left_out(star)
                if left_out:
                    mark = f"{{star{len(found)}}}"
                    source = star.table if isinstance(star, exp.Column) else ""
                    names = frozenset(name.name.lower() for name in left_out)
                    found.append(Star(mark, _all_columns(select, source), names, source))
                    listed.append(exp.Var(this=mark))
                else:
                    listed.append(star)
        select.set("expressions", listed)
    return tuple(found)


def spell_out(sql: str, stars: Sequence[Star], columns: Callable[[str], list[str]]) -> str:
    """``sql`` with columns in the place of marks; ``columns`` says which a query has."""
    spelled: dict[str, str] = {}

    def say(text: str) -> str:
        for mark, names in spelled.items():
            text = text.replace(mark, names)
        return text

    for star in stars:
        kept = [n for n in columns(say(star.all_columns)) if n.lower() not in star.left_out]
        prefix = f"`{star.source}`." if star.source else ""
        spelled[star.mark] = ", ".join(f"{prefix}`{name}`" for name in kept)
    return say(sql)


def _inner_first(node: exp.Expr) -> Iterator[exp.Select]:
    common = node.args.get("with_")
    if common is not None:
        yield from _inner_first(common)
    for child in node.iter_expressions():
        if child is not common:
            yield from _inner_first(child)
    if isinstance(node, exp.Select):
        yield node


def _by_source(select: exp.Select, e: exp.Expr) -> list[exp.Expr]:
    """A star of several tables as one of each."""
    joins = [j for j in select.args.get("joins") or [] if j.kind not in ("SEMI", "ANTI")]
    if not (isinstance(e, exp.Star) and _left_out(e) and joins):
        return [e]
    named = [exp.Column(this=e.copy(), table=_name(select.args["from_"].this))]
    for join in joins:
        star = e.copy()
        for shared in join.args.get("using") or []:  # the left table has it
            star.append("except_", exp.to_identifier(shared.name, quoted=True))
        named.append(exp.Column(this=star, table=_name(join.this)))
    return list(named)


def _name(source: exp.Expr) -> exp.Identifier:
    return exp.to_identifier(source.alias_or_name, quoted=True)


def _left_out(e: exp.Expr) -> list[exp.Expr]:
    star = e.this if isinstance(e, exp.Column) else e
    return (star.args.get("except_") or []) if isinstance(star, exp.Star) else []


def _all_columns(select: exp.Select, source: str) -> str:
    """A query for all columns of a star's tables, with whatever is named before it."""
    star: exp.Expr = exp.Star()
    if source:
        star = exp.Column(this=star, table=exp.to_identifier(source, quoted=True))
    inner = exp.Select(expressions=[star])
    for part in ("from_", "joins", "laterals"):
        value = select.args.get(part)
        if value is not None:
            copied = [v.copy() for v in value] if isinstance(value, list) else value.copy()
            inner.set(part, copied)
    named: list[exp.Expr] = []
    below: exp.Expr = select
    above: exp.Expr | None = select
    while above is not None:
        common = above.args.get("with_")
        if common is not None and common is not below:
            named = [cte.copy() for cte in common.expressions] + named
        elif isinstance(above, exp.With):
            before = above.expressions[: above.expressions.index(below)]
            named = [cte.copy() for cte in before] + named
        below, above = above, above.parent
    if named:
        inner.set("with_", exp.With(expressions=named))
    return inner.sql(dialect=SparkSql)
