-- Audiences of a customer: one row per audience that they are in.
-- The columns are called as a screen heads them, # before numbers. Reads audience_members.
select audience, since, reason, address_kind as by, address, consent as "allowed by"
from audience_members where golden_id = $id order by since desc, audience
