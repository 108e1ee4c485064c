"""What each subject contributes to each KPI: rows that are kept by customer, so that a night redoes only the noted."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.identity.pending import replace_customers
from omni_identity.insight.journeys import create_journeys, drop_journeys, update_journeys
from omni_identity.insight.kpi_definitions import kpi_definitions
from omni_identity.insight.subject_touches import create_subject_touches, drop_subject_touches

NOTED_SUBJECTS = """
    select i.golden_id as subject_id, 'customers' as seen_as, i.*
    from derived.interactions i
    where i.golden_id in (select golden_id from pending.customers)
    union all
    select i.channel || ':' || i.source_record_id, 'records', i.*
    from derived.interactions i semi join derived.customers using (channel, source_record_id)
    where i.golden_id in (select golden_id from pending.customers)
"""
"""Noted customers as subjects, and their records each as one: what a channel knows by itself.

What a channel cannot put on one of its own records is nobody's to it; what nobody known is behind is
nobody's to both. A record's golden ID is that of the customer who now has it.
"""


def update_contributions(engine: Engine, settings: InsightSettings) -> None:
    """Bring ``derived.kpi_contributions``, and the customers' journeys, up to date for noted customers."""
    with engine.transaction():
        contribute(engine, settings, NOTED_SUBJECTS, "derived.fresh_kpi_contributions")
        update_journeys(engine, settings.journey_silence_days)
        replace_customers(engine, "kpi_contributions")
        drop_journeys(engine)
        drop_subject_touches(engine)


def contribute(engine: Engine, settings: InsightSettings, source: str, target: str) -> None:
    """Make the table ``target`` of the contributions of the subjects of ``source``.

    ``source`` is as for ``create_subject_touches``, whose relations stay, as do those of ``journeys``.
    """
    create_subject_touches(engine, settings, source)
    create_journeys(engine)
    engine.run(f"create or replace table {target} ({_COLUMNS})")
    for kpi in kpi_definitions():
        engine.run(
            f"""
            insert into {target}
            select s.seen_as, s.golden_id, '{kpi.name}', k.period, k.period_start, k.dimension,
                k.member, s.segment, k.currency, k.counts_from, k.numerator, k.denominator
            from ({kpi.sql}) k join subjects s using (subject_id)
            """
        )


_COLUMNS = (
    "seen_as VARCHAR, golden_id VARCHAR, kpi VARCHAR, period VARCHAR, period_start DATE,"
    " dimension VARCHAR, member VARCHAR, segment VARCHAR, currency VARCHAR, counts_from TIMESTAMP,"
    " numerator DECIMAL(18, 2), denominator BIGINT"
)
