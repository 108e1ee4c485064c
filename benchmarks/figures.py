"""How true the figures are: every KPI by true person, by golden customer, and by the channels' own records.

    omni demo --customers 10000 --home figures
    python -m benchmarks.figures --home figures --write docs/figures.md

The same SQL computes all three, from the published interactions of a demo home and from the generator's
truth beside them. An error is ``|value - truth| / truth``; of a dimension and of months, the average over
their members, each weighing as much as it counts in truth; a figure that cannot be seen is wrong by 100 %.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.literals import literal
from omni_identity.engines.moving import move_rows
from omni_identity.insight.done_by_others import done_by_others_sql
from omni_identity.insight.figures import sum_up
from omni_identity.insight.kpi_contributions import contribute
from omni_identity.insight.kpi_sums import (
    CONTRIBUTIONS,
    NEW_CONTRIBUTIONS,
    apply_sum_changes,
    create_sums,
)
from omni_identity.insight.nobody_known import count_nobody
from omni_identity.model.home import Home
from omni_identity.model.kpi_definitions import kpi_definitions

MARK = "<!-- measured: python -m benchmarks.figures -->"
PARTS = (("all", "total"), ("channel", "total"), ("segment", "total"))
"""What errors are given of beside those of months: dimension and period."""

_OTHERS = done_by_others_sql("derived.interactions", "golden_id is not null")

_SOURCE = f"""
    select i.*, i.golden_id as customers,
        case when c.golden_id is not null then i.channel || ':' || i.source_record_id end as records,
        t.entity as truth
    from derived.interactions i left join derived.customers c using (channel, source_record_id)
    left join truth t using (channel, interaction_id)
    union all
    select * exclude (order_golden_id, order_channel) replace (null as golden_id), null, null, null
    from ({_OTHERS})
"""


def measure(home: Home) -> pl.DataFrame:
    """The figures of a published demo home: kpi, period, period_start, dimension, member, truth, customers, records."""
    settings = load_configuration(home.configuration).insight
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        path = literal(home.published_file.resolve())
        engine.run(f"attach {path} as published (read_only)")
        engine.run(
            "create table derived.interactions as select * from published.interactions anti join"
            " (select channel, interaction_id from published.interaction_findings where is_left_out)"
            " using (channel, interaction_id)"
        )
        # what is left out is left out above
        create_missing(engine, "derived.interaction_findings")
        engine.run("create table derived.customers as from published.crosswalk")
        engine.run(
            "create table derived.messages as"
            " select channel, interaction_id, agent, is_bot, text from published.messages"
        )
        engine.run("create table derived.as_of as select max(as_of) as as_of from published.runs")
        labels = literal(home.truth / "interactions.csv.gz")
        engine.run(
            "create temp table truth as select channel, interaction_id, any_value(entity) as entity"
            f" from read_csv({labels}, all_varchar = true) group by channel, interaction_id"
        )
        create_missing(engine, "derived.customer_segments")
        create_sums(engine)
        contribute(engine, settings, _SOURCE, ("truth", "customers", "records"))
        move_rows(engine, NEW_CONTRIBUTIONS, CONTRIBUTIONS)
        apply_sum_changes(engine)
        count_nobody(engine, settings)
        sum_up(engine, settings)
        return engine.fetch(
            """
            select kpi, period, period_start, dimension, member,
                max(value) filter (where seen_as = 'truth') as truth,
                max(coalesce(denominator, numerator)) filter (where seen_as = 'truth')::double as weight,
                max(value) filter (where seen_as = 'customers') as customers,
                max(value) filter (where seen_as = 'records') as records
            from figures group by kpi, period, period_start, dimension, member
            having truth is not null and weight > 0
            """
        )


def errors(figures: pl.DataFrame) -> pl.DataFrame:
    """By KPI, dimension and period: the average errors of both ways of seeing customers."""
    wrong = [
        pl.when(pl.col("truth") != 0)
        .then(((pl.col(side) - pl.col("truth")) / pl.col("truth")).abs())
        .otherwise((pl.col(side).fill_null(1) != 0).cast(pl.Float64))
        .fill_null(1.0)
        .alias(side)
        for side in ("customers", "records")
    ]
    weight = pl.col("weight")
    return (
        figures.with_columns(wrong)
        .group_by("kpi", "dimension", "period")
        .agg((pl.col(side) * weight).sum() / weight.sum() for side in ("customers", "records"))
    )


def report(figures: pl.DataFrame) -> str:
    """Two Markdown tables: the figures of all with their errors by month, and the errors of other parts."""
    found = {(k, d, p): (c, r) for k, d, p, c, r in errors(figures).iter_rows()}
    total = figures.filter(period="total", dimension="all")
    values = {row["kpi"]: row for row in total.iter_rows(named=True)}
    lines = [
        "| KPI | by true person | by golden customer | by channel record"
        " | error by month: customers | records | closer |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for kpi in (one.name for one in kpi_definitions()):
        row, (mine, theirs) = values[kpi], found[kpi, "all", "month"]
        shown = " | ".join(_number(row[side]) for side in ("truth", "customers", "records"))
        lines.append(f"| `{kpi}` | {shown} | {mine:.1%} | {theirs:.1%} | {_closer(mine, theirs)} |")
    heads = " | ".join("of the whole" if d == "all" else f"by {d}" for d, _ in PARTS)
    lines += ["", f"| KPI: error of customers / of records | {heads} |", "|---|" + "--:|" * 3]
    for kpi in (one.name for one in kpi_definitions()):
        cells = (found.get((kpi, d, p)) for d, p in PARTS)
        shown = " | ".join(f"{c[0]:.1%} / {c[1]:.1%}" if c else "" for c in cells)
        lines.append(f"| `{kpi}` | {shown} |")
    return "\n".join(lines)


def _closer(mine: float, theirs: float) -> str:
    if abs(mine - theirs) < 0.0005:
        return "equal"
    return "customers" if mine < theirs else "records"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def main() -> None:
    """Measure a demo home, print the tables, and put them into a document below ``MARK``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a published demo home")
    parser.add_argument("--write", type=Path, help=f"document that ends with {MARK}")
    arguments = parser.parse_args()
    tables = report(measure(Home(arguments.home)))
    print(tables)
    if arguments.write:
        text = arguments.write.read_text(encoding="utf-8")
        before, mark, _ = text.partition(MARK)
        arguments.write.write_text(f"{before}{mark}\n\n{tables}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
