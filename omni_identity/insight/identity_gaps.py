"""Where a customer's history gets lost: records and interactions that link to no other channel, and what they lack."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.pending import replace_customers
from omni_identity.model.attributes import Vocabulary

OTHER_ATTRIBUTES = ("birth_date", "street")
"""What links besides identifiers, and can be asked for."""


def update_identity_gaps(engine: Engine, vocabulary: Vocabulary) -> None:
    """Bring ``derived.customer_gaps`` up to date for noted customers, and sum it up to ``derived.identity_gaps``.

    ``customer_gaps`` counts, by customer, channel and attribute: records, those that have the attribute,
    those whose value links, those without it, and interactions of the latter.
    """
    attributes = (*vocabulary.identifiers, *OTHER_ATTRIBUTES)
    with engine.transaction():
        engine.run(_NOTED)
        engine.run(_VALUES.format(values=_values_sql(vocabulary)))
        listed = ", ".join(f"('{name}')" for name in attributes)
        engine.run(_FRESH.format(attributes=listed))
        replace_customers(engine, "customer_gaps")
        engine.run(_GAPS)
        for table in ("noted_records", "noted_values"):
            engine.run(f"drop table {table}")


def _values_sql(vocabulary: Vocabulary) -> str:
    identifiers = (
        f"select golden_id, channel, record_no, '{name}' as attribute, unnest(\"{name}\") as value"
        f' from noted_records where "{name}" is not null'
        for name in vocabulary.identifiers
    )
    others = (
        f"select golden_id, channel, record_no, '{name}', cast(\"{name}\" as varchar)"
        f' from noted_records where "{name}" is not null'
        for name in OTHER_ATTRIBUTES
    )
    return " union all ".join((*identifiers, *others))


_NOTED = """
    create or replace temp table noted_records as
    select c.golden_id, s.*
    from derived.source_records s join derived.customers c using (record_no, channel, source_record_id)
    where c.golden_id in (select golden_id from pending.customers)
"""

_VALUES = """
    create or replace temp table noted_values as
    with held as ({values}), shared as (
        select golden_id, attribute, value from held
        group by golden_id, attribute, value having count(distinct channel) > 1
    )
    select h.golden_id, h.channel, h.attribute, h.record_no,
        max(case when s.value is not null then 1 else 0 end) as is_linking
    from held h left join shared s using (golden_id, attribute, value)
    group by h.golden_id, h.channel, h.attribute, h.record_no
"""

_FRESH = """
    create or replace table derived.fresh_customer_gaps as
    with channels as (
        select golden_id, count(distinct channel) as channel_count
        from noted_records group by golden_id
    ), done as (
        select i.channel, i.source_record_id, count(*) as interaction_count
        from derived.interactions i
        where i.golden_id in (select golden_id from pending.customers)
        group by i.channel, i.source_record_id
    ), records as (
        select r.golden_id, r.channel, r.record_no, c.channel_count > 1 as is_linked,
            coalesce(d.interaction_count, 0) as interaction_count
        from noted_records r join channels c using (golden_id)
        left join done d using (channel, source_record_id)
    )
    select r.golden_id, r.channel, a.attribute, count(*) as record_count,
        sum(case when is_linked then 0 else 1 end)::bigint as unlinked_count,
        count(v.record_no) as filled_count,
        coalesce(sum(v.is_linking), 0)::bigint as linking_count,
        sum(case when not is_linked and v.record_no is null then 1 else 0 end)::bigint as missing_count,
        sum(case when not is_linked and v.record_no is null then interaction_count else 0 end)::bigint
            as missing_interaction_count
    from records r cross join (values {attributes}) a(attribute)
    left join noted_values v on v.record_no = r.record_no and v.attribute = a.attribute
    group by r.golden_id, r.channel, a.attribute
    order by r.golden_id, r.channel, a.attribute
"""

_GAPS = """
    create or replace table derived.identity_gaps as
    with gaps as (
        select channel, attribute, sum(record_count)::bigint as record_count,
            sum(unlinked_count)::bigint as unlinked_record_count,
            sum(filled_count)::bigint as filled_count, sum(linking_count)::bigint as linking_count,
            sum(missing_count)::bigint as missing_count,
            sum(missing_interaction_count)::bigint as missing_interaction_count
        from derived.customer_gaps group by channel, attribute
    ), everywhere as (
        select attribute, sum(filled_count)::bigint as filled_count,
            sum(linking_count)::bigint as linking_count
        from gaps group by attribute
    ), alone as (
        select golden_id, min(channel) as channel from derived.customers
        group by golden_id having count(distinct channel) = 1
    ), done as (
        select i.channel, count(*) as interaction_count,
            sum(case when i.golden_id is null or a.channel = i.channel then 1 else 0 end)::bigint
                as unlinked_interaction_count
        from derived.interactions i left join alone a using (golden_id)
        group by i.channel
    ), rated as (
        select g.*, coalesce(d.interaction_count, 0) as interaction_count,
            coalesce(d.unlinked_interaction_count, 0) as unlinked_interaction_count,
            case when e.filled_count > g.filled_count
                then (e.linking_count - g.linking_count)::double / (e.filled_count - g.filled_count)
            end as linking_share
        from gaps g join everywhere e using (attribute) left join done d using (channel)
    )
    select channel, attribute, record_count, unlinked_record_count,
        unlinked_record_count::double / record_count as unlinked_record_share,
        interaction_count, unlinked_interaction_count,
        case when interaction_count > 0
            then unlinked_interaction_count::double / interaction_count end as unlinked_interaction_share,
        missing_count, linking_share, missing_count * linking_share as worth_record_count,
        missing_interaction_count, missing_interaction_count * linking_share as worth_interaction_count
    from rated order by channel, attribute
"""
