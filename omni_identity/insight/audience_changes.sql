-- derived.audience_changes: one row per audience and customer who entered or left it since the last
-- publication.
--
-- Reads derived.audience_members, settled.audience_members and derived.erasures. That an erased customer left
-- is not published.
create or replace table derived.audience_changes as
select audience, golden_id, 'entered' as change
from derived.audience_members anti join settled.audience_members using (audience, golden_id)
union all
select audience, golden_id, 'left'
from settled.audience_members anti join derived.audience_members using (audience, golden_id)
where golden_id not in (select golden_id from derived.erasures where golden_id is not null)
order by audience, golden_id
