-- Preferred channels: one row per changed customer, `golden_id, most_used_channel, preferred_channel`.
--
-- Reads channel_usage and derived.contact_options. The most used channel is the one in which a customer was met with
-- success, not the one with the most noise: first counts how often with success, then how often the customer did
-- anything there, then how lately. The preferred one is, of the ways by which they can be reached (they have
-- allowed it, before they have not refused it), the one that was used so: under its own name or its identifier's;
-- for a push in $push, the channels of apps. Who uses none prefers the one that they allowed last.
create or replace temp table preferred_channels as
with most_used as (
    select golden_id, channel as most_used_channel from channel_usage
    qualify row_number() over (
        partition by golden_id
        order by success_count desc, touch_count desc, last_at desc nulls last, channel
    ) = 1
), ways as (
    select golden_id, channel, identifier, is_allowed, decided_at from derived.contact_options
    where golden_id in (select golden_id from changed.customers)
        and coalesce(is_allowed, identifier <> 'device_id')
), used as (
    select w.golden_id, w.channel, w.is_allowed, w.decided_at, sum(u.success_count) as success_count,
        sum(u.touch_count) as touch_count, max(u.last_at) as last_at
    from ways w left join channel_usage u on u.golden_id = w.golden_id
        and (u.channel = w.channel or u.channel = w.identifier
            or w.identifier = 'device_id' and list_contains($push::varchar[], u.channel))
    group by w.golden_id, w.channel, w.is_allowed, w.decided_at
), preferred as (
    select golden_id, channel as preferred_channel from used
    qualify row_number() over (
        partition by golden_id
        order by case when is_allowed then 0 else 1 end, coalesce(success_count, 0) desc,
            coalesce(touch_count, 0) desc, last_at desc nulls last, decided_at desc nulls last, channel
    ) = 1
)
select golden_id, m.most_used_channel, p.preferred_channel
from most_used m full join preferred p using (golden_id)
