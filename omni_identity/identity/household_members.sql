-- Who lives with whom: one row per golden customer who lives with another one.
--
-- Reads grouped_members: numbers of golden IDs, and the least one of their household.
create or replace table derived.household_members as
select 'G' || lpad(member_no::varchar, 10, '0') as golden_id,
    'H' || lpad(household_no::varchar, 10, '0') as household_id
from grouped_members
