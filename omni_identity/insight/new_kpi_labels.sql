-- New rows of derived.kpi_labels: one per figure of these KPIs that has no number yet.
--
-- Reads kpi_row_words, kpi_kinds and derived.kpi_labels.
insert into derived.kpi_labels
select (select coalesce(max(label_no), 0) from derived.kpi_labels)
    + row_number() over (order by w.words_no, s.kind_no),
    s.seen_as, w.kpi, w.period, w.dimension, w.member, s.segment, w.currency
from kpi_row_words w cross join kpi_kinds s
where not exists (
    select 1 from derived.kpi_labels l
    where l.period = w.period and l.dimension = w.dimension and l.member = w.member
        and l.currency is not distinct from w.currency and l.kpi = w.kpi
        and l.seen_as = s.seen_as and l.segment = s.segment
)
