"""What each subject contributes to each KPI: rows that are kept by customer, so that a night redoes only the noted."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.identity.pending import replace_customers
from omni_identity.insight.journeys import create_journeys, drop_journeys, update_journeys
from omni_identity.insight.kpi_definitions import kpi_definitions
from omni_identity.insight.subject_touches import create_subject_touches, drop_subject_touches

BY_CUSTOMERS = "kpi_contributions"
"""Contributions with golden customers as the subjects."""
BY_RECORDS = "kpi_record_contributions"
"""Contributions with the channels' own records as the subjects, kept by the customer who now has the record."""

_OF_CUSTOMERS = (
    "select i.golden_id as subject_id, i.* from derived.interactions i"
    " where i.golden_id in (select golden_id from pending.customers)"
)
_OF_RECORDS = (
    "select i.channel || ':' || i.source_record_id as subject_id, i.* from derived.interactions i"
    " semi join derived.customers using (channel, source_record_id)"
    " where i.golden_id in (select golden_id from pending.customers)"
)


def update_contributions(engine: Engine, settings: InsightSettings) -> None:
    """Bring both tables of contributions, and the customers' journeys, up to date for noted customers.

    What a channel cannot put on one of its own records is nobody's to it; what nobody known is behind
    is nobody's to both.
    """
    with engine.transaction():
        contribute(engine, settings, _OF_CUSTOMERS, f"derived.fresh_{BY_CUSTOMERS}")
        update_journeys(engine, settings.journey_silence_days)
        replace_customers(engine, BY_CUSTOMERS)
        contribute(engine, settings, _OF_RECORDS, f"derived.fresh_{BY_RECORDS}")
        replace_customers(engine, BY_RECORDS)
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
            select s.golden_id, '{kpi.name}', k.period, k.period_start, k.dimension, k.member,
                s.segment, k.currency, k.counts_from, k.numerator, k.denominator
            from ({kpi.sql}) k join subjects s using (subject_id)
            """
        )


_COLUMNS = (
    "golden_id VARCHAR, kpi VARCHAR, period VARCHAR, period_start DATE, dimension VARCHAR,"
    " member VARCHAR, segment VARCHAR, currency VARCHAR, counts_from TIMESTAMP,"
    " numerator DECIMAL(18, 2), denominator BIGINT"
)
