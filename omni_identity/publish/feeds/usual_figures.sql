-- What was usual of figures: one row per figure of a feed with the source columns that it was measured of.
--
-- Reads ledger.feed_figures and ledger.runs. Of the last $last publications before $run_id; shares of fewer than
-- $few rows say too little to be the least or the greatest, or to stand for all together.
with past as (
    select f.channel, f.feed, f.attribute, f.figure, f.source_columns, f.value, f.counted,
        f.total, row_number() over (
            partition by f.channel, f.feed, f.attribute, f.figure, f.source_columns
            order by r.run_number desc
        ) as age
    from ledger.feed_figures f join ledger.runs r on r.run_id = f.run_id
    where r.status = 'published' and f.run_id <> $run_id and f.value is not null
)
select channel, feed, attribute, figure, source_columns, count(*) as run_count,
    min(value) filter (where coalesce(total, $few) >= $few) as lowest,
    max(value) filter (where coalesce(total, $few) >= $few) as highest,
    case when sum(total) >= $few then sum(value * total) / sum(total) end as together
from past where age <= $last
group by channel, feed, attribute, figure, source_columns
