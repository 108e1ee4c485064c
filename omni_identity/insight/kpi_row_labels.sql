-- Labels of rows: one row per words and kind of subjects that occur, with the number of that figure.
--
-- Reads kpi_row_words, kpi_kinds and derived.kpi_labels.
create or replace temp table kpi_row_labels as
select w.words_no, s.kind_no, l.label_no
from kpi_row_words w cross join kpi_kinds s join derived.kpi_labels l
    on l.period = w.period and l.dimension = w.dimension and l.member = w.member
    and l.currency is not distinct from w.currency and l.kpi = w.kpi
    and l.seen_as = s.seen_as and l.segment = s.segment
