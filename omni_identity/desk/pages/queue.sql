-- Questions that fit filters: one row per question, the most consequential first, with how many there are.
--
-- Reads the published review_queue. A filter that is null lets all through; answered are IDs of questions. All columns
-- are read of those that are listed alone: of a quarter of a million questions that takes a tenth of the time.
with fitting as materialized (
    select question_id, priority from review_queue
    where ($channel is null or list_contains(channels, $channel))
        and ($kind is null or kind = $kind)
        and ($rival is null or rival = $rival)
        and ($differing is null or list_contains(differing, $differing))
        and ($consent is null or list_contains(consents, $consent))
        and ($records is null or record_count >= $records)
        and ($interactions is null or interaction_count >= $interactions)
        and ($amount is null or amount >= $amount)
        and ($household is null or is_one_household)
        and question_id not in (select unnest($answered::varchar[]))
), listed as (
    select question_id from fitting order by priority limit $listed offset $skipped
)
select question_id, q.priority, kind, reason, golden_id_l, golden_id_r, record_count, channels, interaction_count,
    amount, currency, consents, rival, is_one_household, match_probability, pair_count, settled_count,
    (select count(*) from fitting) as total
from review_queue q join listed using (question_id)
order by q.priority
