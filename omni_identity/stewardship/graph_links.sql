-- Links among records: one row per scored pair of at least even odds, the strongest first.
--
-- Reads warehouse.derived.scored_pairs.
select record_no_l, record_no_r, match_weight from warehouse.derived.scored_pairs
where match_weight >= 0 and record_no_l in (select unnest($records::bigint[]))
    and record_no_r in (select unnest($records::bigint[]))
order by match_weight desc, record_no_l, record_no_r
