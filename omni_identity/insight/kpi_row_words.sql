-- Words of rows: one row per combination of KPI, period, dimension, member and currency in kpi_rows.
--
-- Reads kpi_rows.
create or replace temp table kpi_row_words as
select row_number() over (order by kpi, period, dimension, member, currency) as words_no, kpi, period,
    dimension, member, currency
from (select distinct kpi, period, dimension, member, currency from kpi_rows)
