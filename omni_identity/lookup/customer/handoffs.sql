-- Handoffs of a customer: one row per step into another channel, or from a bot to a person. Blank is what nobody
-- can tell.
-- The columns are called as a screen heads them, # before numbers. Reads handoffs.
select occurred_at as "when", from_channel || ' > ' || to_channel as "from > to",
    replace(kind, '_', ' ') as kind,
    replace(case when seconds_between < 7200 then ((seconds_between + 59) // 60) || ' min'
        when seconds_between < 172800 then round(seconds_between / 3600, 1) || ' h'
        else round(seconds_between / 86400, 1) || ' d' end, '.0 ', ' ') as "#after",
    case when context_carried then carried_by when not context_carried then 'no' end as carried,
    case when asked_again then said_again when not asked_again then 'no' end as "asked again",
    case when seconds_lost > 0 then replace(case when seconds_lost < 7200 then ((seconds_lost + 59) // 60) || ' min'
        when seconds_lost < 172800 then round(seconds_lost / 3600, 1) || ' h'
        else round(seconds_lost / 86400, 1) || ' d' end, '.0 ', ' ') end as "#lost",
    case when is_resolved is null then 'not yet' when not is_resolved then 'no'
        else case resolved_by when 'agent' then 'by an agent' when 'bot' then 'by a bot'
            when 'self_service' then 'by themselves' else 'yes' end end as resolved
from handoffs where golden_id = $id
order by occurred_at desc, to_channel, to_interaction_id
