-- Segments of subjects: sets each of subjects once, by the number of channels in which it did anything.
--
-- Reads touches.
update subjects set segment = found.segment
from (
    select subject_id,
        case when count(distinct channel) = 2 then 'two channels'
            else 'three channels and more' end as segment
    from touches where is_inbound
    group by subject_id having count(distinct channel) > 1
) found
where found.subject_id = subjects.subject_id
