"""What the dashboard's charts read: published tables and queries on them, with columns and metrics in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import yaml
from jinja2 import Environment, StrictUndefined

from omni_identity.cli.dbt_package import FLAT, is_nested
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import REPOSITORY
from omni_identity.model.kpi_definitions import Kpi, Unit, kpi_definitions
from omni_identity.model.tables import Column, Table, published_tables

COUNT, SHARE, MONEY, MEAN = ",d", ".1%", ",.2f", ",.2f"
FORMATS: dict[Unit, str] = {
    "share": SHARE,
    "amount": MONEY,
    "hours": ",.1f",
    "days": ",.1f",
    "seconds": ",.0f",
    "score": MEAN,
    "count": COUNT,
}
"""How d3 writes a KPI's values, by its unit."""
MARTS = REPOSITORY / "bi" / "dbt" / "models" / "marts"
ONE_FIGURE = "Filter by period and dimension, and filter or group by member: each figure is there by several."

Qualify = Callable[[str], str]
"""Puts the schema of the publication before the name of a table."""


@dataclass(frozen=True)
class Metric:
    """A figure of a dataset: SQL that DuckDB and PostgreSQL both know."""

    name: str
    title: str
    sql: str
    format: str = COUNT
    description: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Dataset:
    """A table, or what ``sql`` reads, with the metrics that charts take from it; ``time`` is its column of time."""

    name: str
    description: str
    columns: tuple[Column, ...]
    metrics: tuple[Metric, ...]
    time: str | None = None
    sql: str | None = None

    def metric(self, name: str) -> Metric:
        """Return the metric called ``name``; ``KeyError`` if there is none."""
        return {metric.name: metric for metric in self.metrics}[name]


def datasets(vocabulary: Vocabulary, qualify: Qualify) -> dict[str, Dataset]:
    """Every dataset by name."""
    tables = published_tables(vocabulary)
    made = (
        _table(tables["kpis"], tuple(map(_of_kpi, kpi_definitions())), "period_start"),
        _table(tables["identity_lift"], LIFT, "period_start"),
        _table(tables["cohorts"], COHORT, "month"),
        _customer_value(qualify),
        _table(tables["unified_profiles"], CUSTOMERS, "last_seen_at"),
        _table(tables["audience_members"], MEMBERS, "since"),
        _table(tables["audience_log"], MOVES, "occurred_at"),
        _table(tables["journeys"], JOURNEYS, "started_at"),
        _table(tables["handoffs"], HANDOFFS, "occurred_at"),
        _of_runs(tables["run_channel_counts"], tables["runs"], ROWS, qualify),
        _of_runs(tables["feed_figures"], tables["runs"], FEEDS, qualify),
        _table(tables["interaction_findings"], FINDINGS),
    )
    return {dataset.name: dataset for dataset in made}


def _sum(column: str, title: str, format: str = COUNT) -> Metric:
    return Metric(column, title, f"SUM({column})", format)


def _share(name: str, title: str, part: str, whole: str) -> Metric:
    return Metric(name, title, f"1.0 * {part} / NULLIF({whole}, 0)", SHARE)


