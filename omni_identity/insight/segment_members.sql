-- New rows of derived.customer_segments: one per customer whom the segment $segment puts into a member.
--
-- Reads segment_candidates and derived.unified_profiles. Of several members a customer is in the first by name, so
-- that figures of the members add up to those of the segment.
insert into derived.customer_segments
select $segment::varchar, golden_id, min(member) as member
from segment_candidates semi join derived.unified_profiles using (golden_id)
where member is not null group by golden_id
