"""What each subject contributes to each KPI, and the sums of it: a night redoes only the noted customers'."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.insight.done_by_others import done_by_others_sql
from omni_identity.insight.journeys import create_journeys, drop_journeys, update_journeys
from omni_identity.insight.kpi_definitions import kpi_definitions
from omni_identity.insight.subject_touches import create_subject_touches, drop_subject_touches

SUBJECTS = ("customers", "records")
"""The ways of seeing customers that figures are kept for: golden customers, and the channels' own records.

What a channel cannot put on one of its own records is nobody's to it; what nobody known is behind is
nobody's to both. What ``derived.interaction_findings`` says to leave out is left out of both.
"""

_COUNTED = """(
    select * from derived.interactions
    anti join (
        select channel, interaction_id from derived.interaction_findings where is_left_out
    ) using (channel, interaction_id)
)"""

_IS_NOTED = "golden_id in (select golden_id from pending.customers)"

_NOTED = f"""
    with noted as (
        select * exclude (golden_id), golden_id from {_COUNTED} where {_IS_NOTED}
    ), unowned as (
        -- what nobody known did counts for the cart or the order that it names
        select * exclude (golden_id), golden_id from {_COUNTED}
        where golden_id is null and kind in ('order', 'return', 'pickup')
            and (order_id in (select order_id from noted where order_id is not null)
                or cart_id in (select cart_id from noted where cart_id is not null))
        union all
        -- and so does what others than the customer did with an order
        select * exclude (order_golden_id, order_channel, golden_id), null::varchar as golden_id
        from ({done_by_others_sql(_COUNTED, _IS_NOTED)})
    )
    select i.*, i.golden_id as customers,
        case when c.golden_id is not null then i.channel || ':' || i.source_record_id end as records
    from noted i left join derived.customers c using (channel, source_record_id)
    union all
    select *, null, null from unowned
"""


def update_contributions(engine: Engine, settings: InsightSettings) -> None:
    """Bring ``derived.kpi_contributions``, their sums in ``derived.kpi_sums``, and the customers' journeys
    up to date for noted customers.

    All sums are of integers and decimals, so that taking out and putting in leaves what adding up anew
    would give.
    """
    with engine.transaction():
        engine.run(f"create table if not exists derived.kpi_contributions ({COLUMNS})")
        noted = "golden_id in (select golden_id from pending.customers)"
        create_sums(engine)
        engine.run(f"create or replace temp table kpi_sum_changes ({_SUM_COLUMNS})")
        engine.run(f"insert into kpi_sum_changes {_summed('-', noted)}")
        engine.run(f"delete from derived.kpi_contributions where {noted}")
        contribute(engine, settings, _NOTED, SUBJECTS)
        engine.run(f"insert into kpi_sum_changes {_summed('', noted)}")
        engine.run(_SUMS)
        engine.run("drop table kpi_sum_changes")
        update_journeys(engine, settings.journey_silence_days)
        drop_journeys(engine)
        drop_subject_touches(engine)


def contribute(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    """Add the contributions of the subjects of ``source`` to ``derived.kpi_contributions``.

    ``source`` and ``subjects`` are as for ``create_subject_touches``, whose relations stay, as do those
    of ``journeys``.
    """
    create_subject_touches(engine, settings, source, subjects)
    create_journeys(engine)
    for kpi in kpi_definitions():
        engine.run(
            f"""
            insert into derived.kpi_contributions by name
            select s.seen_as, s.golden_id, '{kpi.name}' as kpi, k.period, k.period_start, k.dimension,
                k.member, s.segment, k.currency, k.counts_from, k.numerator, k.denominator
            from ({kpi.sql}) k join subjects s using (subject_id)
            """
        )


_KEYS = {
    "seen_as": "VARCHAR",
    "kpi": "VARCHAR",
    "period": "VARCHAR",
    "period_start": "DATE",
    "dimension": "VARCHAR",
    "member": "VARCHAR",
    "segment": "VARCHAR",
    "currency": "VARCHAR",
    "counts_from": "TIMESTAMP",
}
_KEY = ", ".join(_KEYS)

COLUMNS = "golden_id VARCHAR, numerator DECIMAL(18, 2), denominator BIGINT, " + ", ".join(
    f"{name} {kind}" for name, kind in _KEYS.items()
)

_SUM_COLUMNS = (
    ", ".join(f"{name} {kind}" for name, kind in (_KEYS | {"counts_from": "DATE"}).items())
    + ", numerator DECIMAL(38, 2), numerator_count BIGINT, denominator BIGINT,"
    " denominator_count BIGINT, contribution_count BIGINT"
)
"""Sums count from a day on, not from a moment: moments are nearly as many as contributions."""


def create_sums(engine: Engine) -> None:
    """Create the empty ``derived.kpi_sums``, where there is none.

    Its columns are those of contributions without the customer, with ``counts_from`` the day after the
    last moment at which one of them begins to count. How many are not null is counted beside each sum:
    a sum of nothing is null, not 0.
    """
    engine.run(f"create table if not exists derived.kpi_sums ({_SUM_COLUMNS})")


def sum_contributions(engine: Engine) -> None:
    """Fill the empty ``derived.kpi_sums`` from all of ``derived.kpi_contributions``."""
    engine.run(f"insert into derived.kpi_sums {_summed('', 'true')}")


def _summed(sign: str, where: str) -> str:
    """SQL for contributions as rows of ``derived.kpi_sums``, put in or, with a minus, taken out."""
    keys = _KEY.replace("counts_from", "(counts_from::date + 1)::date as counts_from")
    return f"""
        select {keys}, {sign}coalesce(sum(numerator), 0)::decimal(38, 2) as numerator,
            {sign}count(numerator) as numerator_count,
            {sign}coalesce(sum(denominator), 0)::bigint as denominator,
            {sign}count(denominator) as denominator_count, {sign}count(*) as contribution_count
        from derived.kpi_contributions where {where} group by all
    """


_ADDED = "numerator, numerator_count, denominator, denominator_count, contribution_count"

_SUMS = f"""
    create or replace table derived.kpi_sums as
    select {_KEY}, sum(numerator)::decimal(38, 2) as numerator,
        sum(numerator_count)::bigint as numerator_count, sum(denominator)::bigint as denominator,
        sum(denominator_count)::bigint as denominator_count,
        sum(contribution_count)::bigint as contribution_count
    from (
        select {_KEY}, {_ADDED} from derived.kpi_sums
        union all select {_KEY}, {_ADDED} from kpi_sum_changes
    )
    group by {_KEY} having sum(contribution_count) > 0
"""
