-- What stands open with a customer: one row per cart, ticket or order to be picked up.
-- The columns are called as a screen heads them, # before numbers. Reads open_matters.
select since, matter, channel, matter_id as number, waits_for as "waits for",
    case when last_at <> since then last_at end as "last word", last_channel as "in",
    concat_ws(' ', amount, currency) as "#amount"
from open_matters where golden_id = $id
order by since desc, matter, channel, matter_id
