-- derived.catalogue_conflicts: one row per product, attribute and two channels that disagree on it.
--
-- Reads catalogue_said. Prices are compared in one currency only.
create or replace table derived.catalogue_conflicts as
select l.product_id, l.attribute, l.unit, l.channel as channel_l, l.value as value_l,
    r.channel as channel_r, r.value as value_r
from catalogue_said l join catalogue_said r using (product_id, attribute, unit)
where l.channel < r.channel and l.value <> r.value
order by product_id, attribute, unit, channel_l, channel_r
