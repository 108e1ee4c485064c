-- States of contact rows: one row per standardised row of an affected record.
--
-- Reads contact_files, landed.standardised_contacts, landed.quarantined_rows, and derived.affected_records.
-- The order of a record's versions never looks at when something arrived, only at what it says: the newest
-- updated_at that is believed wins, among equals the file whose name sorts last, then the later row; in a
-- snapshot feed the newer snapshot wins first. A record that the newest complete snapshot of its channel lacks
-- is deleted. A snapshot that could not be read to its end deletes nobody, nor does a row of it that is held back.
insert into derived.row_states
with newest_snapshots as (
    select channel, arg_max(file_no, (path, version)) as file_no, max((path, version)) as place
    from contact_files where is_snapshot and is_complete group by channel
), held_back as (
    select distinct q.channel, q.source_record_id
    from landed.quarantined_rows q join newest_snapshots using (file_no)
    where q.source_record_id is not null
), candidates as (
    select s.file_no, s.row_number, s.channel, s.source_record_id, s.is_deleted,
        f.is_snapshot, f.path, f.version,
        case when s.updated_at <= f.believed_until then s.updated_at end as updated_at
    from landed.standardised_contacts s
    join contact_files f on f.file_no = s.file_no
    semi join derived.affected_records a
        on a.channel = s.channel and a.source_record_id = s.source_record_id
), versions as (
    select file_no, row_number, channel, source_record_id, is_deleted, is_snapshot,
        (path, version) as place,
        row_number() over (
            partition by channel, source_record_id
            order by case when is_snapshot then path end desc,
                case when is_snapshot then version end desc,
                updated_at desc nulls last, path desc, version desc, row_number desc
        ) as age
    from candidates
)
select v.file_no, v.row_number, v.channel, v.source_record_id,
    case
        when v.age > 1 then 'superseded'
        when v.is_deleted then 'deleted'
        when v.is_snapshot and n.file_no is not null and v.place < n.place
            and h.source_record_id is null then 'deleted'
        else 'current'
    end as state
from versions v
left join newest_snapshots n using (channel)
left join held_back h using (channel, source_record_id)
