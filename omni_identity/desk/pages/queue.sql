-- Questions that fit filters: one row per question, the most consequential first, with how many there are.
--
-- Reads the published review_queue. A filter that is null lets all through; answered are pairs of record names.
select question_id, priority, kind, reason, golden_id_l, golden_id_r, record_count, channels, interaction_count,
    amount, currency, consents, rival, is_one_household, match_probability, pair_count, settled_count,
    count(*) over () as total
from review_queue
where ($channel is null or list_contains(channels, $channel))
    and ($kind is null or kind = $kind)
    and ($rival is null or rival = $rival)
    and ($differing is null or list_contains(differing, $differing))
    and ($consent is null or list_contains(consents, $consent))
    and ($records is null or record_count >= $records)
    and ($interactions is null or interaction_count >= $interactions)
    and ($amount is null or amount >= $amount)
    and ($household is null or is_one_household)
    and not list_contains($answered::varchar[], array_to_string(list_sort([
        channel_l || ':' || source_record_id_l, channel_r || ':' || source_record_id_r]), ' '))
order by priority
limit $listed offset $skipped
