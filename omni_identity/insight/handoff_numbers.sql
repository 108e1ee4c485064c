-- Handoff numbers: one row per handoff and number that somebody said, or that an interaction carries, on either side.
--
-- Reads handoff_words and handoff_entries. source is customer or company (in a text), or an ID's name. Numbers have five
-- letters, one of them a digit, at least: shorter ones might be anything.
create or replace temp table handoff_numbers as
with said as (
    select subject_id, to_no, is_before, case when is_inbound then 'customer' else 'company' end as source,
        unnest(string_split(words, ' ')) as value
    from handoff_words
), carried as (
    select subject_id, to_no, 'order' as source, order_id as value from handoff_entries
    where is_before and is_other and order_id is not null
    union all
    select subject_id, to_no, 'ticket', ticket_id from handoff_entries
    where is_before and is_other and ticket_id is not null
    union all
    select subject_id, to_no, 'cart', cart_id from handoff_entries
    where is_before and is_other and cart_id is not null
), spoken as (
    select subject_id, to_no, is_before, source, value from said
    union all
    select subject_id, to_no, true, source, lower(value)
    from carried semi join handoff_words using (subject_id, to_no)
)
select distinct subject_id, to_no, is_before, source, value
from spoken where length(value) >= 5 and regexp_matches(value, '[0-9]')
