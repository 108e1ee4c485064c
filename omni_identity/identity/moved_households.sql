-- Customers whose household is another one: one row per golden ID.
--
-- Reads former_household_members, the members before this step, and derived.household_members.
select golden_id
from (
    select * from former_household_members
    except select * from derived.household_members
)
union
select golden_id
from (
    select * from derived.household_members
    except select * from former_household_members
)
