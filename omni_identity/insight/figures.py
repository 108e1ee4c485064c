"""Sums contributions up to the published figures: ``kpis``, the same side by side, and the identity lift."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.model.kpi_definitions import kpi_definitions


def build_figures(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild every published table of figures from the contributions' sums; return how many rows ``kpis`` has."""
    with engine.transaction():
        sum_up(engine, settings)
        engine.run(_KPIS)
        columns = ", ".join(
            f"max(case when kpi = '{kpi.name}' then value end) as {kpi.name}"
            for kpi in kpi_definitions()
        )
        engine.run(
            "create or replace table derived.kpi_series as select period, period_start, period_end,"
            f" dimension, member, {columns} from derived.kpis"
            " group by period, period_start, period_end, dimension, member"
            " order by period, period_start, dimension, member"
        )
        engine.run(_LIFT)
        engine.run("drop table figures")
    return count_rows(engine, "derived.kpis")


def sum_up(engine: Engine, settings: InsightSettings) -> None:
    """Make the temporary table ``figures``, laid out as ``kpis`` with ``seen_as`` before.

    Reads ``derived.kpi_sums`` with their labels, of the contributions that begin to count today
    ``derived.kpi_contributions``, and ``derived.as_of``. Money is in ``insight.currency``, or in the only
    currency there is. What is left in another one is never added to it, but stands in a dimension of its
    own: ``currency``, ``channel_currency`` … Rebuilds ``derived.kpi_definitions``.
    """
    _write_definitions(engine)
    engine.run(_MOMENTS, {"time_zone": settings.time_zone})
    engine.run(_SUMS)
    engine.run(_FIGURES, {"currency": settings.currency})
    for table in ("figure_moments", "figure_sums"):
        engine.run(f"drop table {table}")


def _write_definitions(engine: Engine) -> None:
    kpis = kpi_definitions()
    columns = ("title", "unit", "grain", "definition")
    engine.run(
        "create or replace table derived.kpi_definitions"
        " (kpi VARCHAR, title VARCHAR, unit VARCHAR, grain VARCHAR, definition VARCHAR)"
    )
    rows = {name: [getattr(kpi, name) for kpi in kpis] for name in columns}
    engine.write(
        "derived.kpi_definitions", pl.DataFrame({"kpi": [kpi.name for kpi in kpis], **rows})
    )


_MOMENTS = """
    create or replace temp table figure_moments as
    select (as_of at time zone 'UTC') at time zone $time_zone as as_of,
        (
            select min(period_start) from derived.kpi_sums
            where label_no in (select label_no from derived.kpi_labels where period = 'day')
        ) as first_day
    from derived.as_of
"""

_SUMS = """
    create or replace temp table figure_sums as
    with counting as (
        select s.label_no, s.period_start,
            case when numerator_count > 0 then numerator end as numerator,
            case when denominator_count > 0 then denominator end as denominator
        from derived.kpi_sums s cross join figure_moments m
        where s.counts_from is null or s.counts_from <= m.as_of::date
        union all
        -- of those that begin to count on the day of now some may not do so yet
        select c.label_no, c.period_start, c.numerator, c.denominator
        from derived.kpi_contributions c cross join figure_moments m
        where c.counts_from >= m.as_of::date and c.counts_from <= m.as_of
    ), summed as (
        select label_no, period_start, sum(numerator)::decimal(38, 2) as numerator,
            sum(denominator)::bigint as denominator
        from counting group by label_no, period_start
    )
    select l.seen_as, l.kpi, d.grain, l.period, c.period_start, l.dimension, l.member, l.segment,
        l.currency, c.numerator, c.denominator
    from summed c join derived.kpi_labels l using (label_no) join derived.kpi_definitions d using (kpi)
"""

_ONE_CURRENCY = "(select min(currency) from figure_sums having count(distinct currency) = 1)"

_ADDS_UP = "(grain, dimension) in (('events', 'channel'), ('journeys', 'journey'))"
"""Rows whose sum is the figure of all, and of a segment."""

_FIGURES = f"""
    create or replace temp table figures as
    with dimensions as (
        select seen_as, kpi, grain, period, period_start, dimension, member, currency, numerator,
            denominator
        from figure_sums
        union all
        select seen_as, kpi, grain, period, period_start, 'all', 'all', currency, numerator,
            denominator
        from figure_sums where {_ADDS_UP}
        union all
        select seen_as, kpi, grain, period, period_start, 'segment', segment, currency, numerator,
            denominator
        from figure_sums where dimension = 'all' or {_ADDS_UP}
    ), main as (
        select coalesce($currency::varchar, {_ONE_CURRENCY}) as main_currency
    ), priced as (
        select seen_as, kpi, grain, period, period_start,
            case when currency is null or currency = main_currency then dimension
                when dimension = 'all' then 'currency' else dimension || '_currency' end as dimension,
            case when currency is null or currency = main_currency then member
                when dimension = 'all' then currency
                else member || ' / ' || currency end as member,
            numerator, denominator
        from dimensions cross join main
    ), summed as (
        select seen_as, kpi, grain, period, period_start, dimension, member,
            sum(numerator) as numerator, sum(denominator) as denominator
        from priced group by seen_as, kpi, grain, period, period_start, dimension, member
    ), periods as (
        select * from summed
        union all
        select seen_as, kpi, grain, 'week', date_trunc('week', period_start)::date, dimension, member,
            numerator, denominator
        from summed where grain <> 'periods'
        union all
        select seen_as, kpi, grain, 'month', date_trunc('month', period_start)::date, dimension, member,
            numerator, denominator
        from summed where grain <> 'periods'
        union all
        select seen_as, kpi, grain, 'total', first_day, dimension, member, numerator, denominator
        from summed cross join figure_moments where grain <> 'periods' or period = 'month'
    ), added as (
        select seen_as, kpi, period, period_start, dimension, member,
            sum(numerator)::decimal(38, 2) as numerator, sum(denominator)::bigint as denominator
        from periods group by seen_as, kpi, period, period_start, dimension, member
    )
    select seen_as, kpi, period, period_start,
        case period when 'day' then period_start
            when 'week' then (period_start + interval 6 day)::date
            when 'month' then (period_start + interval 1 month - interval 1 day)::date
            else as_of::date end as period_end,
        dimension, member, numerator, denominator,
        case when denominator is null then numerator::double
            when denominator > 0 then numerator::double / denominator end as value
    from added cross join figure_moments
"""

_KPIS = """
    create or replace table derived.kpis as
    select kpi, period, period_start, period_end, dimension, member, numerator, denominator, value
    from figures where seen_as = 'customers'
    order by kpi, period, period_start, dimension, member
"""

_LIFT = """
    create or replace table derived.identity_lift as
    with by_records as (select * from figures where seen_as = 'records')
    select coalesce(c.kpi, r.kpi) as kpi, coalesce(c.period, r.period) as period,
        coalesce(c.period_start, r.period_start) as period_start,
        coalesce(c.period_end, r.period_end) as period_end,
        coalesce(c.dimension, r.dimension) as dimension, coalesce(c.member, r.member) as member,
        r.value as value_by_records, c.value as value_by_customers,
        c.value - r.value as difference
    from derived.kpis c full join by_records r
        on r.kpi = c.kpi and r.period = c.period and r.period_start = c.period_start
        and r.dimension = c.dimension and r.member = c.member
    order by kpi, period, period_start, dimension, member
"""
