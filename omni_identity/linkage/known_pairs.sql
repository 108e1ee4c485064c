-- Pairs that a steward has judged: one row per pair of current records with an active verdict.
--
-- Reads derived.verdict_entries and derived.linkage_records.
create or replace table derived.known_pairs as
select least(record_no_l, record_no_r) as record_no_l, greatest(record_no_l, record_no_r) as record_no_r,
    judgement as kind, 1.0::double as stands_for
from derived.verdict_entries
where state = 'active' and judgement in ('same', 'different', 'household', 'not_household')
    and record_no_l in (select record_no from derived.linkage_records)
    and record_no_r in (select record_no from derived.linkage_records)
order by 1, 2
