-- Audience chosen: one row per audience and customer who is in it.
--
-- Reads audience_standing, audience_history, derived.unified_profiles and derived.as_of. Who is reached and whose identity is certain enough
-- is in it, but
-- 1. nobody enters an audience again before its pause is over ($beside_others are those that neither yield nor
--    keep others away, in what follows);
-- 2. nobody enters a second audience on one day of $time_zone: at most one message a person a day;
-- 3. of several audiences a customer is in the one that comes first by priority, then by name;
-- 4. where it is once a household, one of those who live together is in it: who was, else whose reason is the eldest;
--    and nobody enters before the pause of the last of them is over.
-- Who was in it in the last publication does not enter, but stays.
create or replace temp table audience_chosen as
with clock as (
    select as_of, ((as_of at time zone 'UTC') at time zone $time_zone)::date as today from derived.as_of
), entered_today as (
    select distinct h.golden_id from audience_history h cross join clock c
    where ((h.entered_at at time zone 'UTC') at time zone $time_zone)::date = c.today
        and not list_contains($beside_others::varchar[], h.audience)
), household_history as (
    select h.audience, p.household_id, max(h.entered_at) as entered_at
    from audience_history h join derived.unified_profiles p using (golden_id)
    where p.household_id is not null
    group by h.audience, p.household_id
), open_to as (
    select s.*, coalesce(h.was_in, false) as was_in,
        case when s.is_once_a_household then p.household_id end as household_id
    from audience_standing s cross join clock c
    join derived.unified_profiles p on p.golden_id = s.golden_id
    left join audience_history h on h.audience = s.audience and h.golden_id = s.golden_id
    left join household_history o
        on o.audience = s.audience and o.household_id = p.household_id and s.is_once_a_household
    left join entered_today t on t.golden_id = s.golden_id
    where s.identity_confidence >= s.least
        and (coalesce(h.was_in, false)
            or (s.pause_days = 0 or greatest(h.entered_at, o.entered_at) is null
                or greatest(h.entered_at, o.entered_at) <= c.as_of - s.pause_days * interval 1 day)
            and (s.is_beside_others or t.golden_id is null))
), first as (
    select golden_id, audience from open_to where not is_beside_others
    qualify row_number() over (partition by golden_id order by priority, audience) = 1
)
select o.audience, o.golden_id, o.address_kind, o.address, o.permission, o.permitted_at, o.reason,
    o.since, o.is_beside_others
from open_to o left join first f on f.golden_id = o.golden_id and f.audience = o.audience
where o.is_beside_others or f.golden_id is not null
qualify o.household_id is null or row_number() over (
    partition by o.audience, o.household_id order by o.was_in desc, o.since, o.golden_id
) = 1
