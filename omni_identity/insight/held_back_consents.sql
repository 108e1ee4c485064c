-- Consents that are held back: one row per channel and consent, how many, of how many records with a word on
-- it.
--
-- Reads derived.held_back_consents, derived.source_records and derived.record_consents.
with held_back as (
    select channel, consent, count(*) as n from derived.held_back_consents group by channel, consent
)
select h.channel, h.consent, h.n, count(distinct r.record_no) as said_count
from held_back h
join derived.source_records s on s.channel = h.channel
join derived.record_consents r on r.record_no = s.record_no and r.consent = h.consent
group by h.channel, h.consent, h.n order by h.channel, h.consent
