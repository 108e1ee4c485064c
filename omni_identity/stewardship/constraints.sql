-- What verdicts demand of clustering: one row per pair of current records with an active verdict, record_no_l <
-- record_no_r.
--
-- Reads derived.verdict_entries and named_records. Two of one household, or not of one, are two
-- people. What is said of values, or that nobody can tell, holds nothing together or apart.
create or replace table derived.constraints as
select least(record_no_l, record_no_r) as record_no_l,
    greatest(record_no_l, record_no_r) as record_no_r,
    case when judgement = 'same' then 'same' else 'different' end as judgement
from derived.verdict_entries
where state = 'active' and judgement in ('same', 'different', 'household', 'not_household')
    and record_no_l in (select record_no from named_records where is_current)
    and record_no_r in (select record_no from named_records where is_current)
order by 1, 2
