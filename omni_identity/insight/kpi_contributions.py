"""What each subject contributes to each KPI: rows that are kept by customer, so that a night redoes only the noted."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.insight.journeys import create_journeys, drop_journeys, update_journeys
from omni_identity.insight.kpi_definitions import kpi_definitions
from omni_identity.insight.subject_touches import create_subject_touches, drop_subject_touches

SUBJECTS = ("customers", "records")
"""The ways of seeing customers that figures are kept for: golden customers, and the channels' own records.

What a channel cannot put on one of its own records is nobody's to it; what nobody known is behind is
nobody's to both. What ``derived.interaction_findings`` says to leave out is left out of both.
"""

_NOTED = """
    with noted as (
        select * from derived.interactions
        anti join (
            select channel, interaction_id from derived.interaction_findings where is_left_out
        ) using (channel, interaction_id)
        where golden_id in (select golden_id from pending.customers)
    ), unowned as (
        -- what nobody known did counts for the cart or the order that it names
        select * from derived.interactions
        where golden_id is null and kind in ('order', 'return', 'pickup')
            and (order_id in (select order_id from noted where order_id is not null)
                or cart_id in (select cart_id from noted where cart_id is not null))
    )
    select i.*, i.golden_id as customers,
        case when c.golden_id is not null then i.channel || ':' || i.source_record_id end as records
    from (select * from noted union all select * from unowned) i
    left join derived.customers c using (channel, source_record_id)
"""


def update_contributions(engine: Engine, settings: InsightSettings) -> None:
    """Bring ``derived.kpi_contributions``, and the customers' journeys, up to date for noted customers."""
    with engine.transaction():
        engine.run(f"create table if not exists derived.kpi_contributions ({COLUMNS})")
        engine.run(
            "delete from derived.kpi_contributions"
            " where golden_id in (select golden_id from pending.customers)"
        )
        contribute(engine, settings, _NOTED, SUBJECTS)
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
            insert into derived.kpi_contributions
            select s.seen_as, s.golden_id, '{kpi.name}', k.period, k.period_start, k.dimension,
                k.member, s.segment, k.currency, k.counts_from, k.numerator, k.denominator
            from ({kpi.sql}) k join subjects s using (subject_id)
            """
        )


COLUMNS = (
    "seen_as VARCHAR, golden_id VARCHAR, kpi VARCHAR, period VARCHAR, period_start DATE,"
    " dimension VARCHAR, member VARCHAR, segment VARCHAR, currency VARCHAR, counts_from TIMESTAMP,"
    " numerator DECIMAL(18, 2), denominator BIGINT"
)
