"""What nobody known did, by channel and day: with it the figures of all are those of the shop, and of finance."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.engines.declared import create_empty
from omni_identity.engines.literals import literal
from omni_identity.insight.subject_touches import create_what_was_done, drop_subject_touches
from omni_identity.model.kpi_definitions import kpi_definitions

READ = (
    "channel, interaction_id, kind, occurred_at, source_record_id, resolved_by, direction, order_id,"
    " cart_id, ticket_id, conversation_id, reference_id, thread_id, stage, subject, status, store, campaign,"
    " amount, currency, duration_seconds, satisfaction, golden_id"
)
"""The columns of ``derived.interactions`` that figures are computed from."""

COUNTED = f"""(
    select {READ} from derived.interactions
    anti join (
        select channel, interaction_id from derived.interaction_findings where is_left_out
    ) using (channel, interaction_id)
)"""
"""The interactions that figures count."""

_OF_NOBODY = f"""
    -- each by itself, but for what a channel says of one order; there is no person to tell apart
    select {READ}, channel || ':' || coalesce(case when kind = 'order' then order_id end, interaction_id) as nobody
    from {COUNTED}
    where golden_id is null and not (
        -- of an order that somebody known placed it says what became of it
        kind = 'order' and order_id is not null and (channel, order_id) in (
            select (channel, order_id) from derived.interactions
            where golden_id is not null and kind = 'order' and order_id is not null
        )
    )
"""


def count_nobody(engine: Engine, settings: InsightSettings) -> None:
    """Rebuild ``derived.kpi_nobody_sums``: what nobody known adds to each KPI that counts it.

    Reads ``derived.interactions`` and ``derived.interaction_findings``. The KPIs' own queries are run, on what
    nobody known did as if each were somebody of their own.
    """
    with engine.transaction():
        create_empty(engine, "derived.kpi_nobody_sums")
        create_what_was_done(engine, settings, _OF_NOBODY, ("nobody",))
        sums = " union all ".join(
            f"select {literal(kpi.name)}, period_start, member, currency,"
            " sum(numerator)::decimal(38, 2), sum(denominator)::bigint"
            f" from ({kpi.sql}\n) rows_of_{kpi.name} group by period_start, member, currency"
            for kpi in kpi_definitions()
            if kpi.counts_nobody
        )
        engine.run(f"insert into derived.kpi_nobody_sums {sums}")
        drop_subject_touches(engine)
