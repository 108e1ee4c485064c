-- Seniorities that change hands: one row per record of a published customer: its founder who is gone, or the heir.
--
-- Reads changed.records, ledger.records, derived.source_records and settled.crosswalk. The two swap numbers, so
-- seniorities stay a permutation of the record numbers, and a founder that comes back does not claim an ID twice.
create or replace temp table inheritances as
with gone as (
    select l.channel, l.source_record_id from changed.records
    join ledger.records l using (record_no)
    anti join derived.source_records s using (record_no)
), bereaved as (
    select golden_id from settled.crosswalk semi join gone using (channel, source_record_id)
), members as (
    select l.record_no, l.seniority, s.golden_id,
        min(l.seniority) over (partition by s.golden_id) as founder_seniority,
        min(l.seniority) filter (where current_records.record_no is not null)
            over (partition by s.golden_id) as heir_seniority
    from settled.crosswalk s
    join ledger.records l using (channel, source_record_id)
    semi join bereaved using (golden_id)
    left join derived.source_records current_records using (record_no)
)
select record_no,
    case when seniority = founder_seniority then heir_seniority
        else founder_seniority end as seniority
from members
where heir_seniority is not null and heir_seniority <> founder_seniority
    and seniority in (founder_seniority, heir_seniority)