LIFT = (
    Metric("by_records", "As the channels see it", "MAX(value_by_records)", MEAN, "", ONE_FIGURE),
    Metric("by_customers", "On golden customers", "MAX(value_by_customers)", MEAN, "", ONE_FIGURE),
    Metric("lift", "What the channels cannot see", "MAX(difference)", MEAN, "", ONE_FIGURE),
)
COHORT = (
    _share("buyer_share", "Share who ordered", "SUM(buyer_count)", "SUM(customer_count)"),
    _sum("buyer_count", "Buyers"),
    _sum("order_count", "Orders"),
    _sum("revenue", "Revenue", MONEY),
)
VALUE = (
    Metric("customers", "Customers", "COUNT(*)"),
    _sum("order_count", "Orders"),
    _sum("spend", "Spend", MONEY),
    Metric("mean_spend", "Spend per customer", "AVG(spend)", MONEY),
    Metric("mean_days_since_order", "Days since the last order", "AVG(days_since_order)", ",.1f"),
)
CUSTOMERS = (
    Metric("customers", "Golden customers", "COUNT(*)"),
    _sum("record_count", "Source records"),
    Metric("mean_confidence", "Identity confidence", "AVG(identity_confidence)", ".3f"),
    _sum("total_spend", "Spend", MONEY),
)
MEMBERS = (Metric("members", "Customers", "COUNT(DISTINCT golden_id)"),)
MOVES = (Metric("changes", "Changes", "COUNT(*)"),)
JOURNEYS = (
    Metric("journeys", "Journeys", "COUNT(*)"),
    Metric("customers", "Customers", "COUNT(DISTINCT golden_id)"),
    _share("order_share", "Ended with an order, of those that ended",
           "COUNT(CASE WHEN outcome = 'order' THEN 1 END)", "COUNT(CASE WHEN outcome <> 'open' THEN 1 END)"),
    Metric("mean_touches", "Touches", "AVG(touch_count)", ",.1f"),
)  # fmt: skip
HANDOFFS = (
    Metric("handoffs", "Handoffs", "COUNT(*)"),
    _share("context_carried_share", "Context carried along",
           "COUNT(CASE WHEN context_carried THEN 1 END)", "COUNT(context_carried)"),
    _share("asked_again_share", "Had to say it again", "COUNT(CASE WHEN asked_again THEN 1 END)", "COUNT(asked_again)"),
    _share("resolved_share", "Resolved", "COUNT(CASE WHEN is_resolved THEN 1 END)", "COUNT(is_resolved)"),
    Metric("hours_lost", "Hours lost", "SUM(seconds_lost) / 3600.0", ",.1f"),
)  # fmt: skip
ROWS = (
    _sum("landed_count", "Landed"),
    _sum("current_count", "Current"),
    _sum("superseded_count", "Superseded"),
    _sum("deleted_count", "Deleted"),
    _sum("quarantined_count", "Quarantined"),
    _sum("suppressed_count", "Suppressed"),
    _sum("filtered_count", "Filtered"),
    _share("quarantined_share", "Share quarantined", "SUM(quarantined_count)", "SUM(landed_count)"),
)
FEEDS = (
    Metric("figures", "Figures looked at", "COUNT(*)"),
    Metric("unusual", "Unusual", "COUNT(CASE WHEN is_unusual THEN 1 END)"),
)
FINDINGS = (
    Metric("findings", "Interactions", "COUNT(*)"),
    Metric("left_out", "Left out of figures", "COUNT(CASE WHEN is_left_out THEN 1 END)"),
)


def _of_kpi(kpi: Kpi) -> Metric:
    """Its sum over what is chosen; of a share or mean, that of the numerators by that of the denominators."""
    numerator, denominator = (
        f"CASE WHEN kpi = '{kpi.name}' THEN {column} END" for column in ("numerator", "denominator")
    )
    # a mere count has no denominator in any row
    divisor = f"CASE WHEN COUNT({denominator}) = 0 THEN 1 ELSE NULLIF(SUM({denominator}), 0) END"
    sql = f"SUM({numerator}) / {divisor}"
    return Metric(kpi.name, kpi.title, sql, FORMATS[kpi.unit], kpi.definition, ONE_FIGURE)


def _table(table: Table, metrics: tuple[Metric, ...], time: str | None = None) -> Dataset:
    """What a published table has that charts can show: no lists, and nothing that says who somebody is."""
    shown = tuple(
        column
        for column in table.columns
        if column.pii in ("none", "pseudonymous") and not is_nested(column)
    )
    return Dataset(table.name, table.comment, shown, metrics, time)


def _of_runs(table: Table, runs: Table, metrics: tuple[Metric, ...], qualify: Qualify) -> Dataset:
    """A table of figures of runs, with the time of its run, and whether that is the newest."""
    own = _table(table, metrics)
    newest = Column("is_newest", "BOOLEAN", "Whether it is the newest run that has any.")
    sql = (
        f"SELECT {', '.join(f't.{column.name}' for column in own.columns)}, r.started_at,\n"
        "    r.run_number = MAX(r.run_number) OVER () AS is_newest\n"
        f"FROM {qualify(table.name)} AS t JOIN {qualify(runs.name)} AS r ON r.run_id = t.run_id"
    )
    columns = (*own.columns, runs.column("started_at"), newest)
    return Dataset(f"{table.name}_of_runs", table.comment, columns, metrics, "started_at", sql)


def _customer_value(qualify: Qualify) -> Dataset:
    """The mart ``customer_value`` of the dbt package, as a query of Superset's own: it needs no dbt."""
    (described,) = (
        model
        for model in yaml.safe_load((MARTS / "marts.yml").read_text(encoding="utf-8"))["models"]
        if model["name"] == "customer_value"
    )
    columns = tuple(
        Column(column["name"], column["data_type"], column["description"])
        for column in described["columns"]
    )
    sql = Environment(undefined=StrictUndefined, autoescape=False).from_string(
        "\n".join(
            line
            for line in (MARTS / "customer_value.sql").read_text(encoding="utf-8").splitlines()
            if not line.startswith("--")
        )
    ).render(
        source=lambda source, table: qualify(table),
        ref=lambda model: qualify(model.removeprefix(FLAT)),
        # the number of the day in UTC, whether or not the time has a zone
        omni_identity=SimpleNamespace(
            utc_day=lambda time: f"CAST(FLOOR(EXTRACT(epoch FROM {time}) / 86400) AS integer)"
        ),
    )  # fmt: skip
    return Dataset("customer_value", described["description"], columns, VALUE, "last_order_at", sql)
