-- Findings of single interactions: one row per interaction and reason that it shows by itself.
--
-- Reads derived.interactions, derived.customers, derived.as_of and landed.interactions.
insert into new_findings
select channel, interaction_id, 'unknown_contact',
    'The channel''s customer list has no such record; the interaction is found by its identifiers or nobody''s.',
    false
from (
    -- whose record is known is resolved by it
    select channel, interaction_id, source_record_id from derived.interactions
    where source_record_id is not null and coalesce(resolved_by, '') <> 'contact'
        -- zeros are no contact that is unknown, but nobody's
        and replace(replace(source_record_id, '0', ''), '-', '') <> ''
) i
anti join derived.customers c using (channel, source_record_id)
where i.channel in (select channel from derived.customers)
union all
select channel, interaction_id, 'not_yet',
    'It is later than now (runs.as_of); figures count it once now is there.', true
from derived.interactions where occurred_at > (select as_of from derived.as_of)
union all
select channel, interaction_id, 'negative_amount',
    'Of less than nothing; it counts, its amount is part of no sum.', false
from derived.interactions where kind in ('cart', 'order') and amount < 0
union all
select channel, interaction_id, 'no_currency',
    'An amount without a currency; it is part of no sum.', false
from derived.interactions where amount is not null and currency is null
union all
select channel, interaction_id, 'unsure_local_time',
    'Clocks were changed: its local time came twice, or never; the earlier instant is taken.', false
from derived.interactions semi join (
    select channel, interaction_id, occurred_at from landed.interactions where is_time_unsure
) using (channel, interaction_id, occurred_at)
