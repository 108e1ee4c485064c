-- New contributions: one row per row of the KPIs' queries, with numbers in the place of words.
--
-- Reads kpi_rows, kpi_row_words, kpi_row_labels and kpi_subjects. A row is of the segment that its subject was of
-- at the end of its day, week or month; of a total, in the end.
create or replace temp table new_contributions as
with dated as (
    select *, case period when 'day' then period_start
        when 'week' then (period_start + interval 6 day)::date
        when 'month' then (period_start + interval 1 month - interval 1 day)::date
        else date '9999-12-30' end as last_day
    from kpi_rows
)
select s.customer_no, l.label_no, r.period_start, r.counts_from,
    r.numerator, r.denominator
from dated r join kpi_row_words w on r.kpi = w.kpi and r.period = w.period and r.dimension = w.dimension
    and r.member = w.member and r.currency is not distinct from w.currency
join kpi_subjects s on s.subject_id = r.subject_id and r.last_day >= s.from_day and r.last_day < s.until_day
join kpi_row_labels l on l.words_no = w.words_no and l.kind_no = s.kind_no
