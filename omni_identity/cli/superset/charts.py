"""The charts of the dashboard, by the sections in which they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from omni_identity.cli.superset.datasets import SHARE, Dataset

Kind = Literal["number", "table", "pivot", "bars", "lines"]
Filter = tuple[str, str | bool]
"""A column, and the value that it must have."""
VIZ_TYPES: dict[Kind, str] = {
    "number": "big_number_total",
    "table": "table",
    "pivot": "pivot_table_v2",
    "bars": "echarts_timeseries_bar",
    "lines": "echarts_timeseries_line",
}
MONTH, WEEK = "P1M", "P1W"


@dataclass(frozen=True)
class Chart:
    """One chart: metrics of a dataset by columns of it.

    ``across`` are the columns that lie across a pivot table; ``time`` is the axis of bars and lines. Tables are sorted
    by the first metric, the greatest first: PostgreSQL puts nulls before it. ``width`` is in twelfths of the page.
    """

    title: str
    kind: Kind
    dataset: str
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    across: tuple[str, ...] = ()
    time: str = ""
    grain: str = MONTH
    width: int = 6
    height: int = 44
    note: str = ""


_WHOLE: tuple[Filter, ...] = (("period", "total"), ("dimension", "all"))


def _by(dimension: str, period: str = "month") -> tuple[Filter, ...]:
    return ("period", period), ("dimension", dimension)


def _number(title: str, metric: str, note: str = "") -> Chart:
    return Chart(title, "number", "kpis", (metric,), where=_WHOLE, width=2, height=18, note=note)


SECTIONS: dict[str, tuple[tuple[Chart, ...], ...]] = {
    "Revenue and orders": (
        (
            _number("Revenue", "revenue"),
            _number("Orders", "orders"),
            _number("Amount per order", "average_order_value"),
            Chart("Customers", "number", "unified_profiles", ("customers",), width=2, height=18),
            _number("Repeat buyers", "repeat_purchase_rate"),
            _number("Conversion", "conversion_rate"),
        ),
        (
            Chart("Revenue by channel and month", "bars", "kpis", ("revenue",), ("member",), _by("channel"),
                  time="period_start"),
            Chart("Orders by channel and month", "bars", "kpis", ("orders",), ("member",), _by("channel"),
                  time="period_start"),
        ),
    ),
    "Cohorts": (
        (
            Chart("Share of a cohort who ordered, by months since", "pivot", "cohorts", ("buyer_share",), ("cohort",),
                  across=("month_number",), width=12, height=72,
                  note="A cohort is those whose first order fell in one month. The last month may not be over."),
        ),
    ),
    "Recency, frequency, value": (
        (
            Chart("Customers by recency and frequency", "pivot", "customer_value", ("customers",), ("recency_score",),
                  across=("frequency_score",), note="Scores are fifths by rank, 5 the best."),
            Chart("Customers by value", "table", "customer_value",
                  ("mean_spend", "customers", "order_count", "spend", "mean_days_since_order"), ("value_score",)),
        ),
    ),
    "Service": (
        (
            Chart("Solved at first contact, by a bot, by self-service", "lines", "kpis",
                  ("first_contact_resolution", "bot_resolution_rate", "self_service_rate"), (), _by("all"),
                  time="period_start"),
            Chart("Service by channel", "table", "kpis",
                  ("channel_traffic", "first_contact_resolution", "time_to_resolution", "customer_satisfaction"),
                  ("member",), _by("channel", "total")),
        ),
    ),
    "Audiences": (
        (
            Chart("Who is in an audience, by how they are reached", "pivot", "audience_members", ("members",),
                  ("audience",), across=("address_kind",), height=52),
            Chart("Customers who entered and left, by week", "bars", "audience_log", ("changes",),
                  ("audience", "change"), time="occurred_at", grain=WEEK, height=52),
        ),
    ),
    "Journeys and handoffs": (
        (
            Chart("Journeys that ended with an order, in one channel and across several", "lines", "kpis",
                  ("conversion_rate",), ("member",), _by("journey"), time="period_start"),
            Chart("Paths", "table", "journeys", ("journeys", "customers", "order_share", "mean_touches"), ("path",)),
        ),
        (
            Chart("Handoffs between channels", "table", "kpis",
                  ("handoffs", "handoff_context_rate", "handoff_repeat_rate", "handoff_resolution_rate"), ("member",),
                  _by("handoff", "total")),
            Chart("Handoffs by kind", "table", "handoffs",
                  ("handoffs", "context_carried_share", "asked_again_share", "resolved_share", "hours_lost"),
                  ("kind",)),
        ),
    ),
    "Identity lift": (
        (
            Chart("Each KPI, record by record and on golden customers", "table", "identity_lift",
                  ("by_customers", "by_records", "lift"), ("kpi",), _WHOLE, height=60),
            Chart("Customers by how many channels know them", "table", "unified_profiles",
                  ("customers", "record_count", "mean_confidence", "total_spend"), ("channel_count",),
                  height=60),
        ),
    ),
    "Data quality": (
        (
            Chart("Rows of the newest run by channel", "table", "run_channel_counts_of_runs",
                  ("landed_count", "current_count", "superseded_count", "deleted_count", "quarantined_count",
                   "suppressed_count", "filtered_count", "quarantined_share"), ("channel",),
                  (("is_newest", True),), width=12),
        ),
        (
            Chart("Unusual figures of feeds in the newest run", "table", "feed_figures_of_runs",
                  ("unusual", "figures"), ("channel", "feed"), (("is_newest", True),)),
            Chart("Interactions that something is wrong with", "table", "interaction_findings",
                  ("findings", "left_out"), ("reason_code", "channel")),
        ),
    ),
}  # fmt: skip


def charts() -> tuple[Chart, ...]:
    """Every chart, in the order of the page."""
    return tuple(chart for rows in SECTIONS.values() for row in rows for chart in row)


def parameters(chart: Chart, dataset: Dataset) -> dict[str, Any]:
    """What Superset's editor would have written of the chart: its *form data*."""
    metrics = list(chart.metrics)
    form: dict[str, Any] = {
        "viz_type": VIZ_TYPES[chart.kind],
        "adhoc_filters": [_adhoc(*found) for found in chart.where],
    }
    formats = {dataset.metric(name).format for name in metrics}
    shared = formats.pop() if len(formats) == 1 else "SMART_NUMBER"
    if chart.kind == "number":
        return form | {"metric": metrics[0], "y_axis_format": shared, "header_font_size": 0.4}
    form |= {"metrics": metrics, "row_limit": 10000, "order_desc": True}
    if chart.kind == "table":
        return form | {
            "query_mode": "aggregate",
            "groupby": list(chart.by),
            "timeseries_limit_metric": metrics[0],
            "show_cell_bars": False,
        }
    if chart.kind == "pivot":
        return form | {
            "groupbyRows": list(chart.by),
            "groupbyColumns": list(chart.across),
            "metricsLayout": "COLUMNS",
            "aggregateFunction": "Sum",
            "rowOrder": "key_a_to_z",
            "colOrder": "key_a_to_z",
            "valueFormat": shared,
            "date_format": "%Y-%m",
            "rowTotals": shared != SHARE,
            "colTotals": shared != SHARE,
        }
    return form | {
        "x_axis": chart.time,
        "time_grain_sqla": chart.grain,
        "groupby": list(chart.by),
        "stack": "Stack" if chart.kind == "bars" else None,
        "show_legend": True,
        "rich_tooltip": True,
        "y_axis_format": shared,
        "x_axis_time_format": "%Y-%m" if chart.grain == MONTH else "%Y-%m-%d",
        "truncate_metric": True,
    }


def query(chart: Chart) -> dict[str, Any]:
    """What Superset's server answers the chart with."""
    axis = {
        "label": chart.time,
        "sqlExpression": chart.time,
        "expressionType": "SQL",
        "columnType": "BASE_AXIS",
        "timeGrain": chart.grain,
    }
    return {
        "columns": [*([axis] if chart.time else []), *chart.by, *chart.across],
        "metrics": list(chart.metrics),
        "filters": [{"col": name, "op": "==", "val": value} for name, value in chart.where],
        "orderby": [[chart.metrics[0], False]],
        "row_limit": 10000,
        "extras": {"having": "", "where": ""},
        "time_range": "No filter",
        "order_desc": True,
    }


def _adhoc(column: str, value: str | bool) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "clause": "WHERE",
        "subject": column,
        "operator": "==",
        "operatorId": "EQUALS",
        "comparator": value,
    }
