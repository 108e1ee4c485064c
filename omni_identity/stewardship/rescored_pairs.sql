-- Pairs to be compared anew: one row per two affected records of which one looks otherwise than before.
--
-- Reads derived.affected_records, derived.relinked_records and derived.equal_records. What looked like one that looks
-- otherwise now has no scores of its own yet.
create or replace table derived.rescored_pairs as
with unlike as (
    select record_no from derived.relinked_records
    union
    select record_no from derived.equal_records
    where representative_no in (select record_no from derived.relinked_records)
)
select distinct least(u.record_no, a.record_no) as record_no_l, greatest(u.record_no, a.record_no) as record_no_r
from unlike u join derived.affected_records a on a.record_no <> u.record_no
