-- Scored pairs inside customers: one row per pair.
--
-- Reads warehouse.derived.scored_pairs and warehouse.derived.customers.
create or replace temp table inner_links as
select p.record_no_l, p.record_no_r, p.match_weight, l.golden_id
from warehouse.derived.scored_pairs p
join warehouse.derived.customers l on l.record_no = p.record_no_l
join warehouse.derived.customers r on r.record_no = p.record_no_r and r.golden_id = l.golden_id
