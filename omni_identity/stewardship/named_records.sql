-- Records that verdicts name: one row per record of the ledger, and whether it is current.
--
-- Reads verdict_names, ledger.records and derived.source_records.
create or replace temp table named_records as
with named as (
    select channel, source_record_id, record_no from ledger.records
    semi join verdict_names using (channel, source_record_id)
), current_ones as (
    select record_no from derived.source_records where record_no in (select record_no from named)
)
select n.channel, n.source_record_id, n.record_no, c.record_no is not null as is_current
from named n left join current_ones c on c.record_no = n.record_no
