-- Published records that are gone: one row per channel of which records are published.
--
-- Reads changed.records, where whoever went is marked until that is published, ledger.records,
-- derived.source_records and settled.crosswalk, in which an erasure leaves rows that name no channel.
with gone as (
    select l.channel, l.source_record_id
    from (select distinct record_no from changed.records) p
    join ledger.records l on l.record_no = p.record_no
    left join derived.source_records s on s.record_no = p.record_no
    where s.record_no is null
), gone_counts as (
    select s.channel, count(*) as n from settled.crosswalk s
    join gone g on g.channel = s.channel and g.source_record_id = s.source_record_id
    group by s.channel
), published as (
    select channel, count(*) as n from settled.crosswalk where channel is not null group by channel
)
select p.channel, p.n as published, coalesce(g.n, 0) as gone
from published p left join gone_counts g on g.channel = p.channel order by p.channel
