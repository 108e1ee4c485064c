"""Sums contributions up to the published figures: ``kpis``, the same side by side, and the identity lift."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.insight.kpi_contributions import BY_CUSTOMERS, BY_RECORDS
from omni_identity.insight.kpi_definitions import kpi_definitions

PLAIN = ("all", "channel", "segment", "journey")
"""Dimensions of figures; those of money in a further currency have ``_currency`` behind them."""


def build_figures(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild every published table of figures from the contributions; return how many rows ``kpis`` has."""
    with engine.transaction():
        _create_definitions(engine)
        _create_moments(engine, settings, f"derived.{BY_CUSTOMERS}")
        sum_up(engine, settings, f"derived.{BY_CUSTOMERS}", "derived.kpis")
        sum_up(engine, settings, f"derived.{BY_RECORDS}", "derived.record_kpis")
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
        engine.run("drop table derived.record_kpis")
        engine.run("drop table figure_moments")
    return int(engine.fetch("select count(*) as n from derived.kpis")["n"][0])


def measure(engine: Engine, settings: InsightSettings, contributions: str, target: str) -> None:
    """Make the table ``target`` of the figures of any contributions, for those who compare subjects."""
    _create_definitions(engine)
    _create_moments(engine, settings, contributions)
    sum_up(engine, settings, contributions, target)


def sum_up(engine: Engine, settings: InsightSettings, contributions: str, target: str) -> None:
    """Make ``target``, laid out as ``kpis``, from a table of contributions; reads ``figure_moments``.

    Money is in ``insight.currency``, or in the only currency there is. What is left in another one is
    never added to it, but stands in a dimension of its own: ``currency``, ``channel_currency`` …
    """
    engine.run(_SUMS.format(contributions=contributions))
    one = "(select min(currency) from figure_sums having count(distinct currency) = 1)"
    engine.run(
        _FIGURES.format(target=target, main=f"coalesce($currency::varchar, {one})"),
        {"currency": settings.currency},
    )
    engine.run("drop table figure_sums")


def _create_definitions(engine: Engine) -> None:
    engine.run(
        "create or replace table derived.kpi_definitions"
        " (kpi VARCHAR, title VARCHAR, unit VARCHAR, grain VARCHAR, definition VARCHAR)"
    )
    for kpi in kpi_definitions():
        engine.run(
            "insert into derived.kpi_definitions values ($name, $title, $unit, $grain, $definition)",
            {
                "name": kpi.name,
                "title": kpi.title,
                "unit": kpi.unit,
                "grain": kpi.grain,
                "definition": kpi.definition,
            },
        )


def _create_moments(engine: Engine, settings: InsightSettings, contributions: str) -> None:
    """Make ``figure_moments``: as_of in ``insight.time_zone``, and the first day that anything counts for."""
    engine.run(
        f"""
        create or replace temp table figure_moments as
        select (as_of at time zone 'UTC') at time zone $time_zone as as_of,
            (select min(period_start) from {contributions} where period = 'day') as first_day
        from derived.as_of
        """,
        {"time_zone": settings.time_zone},
    )


_SUMS = """
    create or replace temp table figure_sums as
    select c.kpi, d.grain, c.period, c.period_start, c.dimension, c.member, c.segment, c.currency,
        sum(c.numerator)::decimal(38, 2) as numerator, sum(c.denominator)::bigint as denominator
    from {contributions} c join derived.kpi_definitions d using (kpi) cross join figure_moments m
    where c.counts_from is null or c.counts_from <= m.as_of
    group by all
"""

_FIGURES = """
    create or replace table {target} as
    with dimensions as (
        select kpi, grain, period, period_start, dimension, member, currency, numerator, denominator
        from figure_sums
        union all
        select kpi, grain, period, period_start, 'all', 'all', currency, numerator, denominator
        from figure_sums where grain = 'events'
        union all
        select kpi, grain, period, period_start, 'segment', segment, currency, numerator, denominator
        from figure_sums where grain = 'events' or dimension = 'all'
    ), main as (
        select {main} as main_currency
    ), priced as (
        select kpi, grain, period, period_start,
            case when currency is null or currency = main_currency then dimension
                when dimension = 'all' then 'currency' else dimension || '_currency' end as dimension,
            case when currency is null or currency = main_currency then member
                when dimension = 'all' then currency
                else member || ' / ' || currency end as member,
            numerator, denominator
        from dimensions cross join main
    ), summed as (
        select kpi, grain, period, period_start, dimension, member,
            sum(numerator) as numerator, sum(denominator) as denominator
        from priced group by all
    ), periods as (
        select * from summed
        union all
        select kpi, grain, 'week', date_trunc('week', period_start)::date, dimension, member,
            numerator, denominator
        from summed where grain <> 'periods'
        union all
        select kpi, grain, 'month', date_trunc('month', period_start)::date, dimension, member,
            numerator, denominator
        from summed where grain <> 'periods'
        union all
        select kpi, grain, 'total', first_day, dimension, member, numerator, denominator
        from summed cross join figure_moments where grain <> 'periods' or period = 'month'
    ), figures as (
        select kpi, period, period_start, dimension, member,
            sum(numerator)::decimal(38, 2) as numerator, sum(denominator)::bigint as denominator
        from periods group by kpi, period, period_start, dimension, member
    )
    select kpi, period, period_start,
        case period when 'day' then period_start
            when 'week' then (period_start + interval 6 day)::date
            when 'month' then (period_start + interval 1 month - interval 1 day)::date
            else as_of::date end as period_end,
        dimension, member, numerator, denominator,
        case when denominator is null then numerator::double
            when denominator > 0 then numerator::double / denominator end as value
    from figures cross join figure_moments
    order by kpi, period, period_start, dimension, member
"""

_LIFT = """
    create or replace table derived.identity_lift as
    select coalesce(c.kpi, r.kpi) as kpi, coalesce(c.period, r.period) as period,
        coalesce(c.period_start, r.period_start) as period_start,
        coalesce(c.period_end, r.period_end) as period_end,
        coalesce(c.dimension, r.dimension) as dimension, coalesce(c.member, r.member) as member,
        r.value as value_by_records, c.value as value_by_customers,
        c.value - r.value as difference
    from derived.kpis c full join derived.record_kpis r
        on r.kpi = c.kpi and r.period = c.period and r.period_start = c.period_start
        and r.dimension = c.dimension and r.member = c.member
    order by kpi, period, period_start, dimension, member
"""
