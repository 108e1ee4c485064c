-- When feeds delivered last: one row per landing, the last $rhythm of each feed, the newest first.
--
-- Reads landed.landings.
with times as (
    select distinct channel, feed, landed_at from landed.landings
), aged as (
    select channel, feed, landed_at, row_number() over (
        partition by channel, feed order by landed_at desc
    ) as age from times
)
select channel, feed, landed_at from aged where age <= $rhythm order by channel, feed, age
