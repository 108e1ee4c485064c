-- New rows of derived.crosswalk: one per record of an affected customer.
--
-- Reads derived.affected_customers, derived.nested_ids, derived.scored_pairs, derived.equal_records and confidences (golden_id,
-- confidence). The probability (pair_probability, of s.match_weight and d.confidence) is that of the record's
-- strongest link to another record of its customer, given the rest of the customer, null where it has none; equal
-- records have the same links, but for those that none of them has because each is a customer.
create or replace table derived.new_crosswalk as
with links as (
    select p.record_no_l, p.record_no_r, p.match_weight
    from derived.scored_pairs p
    join derived.affected_customers l on l.record_no = p.record_no_l
    join derived.affected_customers r
        on r.record_no = p.record_no_r and r.golden_id = l.golden_id
), strongest as (
    select record_no, max(match_weight) as match_weight
    from (
        select record_no_l as record_no, match_weight from links
        union all select record_no_r, match_weight from links
    ) group by record_no
)
select c.channel, c.source_record_id, c.golden_id,
    case when s.match_weight is not null then pair_probability end as match_probability,
    i.strict_id, i.loose_id
from derived.affected_customers c
left join derived.nested_ids i on i.record_no = c.record_no
left join derived.equal_records e on e.record_no = c.record_no
left join derived.affected_customers f
    on f.record_no = e.representative_no and f.golden_id = c.golden_id
left join strongest s on s.record_no = coalesce(f.record_no, c.record_no)
left join confidences d on d.golden_id = c.golden_id
