"""What a chart of the Superset bundle asks, as SQL of its own making, answered by DuckDB on a published file."""

from __future__ import annotations

import json
from typing import Any

import duckdb

GRAINS = {"P1M": "month", "P1W": "week"}
Row = dict[str, Any]


def query_of(chart: Row) -> Row:
    """What Superset's server is asked for, as a chart's file has it."""
    (query,) = json.loads(chart["query_context"])["queries"]
    return dict(query)


def answer(chart: Row, dataset: Row, reader: duckdb.DuckDBPyConnection) -> list[Row]:
    """Ask by what the files of a chart and its dataset say: columns and metrics, filtered and grouped."""
    metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
    query = query_of(chart)
    asked = {
        column[
            "label"
        ]: f"cast(date_trunc('{GRAINS[column['timeGrain']]}', {column['sqlExpression']}) as date)"
        for column in query["columns"]
        if isinstance(column, dict)
    }
    asked |= {column: column for column in query["columns"] if isinstance(column, str)}
    names = [*asked, *query["metrics"]]
    selected = ", ".join([*asked.values(), *(metrics[name] for name in query["metrics"])])
    table = (
        f"({dataset['sql']})" if dataset["sql"] else f"{dataset['schema']}.{dataset['table_name']}"
    )
    where = " and ".join(f"{found['col']} = ?" for found in query["filters"]) or "true"
    groups = ", ".join(str(place) for place in range(1, len(asked) + 1))
    rows = reader.execute(
        f"select {selected} from {table} as asked where {where}"
        + (f" group by {groups} order by {groups}" if groups else ""),
        [found["val"] for found in query["filters"]],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
