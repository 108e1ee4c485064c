-- Where retired golden IDs lead: one row per golden ID that was given once and is no customer's now; golden_id is
-- null where it leads nowhere.
--
-- Reads settled.golden_id_events, derived.golden_id_events, derived.customers and ledger.records: an ID leads to
-- the customer of its founder.
create or replace table derived.golden_id_redirects as
with ever as (
    select golden_id from settled.golden_id_events
    union select golden_id from derived.golden_id_events
)
select e.golden_id as retired_golden_id, t.golden_id
from ever e
anti join (select distinct golden_id from derived.customers) live using (golden_id)
left join ledger.records l on 'G' || lpad(l.seniority::varchar, 10, '0') = e.golden_id
left join derived.customers t using (record_no)
order by retired_golden_id
