-- New rows of derived.crosswalk: one per record of an affected customer.
--
-- Reads derived.affected_customers, derived.scored_pairs and derived.equal_records. The probability is that of the
-- record's strongest link to another record of its customer, null where it has none; equal records have the same
-- links, but for those that none of them has because each is a customer.
create or replace table derived.new_crosswalk as
with links as (
    select p.record_no_l, p.record_no_r,
        1 / (1 + pow(2, -p.match_weight)) as match_probability
    from derived.scored_pairs p
    join derived.affected_customers l on l.record_no = p.record_no_l
    join derived.affected_customers r
        on r.record_no = p.record_no_r and r.golden_id = l.golden_id
), strongest as (
    select record_no, max(match_probability) as match_probability
    from (
        select record_no_l as record_no, match_probability from links
        union all select record_no_r, match_probability from links
    ) group by record_no
)
select c.channel, c.source_record_id, c.golden_id, s.match_probability
from derived.affected_customers c
left join derived.equal_records e on e.record_no = c.record_no
left join derived.affected_customers f
    on f.record_no = e.representative_no and f.golden_id = c.golden_id
left join strongest s on s.record_no = coalesce(f.record_no, c.record_no)
