-- What became of the customers of a crosswalk: one row of counts.
--
-- Reads temp.identity_overlaps: one row per customer before and customer after that share records. A customer
-- before may be split and merged at once; one that is neither, and not gone, is plain.
with befores as (
    select before_id, count(after_id) as after_count, sum(record_count) as all_records,
        coalesce(sum(record_count) filter (where after_id is not null), 0) as kept_records
    from temp.identity_overlaps where before_id is not null group by before_id
), afters as (
    select after_id, count(before_id) as before_count, sum(record_count) as all_records,
        coalesce(sum(record_count) filter (where before_id is not null), 0) as known_records
    from temp.identity_overlaps where after_id is not null group by after_id
), fates as (
    select o.before_id, any_value(b.after_count) = 0 as is_gone,
        any_value(b.after_count) > 1 as is_split,
        coalesce(max(a.before_count), 0) > 1 as is_merged,
        any_value(b.all_records) = any_value(b.kept_records)
            and coalesce(max(a.all_records) = max(a.known_records), true) as is_same,
        coalesce(max(o.after_id), '') = o.before_id as has_its_id
    from temp.identity_overlaps o
    join befores b using (before_id)
    left join afters a on a.after_id = o.after_id
    where o.before_id is not null
    group by o.before_id
), plain as (
    select *, not (is_gone or is_split or is_merged) as is_plain from fates
), pieces as (
    select distinct after_id from temp.identity_overlaps join befores using (before_id)
    where after_count > 1 and after_id is not null
)
select
    (select count(*) from befores) as customers_before,
    (select count(*) from afters) as customers_after,
    (select coalesce(sum(all_records), 0)::bigint from befores) as records_before,
    (select coalesce(sum(all_records), 0)::bigint from afters) as records_after,
    count(*) filter (where is_plain and is_same and has_its_id) as unchanged_count,
    count(*) filter (where is_plain and is_same and not has_its_id) as renamed_count,
    count(*) filter (where is_plain and not is_same) as changed_count,
    count(*) filter (where is_gone) as gone_count,
    (select count(*) from afters where before_count = 0) as created_count,
    count(*) filter (where is_merged) as merged_count,
    (select count(*) from afters where before_count > 1) as merged_into_count,
    count(*) filter (where is_split) as split_count,
    (select count(*) from pieces) as split_into_count,
    (select coalesce(sum(record_count), 0)::bigint from temp.identity_overlaps
        where before_id <> after_id) as moved_record_count,
    (select coalesce(sum(record_count * (record_count - 1) // 2), 0)::bigint
        from temp.identity_overlaps
        where before_id is not null and after_id is not null) as kept_pair_count,
    (select coalesce(sum(kept_records * (kept_records - 1) // 2), 0)::bigint from befores)
        as before_pair_count,
    (select coalesce(sum(known_records * (known_records - 1) // 2), 0)::bigint from afters)
        as after_pair_count
from plain
