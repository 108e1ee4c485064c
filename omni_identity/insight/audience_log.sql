-- derived.audience_log: one row per audience, customer and change that this run ($run_id) makes to who is in it.
--
-- Reads derived.audience_members, settled.audience_members, settled.audience_log, derived.as_of,
-- derived.golden_id_redirects, derived.erasures, audience_chosen, audience_named, audience_standing and
-- audience_history. Who is in it by another address now left with the one and entered with the other, so that
-- whoever follows the log never writes to an address that may not be used. Of an erased customer nothing is said.
create or replace table derived.audience_log as
with last_said as (
    select audience, golden_id, address_kind, address from settled.audience_log
    where change = 'entered'
    qualify row_number() over (
        partition by audience, golden_id order by occurred_at desc, run_id desc
    ) = 1
), before as (
    select m.audience, m.golden_id, l.address_kind, l.address, l.audience is not null as is_known
    from settled.audience_members m left join last_said l
        on l.audience = m.audience and l.golden_id = m.golden_id
), elsewhere as (
    select golden_id, min(audience) as audience from audience_chosen
    where not is_beside_others group by golden_id
), entered as (
    select m.audience, m.golden_id, 'entered' as change, m.address_kind, m.address,
        case when b.golden_id is null and coalesce(h.was_in, false)
            then 'Was in it under a former golden ID' else m.reason end as reason
    from derived.audience_members m
    left join before b on b.audience = m.audience and b.golden_id = m.golden_id
    left join audience_history h on h.audience = m.audience and h.golden_id = m.golden_id
    where b.golden_id is null or b.is_known and (b.address_kind <> m.address_kind or b.address <> m.address)
), moved as (
    select b.audience, b.golden_id, 'left' as change, b.address_kind, b.address,
        'By another address now' as reason
    from before b join derived.audience_members m
        on m.audience = b.audience and m.golden_id = b.golden_id
    where b.is_known and (b.address_kind <> m.address_kind or b.address <> m.address)
), gone as (
    select b.audience, b.golden_id, 'left' as change, b.address_kind, b.address,
        case when r.retired_golden_id is not null then 'The golden ID is another now'
            when n.golden_id is null then 'The reason is gone'
            when not n.is_wanted then 'Bought meanwhile'
            when s.golden_id is null then 'No address that may be used'
            when s.identity_confidence < s.least then 'The identity is doubtful'
            when e.audience is null then 'Another of the household is in it'
            else 'In ' || e.audience || ' instead' end as reason
    from before b
    left join derived.audience_members m on m.audience = b.audience and m.golden_id = b.golden_id
    left join derived.golden_id_redirects r on r.retired_golden_id = b.golden_id
    left join audience_named n on n.audience = b.audience and n.golden_id = b.golden_id
    left join audience_standing s on s.audience = b.audience and s.golden_id = b.golden_id
    left join elsewhere e on e.golden_id = b.golden_id
    where m.golden_id is null
        and b.golden_id not in (select golden_id from derived.erasures where golden_id is not null)
), changes as (
    select * from entered union all select * from moved union all select * from gone
)
select $run_id::varchar as run_id, a.as_of as occurred_at, c.audience, c.golden_id, c.change,
    c.address_kind, c.address, c.reason
from changes c cross join derived.as_of a
order by audience, golden_id, change
