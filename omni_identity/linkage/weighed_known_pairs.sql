-- What judged pairs stand for: the column stands_for of derived.known_pairs.
--
-- Reads home.derived.scored_pairs and home.derived.customers. Asked about are pairs between two customers; those of
-- one customer are mostly of one person whatever they weigh, so they say nothing of these. A verdict of same has since
-- made one customer of two. Of the pairs in a bit of match weight that were asked about or could be, so many were; one
-- that was never scored was not asked about by weight, and stands for itself.
create or replace table derived.known_pairs as
with judged as (
    select k.*, floor(p.match_weight) as bit
    from derived.known_pairs k left join home.derived.scored_pairs p using (record_no_l, record_no_r)
), unasked as (
    select floor(p.match_weight) as bit, count(*) as pairs
    from home.derived.scored_pairs p
    join home.derived.customers l on l.record_no = p.record_no_l
    join home.derived.customers r on r.record_no = p.record_no_r
    anti join derived.known_pairs k on k.record_no_l = p.record_no_l and k.record_no_r = p.record_no_r
    where l.golden_id <> r.golden_id
    group by bit
), asked as (
    select bit, count(*) as pairs from judged group by bit
)
select j.record_no_l, j.record_no_r, j.kind,
    round(least(1 + coalesce(u.pairs, 0)::double / coalesce(a.pairs, 1), $most), 3) as stands_for
from judged j left join unasked u on u.bit = j.bit left join asked a on a.bit = j.bit
order by 1, 2
