-- Handoff context: one row per handoff, with what the earlier side had and what of it the later side has, too.
--
-- Reads handoff_entries, handoff_words and handoff_numbers. What could be carried is an ID of the earlier side or
-- words of the customer. It was carried if the later side has the same ID, or the company names there a number of the
-- earlier side that the customer did not say again. It was said again if the customer repeats, on the later side, a
-- number or a topic of other channels of lately, since the thread's ticket was last closed, or the company asks for a
-- number that was there. Of the ID's kinds the first counts.
create or replace temp table handoff_context as
with ids as (
    select *, 'conversation' as named, 1 as place, conversation_id as value from handoff_entries
    union all
    select *, 'ticket', 2, ticket_id from handoff_entries
    union all
    select *, 'order', 3, order_id from handoff_entries
    union all
    select *, 'cart', 4, cart_id from handoff_entries
), held as (
    select subject_id, to_no, named, value from ids where is_before and is_other and value is not null
    union
    select subject_id, to_no, 'reference', interaction_id from handoff_entries where is_before and is_other
), found as (
    select subject_id, to_no, named, place, value from ids where not is_before and value is not null
    union all
    select subject_id, to_no, 'reference', 5, reference_id from handoff_entries
    where not is_before and reference_id is not null
), carried as (
    select subject_id, to_no, min(place) as place, arg_min(named, place) as named
    from held join found using (subject_id, to_no, named, value) group by subject_id, to_no
), holding as (
    select distinct subject_id, to_no from held where named <> 'reference'
), before as (
    select subject_id, to_no, value, min(source) as source from handoff_numbers
    where is_before group by subject_id, to_no, value
), behind as (
    select subject_id, to_no, value, max(case when source = 'customer' then 1 else 0 end) as is_said,
        max(case when source = 'company' then 1 else 0 end) as is_told
    from handoff_numbers where not is_before group by subject_id, to_no, value
), repeated as (
    select subject_id, to_no, max(b.is_said) as is_said_again,
        max(case when b.is_told = 1 and b.is_said = 0 then 1 else 0 end) as is_told
    from behind b join before using (subject_id, to_no, value) group by subject_id, to_no
), numbered as (
    select distinct subject_id, to_no from before
), spoken as (
    select subject_id, to_no,
        max(case when is_before and is_inbound then 1 else 0 end) as was_said,
        max(case when not is_before then 1 else 0 end) as was_said_behind,
        bit_or(case when is_before and is_inbound then topics else 0 end) as topics_before,
        bit_or(case when not is_before and is_inbound then topics else 0 end) as topics_behind,
        max(case when not is_before and not is_inbound and is_asking then 1 else 0 end) as is_asked
    from handoff_words group by subject_id, to_no
), talked as (
    select subject_id, to_no, min(occurred_at) as since_at
    from handoff_entries where is_before and is_other and is_since and is_open and is_inbound and is_talk group by subject_id, to_no
)
select m.subject_id, m.to_no, t.since_at,
    case when c.place is not null then c.named when r.is_told = 1 then 'text' end as carried_by,
    case when c.place is not null or r.is_told = 1 then true
        when h.subject_id is not null or s.was_said = 1 then false end as is_carried,
    case when s.was_said = 1 and s.was_said_behind = 1 then
        coalesce(r.is_said_again, 0) = 1 or (s.topics_before & s.topics_behind) > 0
        or s.is_asked = 1 and n.subject_id is not null end as is_said_again,
    case when s.was_said = 1 and s.was_said_behind = 1 then concat_ws(', ',
        case when r.is_said_again = 1 then 'number' end,
        case when (s.topics_before & s.topics_behind) > 0 then 'topic' end,
        case when s.is_asked = 1 and n.subject_id is not null then 'asked for' end) end as said_again
from handoff_moves m
left join carried c on c.subject_id = m.subject_id and c.to_no = m.to_no
left join holding h on h.subject_id = m.subject_id and h.to_no = m.to_no
left join repeated r on r.subject_id = m.subject_id and r.to_no = m.to_no
left join numbered n on n.subject_id = m.subject_id and n.to_no = m.to_no
left join spoken s on s.subject_id = m.subject_id and s.to_no = m.to_no
left join talked t on t.subject_id = m.subject_id and t.to_no = m.to_no
