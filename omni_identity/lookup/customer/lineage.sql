-- Values of a customer: one row per value that a record has; is_first says which of an attribute the profile has
-- first.
-- Reads profile_lineage.
select attribute, value, channel, source_record_id, rule, observed_at, position = 1 as is_first
from profile_lineage where golden_id = $id order by attribute, position
