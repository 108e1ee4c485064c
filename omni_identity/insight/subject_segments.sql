-- Segments of subjects: one row per subject and span of days in which it had touched as many channels.
--
-- Reads subjects and visits. A segment is that of the day of an order, not of today: who has used a second
-- channel since was of one channel then. Spans of a subject follow each other, from_day included, until_day not.
create or replace temp table subject_segments as
with first_days as (
    select subject_id, channel, min(day) as first_day from visits group by subject_id, channel
), numbered as (
    select subject_id, first_day,
        row_number() over (partition by subject_id order by first_day, channel) as channel_number
    from first_days
), turns as (
    select subject_id,
        coalesce(max(case when channel_number = 2 then first_day end), date '9999-12-31') as second_day,
        coalesce(max(case when channel_number = 3 then first_day end), date '9999-12-31') as third_day
    from numbered where channel_number > 1 group by subject_id
), spans as (
    select s.subject_id, 'one channel' as segment, date '0001-01-01' as from_day,
        coalesce(t.second_day, date '9999-12-31') as until_day
    from subjects s left join turns t using (subject_id)
    union all
    select subject_id, 'two channels', second_day, third_day from turns
    union all
    select subject_id, 'three channels and more', third_day, date '9999-12-31' from turns
)
select subject_id, segment, from_day, until_day from spans where from_day < until_day
