-- Moments of figures: one row, now in the time zone of figures, and the first day that any figure has.
--
-- Reads derived.as_of, derived.kpi_sums, derived.kpi_labels and derived.kpi_nobody_sums.
create or replace temp table figure_moments as
select (as_of at time zone 'UTC') at time zone $time_zone as as_of,
    (
        select min(period_start) from (
            select period_start from derived.kpi_sums
            where label_no in (select label_no from derived.kpi_labels where period = 'day')
            union all
            select period_start from derived.kpi_nobody_sums
        ) days
    ) as first_day
from derived.as_of
