"""Where a customer's history gets lost: records and interactions that link to no other channel, and what they lack."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import replace_changed
from omni_identity.model.attributes import Vocabulary

OTHER_ATTRIBUTES = ("birth_date", "street")
"""What links besides identifiers, and can be asked for."""


def update_identity_gaps(engine: Engine, vocabulary: Vocabulary) -> None:
    """Bring ``derived.customer_gaps`` up to date for noted customers, and sum it up to ``derived.identity_gaps``.

    ``customer_gaps`` counts, by customer, channel and attribute, the records that have the attribute, those
    of them whose value links, those that link to no other channel, and the latter's interactions. Its rows
    of the attribute ``(any)`` are about all records.
    """
    attributes = (*vocabulary.identifiers, *OTHER_ATTRIBUTES)
    with engine.transaction():
        engine.run(_NOTED.format(attributes=", ".join(f's."{name}"' for name in attributes)))
        engine.run(_FRESH.format(values=_values_sql(vocabulary)))
        replace_changed(engine, "customer_gaps")
        listed = ", ".join(f"('{name}')" for name in attributes)
        engine.run(_GAPS.format(attributes=listed))
        engine.run("drop table noted_records")


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
    with channels as (
        select golden_id, count(distinct channel) as channel_count
        from derived.customers where golden_id in (select golden_id from changed.customers)
        group by golden_id
    ), done as (
        select channel, source_record_id, count(*) as interaction_count
        from derived.interactions
        where golden_id in (select golden_id from changed.customers)
        group by channel, source_record_id
    )
    select c.golden_id, case when n.channel_count = 1 then 1 else 0 end as is_alone,
        coalesce(d.interaction_count, 0) as interaction_count, c.channel, c.record_no, {attributes}
    from derived.source_records s
    join derived.customers c using (record_no, channel, source_record_id)
    join channels n using (golden_id)
    left join done d using (channel, source_record_id)
"""

_FRESH = """
    create or replace table derived.new_customer_gaps as
    with held as ({values}), shared as (
        select golden_id, attribute, value from held
        group by golden_id, attribute, value having count(distinct channel) > 1
    ), filled as (
        select h.golden_id, h.channel, h.record_no, h.attribute,
            max(case when s.value is not null then 1 else 0 end) as is_linking
        from held h left join shared s using (golden_id, attribute, value)
        group by h.golden_id, h.channel, h.record_no, h.attribute
    ), counted as (
        select golden_id, channel, record_no, attribute, is_linking from filled
        union all
        select golden_id, channel, record_no, '(any)', 0 from noted_records
    )
    select golden_id, channel, attribute, count(*) as record_count,
        sum(is_linking)::bigint as linking_count, sum(is_alone)::bigint as unlinked_count,
        sum(is_alone * interaction_count)::bigint as unlinked_interaction_count
    from counted join noted_records using (golden_id, channel, record_no)
    group by golden_id, channel, attribute
    order by golden_id, channel, attribute
"""

_GAPS = """
    create or replace table derived.identity_gaps as
    with sums as (
        select channel, attribute, sum(record_count)::bigint as record_count,
            sum(linking_count)::bigint as linking_count,
            sum(unlinked_count)::bigint as unlinked_count,
            sum(unlinked_interaction_count)::bigint as unlinked_interaction_count
        from derived.customer_gaps group by channel, attribute
    ), everywhere as (
        select attribute, sum(record_count)::bigint as record_count,
            sum(linking_count)::bigint as linking_count
        from sums group by attribute
    ), alone as (
        select golden_id, min(channel) as channel from derived.customers
        group by golden_id having min(channel) = max(channel)
    ), done as (
        select i.channel, count(*) as interaction_count,
            sum(case when i.golden_id is null or a.channel = i.channel then 1 else 0 end)::bigint
                as unlinked_interaction_count
        from derived.interactions i left join alone a using (golden_id)
        group by i.channel
    ), rated as (
        select t.channel, a.attribute, t.record_count, t.unlinked_count as unlinked_record_count,
            coalesce(d.interaction_count, 0) as interaction_count,
            coalesce(d.unlinked_interaction_count, 0) as unlinked_interaction_count,
            t.unlinked_count - coalesce(g.unlinked_count, 0) as missing_count,
            t.unlinked_interaction_count - coalesce(g.unlinked_interaction_count, 0)
                as missing_interaction_count,
            case when e.record_count > coalesce(g.record_count, 0)
                then (e.linking_count - coalesce(g.linking_count, 0))::double
                    / (e.record_count - coalesce(g.record_count, 0)) end as linking_share
        from sums t cross join (values {attributes}) a(attribute)
        left join sums g on g.channel = t.channel and g.attribute = a.attribute
        left join everywhere e on e.attribute = a.attribute
        left join done d on d.channel = t.channel
        where t.attribute = '(any)'
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
