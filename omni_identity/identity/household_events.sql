-- Events of household IDs in this run: one row per household ID that appears or goes.
--
-- Reads settled.household_members and settled.household_events (the last publication),
-- derived.household_members, derived.customers and derived.golden_id_redirects. A household ID is made of the
-- number of its eldest member's golden ID, who is its founder. One whose founder was in another household is
-- split from it, or restored if it was published before; one whose founder is in another household now has
-- merged into it; one whose founder lives with nobody known, or is gone, is retired.
create or replace table derived.household_events as
with before_ids as (
    select distinct household_id from settled.household_members
), now_ids as (
    select distinct household_id from derived.household_members
), ever as (
    select distinct household_id from settled.household_events
), founders as (
    select i.household_id, b.household_id as before_id, n.household_id as now_id
    from (select household_id from before_ids union select household_id from now_ids) i
    left join derived.golden_id_redirects d on d.retired_golden_id = 'G' || substr(i.household_id, 2)
    left join settled.household_members b on b.golden_id = 'G' || substr(i.household_id, 2)
    left join derived.household_members n
        on n.golden_id = coalesce(d.golden_id, 'G' || substr(i.household_id, 2))
), appeared as (
    select n.household_id, f.before_id,
        case when e.household_id is not null then 'restored'
            when f.before_id is not null then 'split' else 'created' end as event
    from now_ids n
    anti join before_ids b using (household_id)
    left join ever e using (household_id)
    left join founders f using (household_id)
), gone as (
    select b.household_id, f.now_id
    from before_ids b anti join now_ids n using (household_id) left join founders f using (household_id)
), events as (
    select event, household_id, before_id as other_household_id from appeared
    union all
    select case when now_id is null then 'retired' else 'merged' end, household_id, now_id from gone
)
select $run_id as run_id, $now::timestamp as occurred_at, event, household_id, other_household_id
from events order by event, household_id
