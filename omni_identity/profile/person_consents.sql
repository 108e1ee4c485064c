-- Person consents: one row per affected customer and consent that any record of theirs has a word on.
--
-- Reads derived.record_consents and derived.affected_customers. The decision that holds is the latest, and of
-- equally late ones the more careful. Where the time is not known, a consent is earlier than any other, and
-- what is no consent later.
create or replace table derived.person_consents as
select c.golden_id, r.consent, r.is_given, r.decided_at, r.record_no
from derived.record_consents r join derived.affected_customers c on c.record_no = r.record_no
qualify row_number() over (
    partition by c.golden_id, r.consent
    order by case when r.decided_at is null and not coalesce(r.is_given, false) then 0 else 1 end,
        r.decided_at desc nulls last,
        case when r.is_given then 2 when r.is_given is null then 1 else 0 end,
        c.channel, c.source_record_id
) = 1
