-- New contributions: one row per row of the KPI's query, with numbers in the place of words.
--
-- Reads kpi_rows, kpi_row_words, kpi_row_labels and kpi_subjects.
create or replace temp table new_contributions as
select s.customer_no, l.label_no, r.period_start, r.counts_from,
    r.numerator::decimal(18, 2) as numerator, r.denominator::bigint as denominator
from kpi_rows r join kpi_row_words w on r.period = w.period and r.dimension = w.dimension
    and r.member = w.member and r.currency is not distinct from w.currency
join kpi_subjects s using (subject_id)
join kpi_row_labels l on l.words_no = w.words_no and l.kind_no = s.kind_no
