-- Pairs of labelled records: one row per scored pair of two, of one entity or of two.
--
-- Reads labels, derived.source_records, home.derived.scored_pairs and derived.known_pairs, whose verdicts go first.
insert into derived.known_pairs
with labelled as (
    select r.record_no, any_value(l.entity) as entity
    from labels l join derived.source_records r
        on r.channel = l.channel and r.source_record_id = l.source_record_id
    group by r.record_no having count(distinct l.entity) = 1
)
select p.record_no_l, p.record_no_r, case when a.entity = b.entity then 'same' else 'different' end as kind,
    1.0::double as stands_for
from home.derived.scored_pairs p
join labelled a on a.record_no = p.record_no_l
join labelled b on b.record_no = p.record_no_r
anti join derived.known_pairs k on k.record_no_l = p.record_no_l and k.record_no_r = p.record_no_r
order by 1, 2
