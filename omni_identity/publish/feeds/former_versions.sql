-- Published versions of delivered records: one row per published record that was delivered again.
--
-- Reads landed.files, landed.landings, landed.standardised_contacts, settled.landings, settled.crosswalk and
-- delivered_contacts. The order of versions is that of identity/row_states.sql, among the published files only.
create or replace temp table former_versions as
with places as (
    select l.channel, l.content_hash,
        arg_max(l.path, (l.path, l.version)) as path,
        arg_max(l.version, (l.path, l.version)) as version
    from landed.landings l join settled.landings s
        on s.channel = l.channel and s.feed = l.feed and s.path = l.path and s.version = l.version
    where l.feed = 'contacts' group by l.channel, l.content_hash
), first_landed as (
    select channel, content_hash, min(landed_at) as landed_at from landed.landings
    where feed = 'contacts' group by channel, content_hash
), positions as (
    select f.file_no, p.path, p.version,
        a.landed_at + $clock_days * interval 1 day as believed_until,
        list_contains($snapshots::varchar[], f.channel) as is_snapshot
    from landed.files f
    join places p on p.channel = f.channel and p.content_hash = f.content_hash
    join first_landed a on a.channel = f.channel and a.content_hash = f.content_hash
    where f.feed = 'contacts'
), sought as (
    select d.channel, d.source_record_id from delivered_contacts d
    join settled.crosswalk s on s.channel = d.channel and s.source_record_id = d.source_record_id
    where d.state = 'current'
), versions as (
    select s.channel, s.source_record_id, s.file_no, s.row_number, p.path, p.version, p.is_snapshot,
        case when s.updated_at <= p.believed_until then s.updated_at end as updated_at
    from landed.standardised_contacts s
    join positions p on p.file_no = s.file_no
    join sought t on t.channel = s.channel and t.source_record_id = s.source_record_id
), ranked as (
    select channel, source_record_id, file_no, row_number, row_number() over (
        partition by channel, source_record_id
        order by case when is_snapshot then path end desc,
            case when is_snapshot then version end desc,
            updated_at desc nulls last, path desc, version desc, row_number desc
    ) as age
    from versions
)
select channel, source_record_id, file_no, row_number from ranked where age = 1
