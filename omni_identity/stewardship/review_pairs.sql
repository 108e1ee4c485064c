-- Questions before what is at stake: one row per question: the strongest of the pairs that ask the same.
--
-- Reads pairs_between, pairs_inside, contradicting_pairs and derived.customers. Of two customers, or two parts of one,
-- the pair with most evidence for one person is asked; of contradicting values, of each customer, the one with least.
create or replace temp table asked_pairs as
with sizes as (
    select golden_id, count(*) as record_count from derived.customers group by golden_id
), apart as (
    select p.*, count(*) over (partition by one, other) as pair_count
    from pairs_between p
    qualify row_number() over (
        partition by one, other order by match_weight desc, record_no_l, record_no_r
    ) = 1
), together as (
    select p.*, count(*) over (partition by one, other) as pair_count
    from pairs_inside p
    qualify row_number() over (
        partition by one, other order by match_weight desc, record_no_l, record_no_r
    ) = 1
)
select record_no_l, record_no_r, golden_id_l, golden_id_r,
    case when match_weight >= $cut then 'possible_merge' else 'doubtful_pair' end as kind, pair_count,
    l.record_count as record_count_l, r.record_count as record_count_r
from apart
join sizes l on l.golden_id = apart.golden_id_l
join sizes r on r.golden_id = apart.golden_id_r
union all
select record_no_l, record_no_r, golden_id, golden_id, kind, pair_count, record_count_l, record_count_r
from together
union all
select record_no_l, record_no_r, golden_id, golden_id, 'contradicting_values', pair_count, 1, 1
from contradicting_pairs
