-- Components: one row per record that evidence or a verdict of same joins with another.
--
-- Reads evidence_components, judged_pairs, and of each number what verdicts join of it, judged_evidence_no and
-- judged_base_no. A record of which only a verdict speaks is by itself as far as evidence goes.
with records as (
    select record_no, evidence_no, base_no from evidence_components
    union
    select record_no, record_no, record_no from (
        select record_no_l as record_no from judged_pairs union select record_no_r from judged_pairs
    ) judged
    where record_no not in (select record_no from evidence_components)
)
select r.record_no, coalesce(e.component_no, r.evidence_no) as component_no,
    coalesce(b.component_no, r.base_no) as base_no, r.evidence_no
from records r
left join judged_evidence_no e on e.record_no = r.evidence_no
left join judged_base_no b on b.record_no = r.base_no
