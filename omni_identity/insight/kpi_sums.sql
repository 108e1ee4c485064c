-- derived.kpi_sums: one row per label, period and day from which it counts, as long as any contribution is part
-- of it.
--
-- Reads derived.kpi_sums, as they were, and kpi_sum_changes.
create or replace table derived.kpi_sums as
select label_no, period_start, counts_from, sum(numerator)::decimal(38, 2) as numerator,
    sum(numerator_count)::bigint as numerator_count, sum(denominator)::bigint as denominator,
    sum(denominator_count)::bigint as denominator_count,
    sum(contribution_count)::bigint as contribution_count
from (
    select label_no, period_start, counts_from, numerator, numerator_count, denominator,
        denominator_count, contribution_count
    from derived.kpi_sums
    union all
    select label_no, period_start, counts_from, numerator, numerator_count, denominator,
        denominator_count, contribution_count
    from kpi_sum_changes
)
group by label_no, period_start, counts_from having sum(contribution_count) > 0
