"""What each subject contributes to each KPI, and the sums of it: a run computes only the changed customers' anew."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.identity.changes import CUSTOMERS
from omni_identity.insight.cohorts import update_customer_months
from omni_identity.insight.done_by_others import done_by_others_sql
from omni_identity.insight.handoffs import create_handoffs, drop_handoffs, update_handoffs
from omni_identity.insight.journeys import create_journeys, drop_journeys, update_journeys
from omni_identity.insight.kpi_sums import (
    add_contributions,
    apply_sum_changes,
    create_sums,
    number_subjects,
    replace_changed_contributions,
)
from omni_identity.insight.nobody_known import COUNTED
from omni_identity.insight.subject_touches import create_subject_touches, drop_subject_touches
from omni_identity.model.kpi_definitions import kpi_definitions

SUBJECTS = ("customers", "records")
"""The ways of seeing customers that figures are kept for: golden customers, and the channels' own records.

What a channel cannot put on one of its own records is nobody's to it; what nobody known is behind is
nobody's to both. What ``derived.interaction_findings`` says to leave out is left out of both.
"""

_OF_CHANGED = f"""
    with theirs as (
        select * from {COUNTED} where {CUSTOMERS.is_marked()}
    ), unowned as (
        -- what nobody known did counts for the cart, the order or the ticket that it names
        select * from {COUNTED}
        where golden_id is null and (
            kind in ('order', 'return', 'pickup')
            and (order_id in (select order_id from theirs where order_id is not null)
                or cart_id in (select cart_id from theirs where cart_id is not null))
            or kind = 'ticket_closed'
            and ticket_id in (select ticket_id from theirs where ticket_id is not null))
        union all
        -- and so does what others than the customer did with an order
        select * exclude (order_golden_id, order_channel, golden_id), null::varchar as golden_id
        from ({done_by_others_sql(COUNTED, CUSTOMERS.is_marked())})
    )
    select i.*, i.golden_id as customers,
        case when c.golden_id is not null then i.channel || ':' || i.source_record_id end as records
    from theirs i left join (
        select channel, source_record_id, golden_id from derived.customers where {CUSTOMERS.is_marked()}
    ) c using (channel, source_record_id)
    union all
    select *, null, null from unowned
"""


def update_contributions(engine: Engine, settings: InsightSettings) -> None:
    """Bring contributions, their sums, journeys and handoffs up to date for changed customers.

    Reads ``derived.interactions``, ``derived.messages``, ``derived.interaction_findings``, ``derived.customers`` and
    ``derived.as_of``; writes ``derived.kpi_contributions``, ``derived.kpi_sums``, ``derived.kpi_labels``,
    ``derived.kpi_customers``, ``derived.customer_months``, ``derived.handoffs`` and the tables of ``update_journeys``.
    """
    create_sums(engine)
    contribute(engine, settings, _OF_CHANGED, SUBJECTS)
    with engine.transaction():
        replace_changed_contributions(engine)
        apply_sum_changes(engine)
        update_journeys(engine, settings.journey_silence_days)
        update_customer_months(engine)
        update_handoffs(engine)
        drop_handoffs(engine)
        drop_journeys(engine)
        drop_subject_touches(engine)


def contribute(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    """Make the new contributions of the subjects of ``source``, between ``create_sums`` and ``apply_sum_changes``.

    ``source`` and ``subjects`` are as for ``create_subject_touches``, whose relations stay, as do those
    of ``create_journeys`` and ``create_handoffs``. Writes what ``number_subjects`` and ``add_contributions`` write.
    """
    create_subject_touches(engine, settings, source, subjects)
    create_journeys(engine)
    create_handoffs(engine)
    number_subjects(engine)
    add_contributions(engine, kpi_definitions())
