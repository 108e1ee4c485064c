-- Audience history: one row per audience and customer who was in it in the last publication, or ever entered it.
--
-- Reads settled.audience_members, settled.audience_log and derived.golden_id_redirects. Customers are those of
-- now: who was in it under an ID that is retired since was in it, and is not written to once more.
create or replace temp table audience_history as
with said as (
    select audience, golden_id, 1 as is_member, null::timestamp as entered_at
    from settled.audience_members
    union all
    select audience, golden_id, 0, occurred_at from settled.audience_log where change = 'entered'
)
select s.audience, coalesce(r.golden_id, s.golden_id) as golden_id, max(s.is_member) = 1 as was_in,
    max(s.entered_at) as entered_at
from said s left join derived.golden_id_redirects r on r.retired_golden_id = s.golden_id
group by s.audience, coalesce(r.golden_id, s.golden_id)
