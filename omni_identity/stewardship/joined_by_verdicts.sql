-- Records that stand or fall with others by verdicts: one row per record judged the same as a found one.
--
-- Reads derived.constraints.
with found as (
    select unnest($found::bigint[]) as record_no
)
select record_no_l as record_no from derived.constraints
where judgement = 'same' and record_no_r in (from found)
union
select record_no_r from derived.constraints where judgement = 'same' and record_no_l in (from found)
