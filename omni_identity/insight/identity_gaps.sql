-- derived.identity_gaps: one row per channel and attribute, how many records lack it and how often it links.
--
-- Reads derived.customer_gaps, derived.customers and derived.interactions. What an attribute is worth is how
-- many records that link to no other channel lack it, times the share of those that have it elsewhere and link
-- by it. $attributes are those that can link.
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
    from sums t cross join (select unnest($attributes::varchar[]) as attribute) a
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
