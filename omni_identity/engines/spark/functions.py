"""DuckDB's functions as Spark writes them, where sqlglot's own translation gives something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.generators.spark import SparkGenerator

from omni_identity.engines.spark import similarity

Writer = Callable[[Any, Any], str]


def struct_of(values: Sequence[exp.Expr]) -> exp.Expr:
    """A struct of values whose fields are called ``v1``, ``v2`` and so on."""
    fields: list[exp.Expr] = []
    for i, value in enumerate(values, 1):
        fields += [exp.Literal.string(f"v{i}"), value]
    return exp.Anonymous(this="named_struct", expressions=fields)


def _arg_best(name: str) -> Writer:
    """DuckDB looks only at rows whose first argument is not null; Spark at those whose second one is not."""

    def write(self: Any, e: exp.Expr) -> str:
        value, by = self.sql(e, "this"), self.sql(e, "expression")
        return f"{name}({value}, CASE WHEN {value} IS NOT NULL THEN {by} END)"

    return write


def _filter(self: Any, e: exp.Filter) -> str:
    condition = self.sql(e.expression, "this")
    if isinstance(e.this, exp.ArrayAgg):
        return _listed(self, e.this, condition)
    if isinstance(e.parent, exp.Window):  # Spark 3 has no filter there
        return str(self.sql(_of_some(e.this, e.expression.this)))
    return f"{self.sql(e, 'this')} FILTER (WHERE {condition})"


def _of_some(aggregate: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """An aggregate that skips nulls, of nothing but the rows that meet a condition."""
    aggregate = aggregate.copy()
    place = "expression" if isinstance(aggregate, (exp.ArgMax, exp.ArgMin)) else "this"
    value = aggregate.args[place]
    of = exp.Literal.number(1) if isinstance(value, exp.Star) else value.copy()
    aggregate.set(place, exp.Case(ifs=[exp.If(this=condition.copy(), true=of)]))
    return aggregate


def _list(self: Any, e: exp.ArrayAgg) -> str:
    return _listed(self, e)


def _listed(self: Any, e: exp.ArrayAgg, condition: str = "TRUE") -> str:
    """A list with its nulls, in the order asked for, of rows that meet a condition; null instead of an empty one."""
    value, keys, collect = e.this, [], "collect_list"
    if isinstance(value, exp.Order):
        keys, value = list(value.expressions), value.this
    if isinstance(value, exp.Distinct):
        collect, value = "collect_set", value.expressions[0]
    fields = [f"'k{i}', {self.sql(key, 'this')}" for i, key in enumerate(keys)]
    fields.append(f"'v', {self.sql(value)}")
    rows = f"{collect}(CASE WHEN {condition} THEN named_struct({', '.join(fields)}) END)"
    if keys:
        cases = " ".join(_compared(f"k{i}", key) for i, key in enumerate(keys))
        rows = f"array_sort({rows}, (l, r) -> CASE {cases} ELSE 0 END)"
    found = f"{rows}.v"
    return f"CASE WHEN count(CASE WHEN {condition} THEN 1 END) > 0 THEN {found} END"


def _joined(self: Any, e: exp.GroupConcat) -> str:
    """The texts of a list, which Spark has an aggregate for from version 4 on."""
    return (
        f"array_join({_listed(self, exp.ArrayAgg(this=e.this.copy()))}, {self.sql(e, 'separator')})"
    )


def _compared(field: str, key: exp.Ordered) -> str:
    less, more = (1, -1) if key.args.get("desc") else (-1, 1)
    null = -1 if key.args.get("nulls_first") else 1
    return (
        f"WHEN l.{field} IS NULL AND r.{field} IS NOT NULL THEN {null}"
        f" WHEN l.{field} IS NOT NULL AND r.{field} IS NULL THEN {-null}"
        f" WHEN l.{field} < r.{field} THEN {less} WHEN l.{field} > r.{field} THEN {more}"
    )


def _first(self: Any, e: exp.First) -> str:
    if isinstance(e.this, exp.Order):
        return f"{_listed(self, exp.ArrayAgg(this=e.this.copy()))}[0]"
    return f"first({self.sql(e, 'this')})"


def _ignore_nulls(self: Any, e: exp.IgnoreNulls) -> str:
    if isinstance(e.this, exp.AnyValue):
        return f"any_value({self.sql(e.this, 'this')}, true)"
    return f"{self.sql(e, 'this')} IGNORE NULLS"


def _bracket(self: Any, e: exp.Bracket) -> str:
    """sqlglot counts from 0 by now; a negative index counts from the end, and was moved along."""
    (index,) = e.expressions
    holder = self.sql(e, "this")
    if isinstance(index, exp.Neg):
        return f"element_at({holder}, {1 - int(index.this.name)})"
    if isinstance(index, exp.Literal) and index.is_string:
        return f"{holder}.`{index.name}`"
    return f"get({holder}, {self.sql(index)})"


def _regexp_replace(self: Any, e: exp.RegexpReplace) -> str:
    """Without the option ``g`` DuckDB replaces the first match only, which none of our SQL means."""
    if "g" not in self.sql(e, "modifiers"):
        raise ValueError("regexp_replace without 'g' replaces the first match only: not in Spark")
    replacement = self.sql(e, "replacement")
    return f"regexp_replace({self.sql(e, 'this')}, {self.sql(e, 'expression')}, {replacement})"


def _date_diff(self: Any, e: exp.DateDiff) -> str:
    """DuckDB counts the boundaries between two moments, Spark the whole units."""
    unit = e.args["unit"].name.lower() if e.args.get("unit") else "day"
    end, start = self.sql(e, "this"), self.sql(e, "expression")
    if unit == "day":
        return f"CAST(datediff({end}, {start}) AS BIGINT)"
    if unit in ("hour", "minute", "second", "week"):
        name = unit.upper()
        return (
            f"CAST(timestampdiff({name}, date_trunc('{name}', {start}),"
            f" date_trunc('{name}', {end})) AS BIGINT)"
        )
    months = f"((year({end}) - year({start})) * 12 + month({end}) - month({start}))"
    if unit == "month":
        return f"CAST({months} AS BIGINT)"
    if unit == "year":
        return f"CAST(year({end}) - year({start}) AS BIGINT)"
    raise ValueError(f"date_diff by {unit} has no translation yet")


def _interval(unit: str) -> Writer:
    def write(self: Any, e: exp.Expr) -> str:
        this = e.this if not isinstance(e, exp.Anonymous) else e.expressions[0]
        return f"make_dt_interval({_PLACES[unit].format(self.sql(this))})"

    return write


_PLACES = {"day": "{}", "hour": "0, {}", "minute": "0, 0, {}", "second": "0, 0, 0, {}"}


def _epoch(self: Any, e: exp.TimeToUnix) -> str:
    this = self.sql(e, "this")
    return f"(unix_micros(CAST({this} AS TIMESTAMP_LTZ)) / 1000000.0D)"


def _date_trunc(self: Any, e: exp.Expr) -> str:
    unit = e.args["unit"].name.upper()
    return f"CAST(date_trunc('{unit}', {self.sql(e, 'this')}) AS TIMESTAMP_NTZ)"


def _anonymous(self: Any, e: exp.Anonymous) -> str:
    name = e.name.lower()
    write = _BY_NAME.get(name)
    if write is None:
        return f"{e.name}({', '.join(self.sql(argument) for argument in e.expressions)})"
    return write(self, e)


def _renamed(name: str) -> Writer:
    return lambda self, e: f"{name}({', '.join(self.sql(a) for a in e.expressions)})"


def _of_all(self: Any, e: exp.Anonymous) -> str:
    holder, wanted = (self.sql(argument) for argument in e.expressions)
    return f"forall({wanted}, x_ -> array_contains({holder}, x_))"


def _hash(self: Any, e: exp.Anonymous) -> str:
    """As DuckDB's, never negative: what is left of a division by n is a number from 0 to n - 1."""
    return f"(xxhash64({', '.join(self.sql(a) for a in e.expressions)}) & {2**63 - 1})"


