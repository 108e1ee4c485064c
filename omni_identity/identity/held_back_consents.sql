-- Consents that rows which are held back take away: one row per affected record and consent for which such a row
-- is newer than the current version.
--
-- Reads held_back_words, contact_files, and derived.new_source_records, the current affected records. Of the newer rows a
-- refusal goes before a word that is not understood. Its time is that of the decision, else that of the row, else
-- that of the landing: a refusal counts as late as it can have been said.
insert into derived.held_back_consents
with said as (
    select w.channel, w.source_record_id, w.row_number, w.consent, w.is_given, w.word,
        f.path, f.version, f.landed_at,
        case when w.updated_at <= f.believed_until then w.updated_at end as updated_at,
        case when w.decided_at <= f.believed_until then w.decided_at end as decided_at
    from held_back_words w join contact_files f on f.file_no = w.file_no
), newer as (
    select r.record_no, s.*
    from said s
    join derived.new_source_records r on r.channel = s.channel and r.source_record_id = s.source_record_id
    join contact_files f on f.file_no = r.file_no
    where case
        when f.is_snapshot and (s.path, s.version) <> (f.path, f.version)
            or s.updated_at is null or r.updated_at is null or s.updated_at = r.updated_at
        then (s.path, s.version, s.row_number) > (f.path, f.version, r.row_number)
        else s.updated_at > r.updated_at
    end
)
select record_no, channel, consent, is_given, coalesce(decided_at, updated_at, landed_at), word
from newer
qualify row_number() over (
    partition by record_no, consent
    order by case when is_given is null then 1 else 0 end,
        coalesce(decided_at, updated_at, landed_at) desc, path desc, version desc, row_number desc
) = 1
