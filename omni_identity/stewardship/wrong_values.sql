-- Values that stewards have called wrong: one row per current record and attribute.
--
-- Reads derived.verdict_entries and derived.source_records. It is the first record's value.
create or replace temp table new_wrong_values as
select distinct record_no_l as record_no, subject as attribute
from derived.verdict_entries
where state = 'active' and judgement = 'wrong_data'
    and record_no_l in (select record_no from derived.source_records)
