-- Rows that are not accounted for: one row per channel of the run.
--
-- Reads the candidate's run_channel_counts.
select channel, landed_count - current_count - superseded_count - deleted_count
    - quarantined_count - suppressed_count - coalesce(filtered_count, 0) as difference
from candidate.main.run_channel_counts where run_id = $run_id order by channel