_BY_NAME: dict[str, Writer] = {
    "suffix": _renamed("endswith"),
    "hash": _hash,
    "list_has_all": _of_all,
    "list_intersect": _renamed("array_intersect"),
    "list_aggregate": _renamed("list_aggregate"),
    "to_hours": _interval("hour"),
    "to_minutes": _interval("minute"),
    "to_seconds": _interval("second"),
}


def _sides(self: Any, e: exp.Expr) -> tuple[str, str]:
    return self.sql(e, "this"), self.sql(e, "expression")


def _at_least(self: Any, e: exp.GTE) -> str:
    if isinstance(e.this, exp.JarowinklerSimilarity):
        return f"({similarity.at_least(*_sides(self, e.this), self.sql(e, 'expression'))})"
    return " >= ".join(_sides(self, e))


def _array(self: Any, e: exp.Array) -> str:
    if not e.expressions:
        return "CAST(array() AS ARRAY<STRING>)"
    return f"array({', '.join(self.sql(element) for element in e.expressions)})"


def _distinct_list(self: Any, e: exp.ArrayDistinct) -> str:
    """DuckDB leaves nulls out."""
    return f"array_compact(array_distinct({self.sql(e, 'this')}))"


def _percentile(self: Any, e: exp.PercentileCont) -> str:
    return f"percentile({self.sql(e, 'this')}, {self.sql(e, 'expression')})"


def _call(name: str, *keys: str) -> Writer:
    return lambda self, e: f"{name}({', '.join(self.sql(e, key) for key in keys)})"


def _split(self: Any, e: exp.Split) -> str:
    """Spark splits at a pattern; a blank is one that means itself."""
    if e.expression.name != " ":
        return str(SparkGenerator.TRANSFORMS[exp.Split](self, e))
    return f"split({self.sql(e, 'this')}, ' ')"


def _window(self: Any, e: exp.Window) -> str:
    """Numbers in no order are any numbers that differ: counting would bring all rows together."""
    if isinstance(e.this, exp.RowNumber) and not (
        e.args.get("partition_by") or e.args.get("order")
    ):
        return "(monotonically_increasing_id() + 1)"
    return str(self.window_sql(e))


def _at_time_zone(self: Any, e: exp.AtTimeZone) -> str:
    """Of ``(t at time zone 'UTC') at time zone z`` the inner step changes nothing here."""
    return (
        f"CAST(from_utc_timestamp({self.sql(e, 'this')}, {self.sql(e, 'zone')}) AS TIMESTAMP_NTZ)"
    )


TRANSFORMS: dict[type[exp.Expr], Writer] = {
    exp.Anonymous: _anonymous,
    exp.ArgMax: _arg_best("max_by"),
    exp.ArgMin: _arg_best("min_by"),
    exp.Array: _array,
    exp.ArrayAgg: _list,
    exp.ArrayDistinct: _distinct_list,
    exp.ArrayOverlaps: _call("arrays_overlap", "this", "expression"),
    exp.ArraySize: _call("array_size", "this"),
    exp.AtTimeZone: _at_time_zone,
    exp.Bracket: _bracket,
    exp.DateDiff: _date_diff,
    exp.Filter: _filter,
    exp.First: _first,
    exp.GroupConcat: _joined,
    exp.IgnoreNulls: _ignore_nulls,
    exp.GTE: _at_least,
    exp.JarowinklerSimilarity: lambda self, e: similarity.similarity(*_sides(self, e)),
    exp.Pow: _call("power", "this", "expression"),
    exp.PercentileCont: _percentile,
    exp.RegexpReplace: _regexp_replace,
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.TimeToUnix: _epoch,
    exp.Split: _split,
    exp.ToDays: _interval("day"),
    exp.Window: _window,
}
